import { join } from 'node:path';
import { CODE_CASES } from './lint-cases/code-cases.js';
import { FORM_CASES } from './lint-cases/form-cases.js';
import { PlantedTree, REPOSITORY } from './planted-tree.js';

interface LintResult {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

const ESLINT = 'eslint/bin/eslint.js';
const LINT_CASES = [...CODE_CASES, ...FORM_CASES];
const CONFIG = join(REPOSITORY, 'eslint.config.mjs');

/** Every source of the cases under a path of its own. */
const SOURCES = LINT_CASES.flatMap(({ rule, at = 'src/infrastructure/*.ts', breaks, keeps, keepsAt = [at] }, index) => {
  const path = (pattern: string, kind: string): string => pattern.replace('*', `case-${String(index)}-${kind}`);
  return [
    ...breaks.map((text, nth) => ({ rule, text, path: path(at, `breaks-${String(nth)}`), reported: [rule] })),
    ...keepsAt.map((pattern) => ({ rule, text: keeps, path: path(pattern, 'keeps'), reported: [] })),
  ];
});

describe('the lint rules', () => {
  let tree: PlantedTree;
  const reported = new Map<string, string[]>();

  beforeAll(async () => {
    tree = await PlantedTree.of(Object.fromEntries(SOURCES.map(({ path, text }) => [path, text])));
    const { stdout } = await tree.run(ESLINT, '--config', CONFIG, '--format', 'json', '.');
    for (const { filePath, messages } of JSON.parse(stdout) as LintResult[]) {
      const rules = new Set(messages.map(({ ruleId, message }) => ruleId ?? message));
      reported.set(filePath.slice(tree.directory.length + 1), [...rules]);
    }
  }, 60_000);

  afterAll(async () => {
    await tree.remove();
  });

  it.each(SOURCES.filter((source) => source.reported.length > 0))('$rule alone refuses $path', (source) => {
    expect(reported.get(source.path)).toEqual(source.reported);
  });

  it.each(SOURCES.filter((source) => source.reported.length === 0))('$rule accepts $path', (source) => {
    expect(reported.get(source.path)).toEqual([]);
  });

  it.each(['src/modules/orders/orders.service.ts', 'test/api/orders.spec.ts'])(
    'has a planted violation for every habit that holds in %s',
    async (path) => {
      const { stdout } = await tree.run(ESLINT, '--config', CONFIG, '--print-config', path);
      const { rules } = JSON.parse(stdout) as { rules: Readonly<Record<string, readonly [number]>> };
      const active = Object.keys(rules).filter((rule) => rule.startsWith('habits/') && rules[rule]?.[0] === 2);
      const broken = new Set(LINT_CASES.filter(({ breaks }) => breaks.length > 0).map(({ rule }) => rule));

      expect(active.filter((rule) => !broken.has(rule))).toEqual([]);
      expect(active.length).toBeGreaterThan(10);
    },
    60_000,
  );
});
