import { defineConfig } from 'eslint/config';
import { builtinRules } from 'eslint/use-at-your-own-risk';
import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

const TESTS = ['test/**', '**/*.spec.ts'];
const TYPESCRIPT = ['**/*.ts'];
const SCRIPTS = ['**/*.{js,mjs,cjs}'];
const EVERYWHERE = ['**/*'];

/**
 * The project's own habits, each a rule of its own, so that it can be allowed in
 * one place without allowing another there. `only` and `except` say where it holds.
 * Each has a violation planted in `test/architecture/lint.spec.ts`.
 */
const HABITS = {
  'env-in-config': {
    message: 'Only config/ reads the environment; take the typed Config.',
    except: ['config/**', 'test/**', 'bin/**', 'bench/**'],
    selectors: [
      "MemberExpression[object.name='process'][property.name='env']",
      "MemberExpression[object.name='process'][property.value='env']",
      "MemberExpression[object.property.name='process'][property.name='env']",
      "VariableDeclarator[init.name='process'] Property[key.name='env']",
      "ImportDeclaration[source.value=/^(node:)?process$/] ImportSpecifier[imported.name='env']",
    ],
  },
  'time-from-clock': {
    message: 'Only the Clock knows the time, so that tests can move it; take Clock.now().',
    except: ['src/infrastructure/clock/**', 'bin/**', 'bench/**', ...TESTS],
    selectors: [
      "MemberExpression[object.name='Date'][property.name='now']",
      "NewExpression[callee.name='Date'][arguments.length=0]",
      "CallExpression[callee.name='Date']",
    ],
  },
  'errors-are-problems': {
    message: 'Throw problem(code): the filter alone speaks HTTP, and clients rely on stable codes.',
    except: ['src/infrastructure/http/problem.filter.ts'],
    selectors: [
      "ImportDeclaration[source.value='@nestjs/common'] > ImportSpecifier[imported.name=/Exception$/]",
      'NewExpression[callee.property.name=/Exception$/]',
    ],
  },
  'tx-required': {
    message: 'A Transaction is required: an optional one lets a write run outside of it, unseen.',
    selectors: [
      "Identifier[name='tx'][optional=true]",
      "AssignmentPattern[left.name='tx']",
      ":matches(TSPropertySignature, PropertyDefinition)[key.name='tx'][optional=true]",
      "Identifier[optional=true] > TSTypeAnnotation > TSTypeReference[typeName.name='Transaction']",
      "TSUnionType:has(> TSUndefinedKeyword, > TSNullKeyword) > TSTypeReference[typeName.name='Transaction']",
    ],
  },
  'tx-first': {
    message: 'The Transaction is the first parameter: it tells a step of a use case from the use case.',
    selectors: ["Identifier[name='tx'].params:not(:first-child)"],
  },
  'tx-in-sequence': {
    message: 'A transaction is one connection: its statements run one after another, so await each.',
    only: ['src/**'],
    except: TESTS,
    selectors: ["CallExpression[callee.object.name='Promise'] Identifier[name='tx']"],
  },
  'transactions-in-services': {
    message: 'Services and event consumers begin transactions; below them `tx` is handed on.',
    only: ['src/modules/**'],
    except: ['**/*.service.ts', '**/*.consumer.ts', '**/*.processor.ts', '**/*.task.ts', ...TESTS],
    selectors: [
      "CallExpression[callee.property.name='transaction'][callee.object.name=/database$/i]",
      "CallExpression[callee.property.name='transaction'][callee.object.property.name=/database$/i]",
    ],
  },
  'transactions-by-database': {
    message: 'Only Database.transaction begins a transaction: it retries deadlocks and guards the network.',
    only: ['src/**'],
    except: ['src/infrastructure/database/**', ...TESTS],
    selectors: [
      'CallExpression[callee.property.name=/^(createQueryRunner|startTransaction)$/]',
      "CallExpression[callee.property.name='transaction'][callee.object.property.name=/^(dataSource|manager)$/]",
      "MemberExpression[object.name='Transaction'][property.name='open']",
      "TSAsExpression > TSTypeReference[typeName.name='Transaction']",
    ],
  },
  'schema-by-migration': {
    message: 'Migrations alone change the schema.',
    selectors: [
      'Property[key.name=/^(synchronize|dropSchema)$/][value.value=true]',
      "CallExpression[callee.property.name='synchronize']",
    ],
  },
  'no-forward-ref': {
    message: 'A circle of providers or modules is a wrong boundary: break it, do not defer it.',
    selectors: ["CallExpression[callee.name='forwardRef']", "ImportSpecifier[imported.name='forwardRef']"],
  },
  'random-from-crypto': {
    message: 'Math.random can be guessed; take node:crypto (randomBytes, randomInt, randomUUID).',
    except: ['bench/**'],
    selectors: ["MemberExpression[object.name='Math'][property.name='random']"],
  },
  'export-where-declared': {
    message: 'Export at the declaration, where the docstring stands.',
    only: ['src/**', 'config/**'],
    selectors: ['ExportNamedDeclaration[source=null] > ExportSpecifier'],
  },
  'no-unrun-tests': {
    message: 'A test runs or is deleted: no only, skip, todo or failing.',
    only: TESTS,
    selectors: [
      'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo|failing)$/]',
      'MemberExpression[object.object.name=/^(it|test|describe)$/][property.name=/^(only|skip|failing)$/]',
      'CallExpression[callee.name=/^(fit|fdescribe|xit|xtest|xdescribe)$/]',
    ],
  },
  'no-sleeps': {
    message: 'No sleeps: poll for the condition with the helper of test/support.',
    only: TESTS,
    except: ['test/support/**'],
    selectors: [
      "NewExpression[callee.name='Promise'] CallExpression[callee.name='setTimeout']",
      'ImportDeclaration[source.value=/^(node:)?timers\\u002Fpromises$/]',
      "MemberExpression[object.name='Atomics'][property.name='wait']",
    ],
  },
  'no-mocks': {
    message: 'Nothing of ours is mocked: use the real one, or a real server for an outside service.',
    only: TESTS,
    selectors: [
      "MemberExpression[object.name='jest'][property.name=/^(mock|doMock|unstable_mockModule|spyOn|fn|replaceProperty|useFakeTimers)$/]",
    ],
  },
  'exact-assertions': {
    message: 'State the exact value: snapshots and "is defined" pass for wrong answers too.',
    only: TESTS,
    selectors: [
      'CallExpression[callee.property.name=/^(toMatch(Inline)?Snapshot|toThrowErrorMatching(Inline)?Snapshot|toBeDefined)$/]',
    ],
  },
  'names-are-guarantees': {
    message: 'A test is named for what it guarantees, in the present: "refuses …", not "should …".',
    only: TESTS,
    selectors: ['CallExpression[callee.name=/^(it|test)$/] > Literal.arguments:first-child[value=/^should\\b/i]'],
  },
};

/** A rule that reports what the selectors match, with the reason as the message. */
function habitRule({ message, selectors }) {
  return {
    meta: { type: 'problem', schema: [], messages: { habit: message } },
    create: (context) => ({
      [selectors.join(', ')]: (node) => {
        context.report({ node, messageId: 'habit' });
      },
    }),
  };
}

const maxLinesPerFunction = builtinRules.get('max-lines-per-function');

const habits = {
  rules: {
    ...Object.fromEntries(Object.entries(HABITS).map(([name, habit]) => [name, habitRule(habit)])),

    /** ESLint's own limit, except that a `describe` only groups tests: its tests are measured one by one. */
    'max-lines-per-function': {
      meta: maxLinesPerFunction.meta,
      create: (context) =>
        maxLinesPerFunction.create(
          Object.create(context, {
            report: {
              value: (found) => {
                if (!isDescribe(found.node.parent)) context.report(found);
              },
            },
          }),
        ),
    },

    'disable-with-reason': {
      meta: {
        type: 'problem',
        schema: [],
        messages: { reason: 'Name the rule and the reason: `eslint-disable-next-line rule -- why`.' },
      },
      create: (context) => ({
        Program: () => {
          for (const comment of context.sourceCode.getAllComments()) {
            const isDirective = /^\s*eslint-disable/.test(comment.value);
            if (!isDirective || /^\s*eslint-disable\S*\s+[a-z@][^]*?\s--\s+\S/.test(comment.value)) continue;
            // A column before the line's first: the directive itself must not silence this.
            context.report({ loc: { line: comment.loc.start.line, column: -1 }, messageId: 'reason' });
          }
        },
      }),
    },
  },
};

function isDescribe(call) {
  if (call?.type !== 'CallExpression') return false;
  const name = (node) => node?.name ?? name(node?.tag ?? node?.callee ?? node?.object ?? { name: '' });
  return name(call.callee) === 'describe';
}

/** Turns each habit on where it holds; what only some files may do is off in those alone. */
const habitsWhereTheyHold = Object.entries(HABITS).flatMap(([name, { only = EVERYWHERE, except }]) => [
  { name: `habits/${name}`, files: only, rules: { [`habits/${name}`]: 'error' } },
  ...(except ? [{ name: `habits/${name}/except`, files: except, rules: { [`habits/${name}`]: 'off' } }] : []),
]);

const LIMITS = {
  'max-lines': ['error', { max: 400 }],
  'habits/max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true, IIFEs: true }],
  'max-params': ['error', { max: 7 }],
  'max-depth': ['error', 4],
  complexity: ['error', 12],
};

const CORRECTNESS = {
  eqeqeq: 'error',
  'no-cond-assign': 'error',
  'no-constant-condition': ['error', { checkLoops: false }],
  'no-control-regex': 'error',
  'no-debugger': 'error',
  'no-duplicate-case': 'error',
  'no-else-return': 'error',
  'no-empty': 'error',
  'no-eval': 'error',
  'no-fallthrough': 'error',
  'no-param-reassign': 'error',
  'no-promise-executor-return': 'error',
  'no-self-compare': 'error',
  'no-sparse-arrays': 'error',
  'no-unreachable': 'error',
  'no-unsafe-finally': 'error',
  'no-useless-catch': 'error',
  'no-useless-escape': 'error',
  'no-var': 'error',
  'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'anywhere' }],
  'prefer-const': 'error',
  'habits/disable-with-reason': 'error',
};

const ABBREVIATIONS =
  'acc|addr|amt|arr|btn|cb|cfg|conf|ctx|curr|el|elem|err|evt|fn|idx|mgr|msg|num|obj|opts|prev|prod|pwd|qty|repo|req|res|ret|str|svc|tmp|usr|val';
const BANNED_TYPE_NAMES = '(Dto|DTO|Impl|Manager|Utils?|Helpers?)$';

const NAMES = {
  '@typescript-eslint/naming-convention': [
    'error',
    {
      selector: 'variableLike',
      format: ['camelCase', 'PascalCase', 'UPPER_CASE'],
      leadingUnderscore: 'allow',
      custom: { regex: `^(${ABBREVIATIONS})$`, match: false },
    },
    // What a signature or a rest demands and no one reads needs no name.
    { selector: ['parameter', 'variable'], modifiers: ['unused'], format: null },
    {
      selector: 'interface',
      format: ['PascalCase'],
      custom: { regex: `^I[A-Z][a-z]|${BANNED_TYPE_NAMES}`, match: false },
    },
    {
      selector: 'typeLike',
      format: ['PascalCase'],
      custom: { regex: BANNED_TYPE_NAMES, match: false },
    },
  ],
};

/** What the interfaces of Nest, Passport and TypeORM say and call themselves. */
const FRAMEWORK_METHODS = [
  'onModuleInit|onModuleDestroy|onApplicationBootstrap|onApplicationShutdown|beforeApplicationShutdown',
  'configure|intercept|canActivate|catch|transform|use|validate|up|down',
  'log|debug|verbose|warn|error|fatal|logQuery|logQueryError|logQuerySlow|logSchemaBuild|logMigration',
].join('|');

const EXPORT = ':matches(ExportNamedDeclaration, ExportDefaultDeclaration)';
// `export type Order = z.infer<typeof orderSchema>`: the schema says what an order is.
const INFERRED = '[declaration.typeAnnotation.typeName.right.name=/^(infer|input|output)$/]';
const EXPORTS = `${EXPORT}[declaration.type=/^(Class|Function|TSInterface|TSTypeAlias|Variable)Declaration$/]:not(${INFERRED})`;

const HIDDEN =
  "[accessibility=/^(private|protected)$/], [override=true], [key.type='PrivateIdentifier'], [kind='constructor']";
const METHOD = 'ClassBody > :matches(MethodDefinition, TSAbstractMethodDefinition)';
const PUBLIC_METHODS = [
  `${EXPORT} > ClassDeclaration[implements.length=0][superClass=null] > ${METHOD}:not(${HIDDEN})`,
  `${EXPORT} > ClassDeclaration:matches([implements.length>0], [superClass!=null]) > ${METHOD}:not(${HIDDEN}, [key.name=/^(${FRAMEWORK_METHODS})$/])`,
];

const requireDocstrings = (...contexts) => ['error', { require: { FunctionDeclaration: false }, contexts }];

/** Tags that repeat what the code or the history says. */
const DECORATIVE_TAGS = Object.fromEntries(
  'author class function method name private public since summary version'
    .split(' ')
    .map((tag) => [tag, { message: `No @${tag}: the code or the history says it.` }]),
);

const DOCSTRINGS = {
  plugins: { jsdoc },
  settings: { jsdoc: { mode: 'typescript', tagNamePreference: DECORATIVE_TAGS } },
  rules: {
    'jsdoc/require-jsdoc': requireDocstrings(EXPORTS, ...PUBLIC_METHODS),
    'jsdoc/require-description': ['error', { contexts: [EXPORTS, ...PUBLIC_METHODS] }],
    // The first paragraph starts like a sentence and ends like one.
    'jsdoc/match-description': [
      'error',
      {
        contexts: ['any'],
        matchDescription: '^[A-Z0-9`"\'\\(](?:(?!\\n[ \\t]*\\n)[\\s\\S])*[.:](?:\\s*\\n[ \\t]*\\n[\\s\\S]*)?\\s*$',
        message: 'The first paragraph is full sentences: a capital first, a full stop last.',
      },
    ],
    'jsdoc/check-tag-names': ['error', { typed: true }],
    'jsdoc/check-param-names': ['error', { disableMissingParamChecks: true }],
    'jsdoc/no-types': 'error',
    'jsdoc/require-param-description': 'error',
    'jsdoc/require-returns-description': 'error',
    'jsdoc/empty-tags': 'error',
    'jsdoc/no-bad-blocks': 'error',
  },
};

const NODE_GLOBALS = Object.fromEntries(
  'AbortController AbortSignal Buffer URL URLSearchParams clearInterval clearTimeout console fetch performance process setImmediate setInterval setTimeout structuredClone'
    .split(' ')
    .map((name) => [name, 'readonly']),
);

export default defineConfig(
  { ignores: ['dist/', 'coverage/', 'node_modules/', '.data/', 'docs/'] },
  {
    plugins: { habits, '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: { ...CORRECTNESS, ...LIMITS },
  },
  ...habitsWhereTheyHold,
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...NAMES,
      // The rule reads `for (;;)` and `while (true)` as mistakes; polling loops are written so.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // A Nest module is a class that carries only its decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // `() => socket.end()` hands nothing on that anyone could misread.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A number has one text; objects and null stay refused.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // An entity is the shape of a row: rows are made by literals and by hand-written SQL as well.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // `const { secret, ...shown } = row` is how a field is left out; `_` marks what a signature demands.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['src/**/*.ts', 'config/**/*.ts'],
    ignores: TESTS,
    ...DOCSTRINGS,
  },
  {
    // The route decorator holds the text for clients; a second one would drift from it.
    files: ['src/**/*.controller.ts'],
    rules: { 'jsdoc/require-jsdoc': requireDocstrings(EXPORTS) },
  },
  {
    // A migration's body is one SQL text; its file still has the limit of every file.
    files: ['src/infrastructure/database/migrations/**'],
    rules: { 'habits/max-lines-per-function': 'off' },
  },
  { files: ['src/**', 'config/**'], rules: { 'no-console': 'error' } },
  // A root whose configuration is refused has no logger yet.
  { files: ['src/*.ts'], rules: { 'no-console': ['error', { allow: ['error'] }] } },
  {
    files: TESTS,
    rules: {
      // A wrong index fails the test anyway, at the line that uses it.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Matchers such as `expect.any` are any, and so are answers, which are checked against the document.
      ...Object.fromEntries(
        ['argument', 'assignment', 'call', 'member-access', 'return'].map((use) => [`@typescript-eslint/no-unsafe-${use}`, 'off']),
      ),
    },
  },
  {
    files: SCRIPTS,
    languageOptions: { globals: NODE_GLOBALS },
    rules: { 'no-undef': 'error', 'no-unused-vars': 'error' },
  },
);
