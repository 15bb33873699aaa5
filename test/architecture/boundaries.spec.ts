import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PlantedTree, REPOSITORY, type Answer } from './planted-tree.js';

interface Boundaries {
  readonly MAY_IMPORT: Readonly<Record<string, readonly string[]>>;
  readonly default: { readonly forbidden: readonly { readonly name: string }[] };
}

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

/** A file that breaks exactly one rule by what it imports. */
interface Plant {
  readonly rule: string;
  readonly file: string;
  readonly imports: readonly string[];
  /** Whether only a type is imported; knowing a type is knowing the module. */
  readonly asType?: boolean;
}

const CONFIG = join(REPOSITORY, '.dependency-cruiser.mjs');
const { MAY_IMPORT, default: config } = (await import(pathToFileURL(CONFIG).href)) as Boundaries;
const MODULES = Object.keys(MAY_IMPORT);

const importing = (...specifiers: string[]): string =>
  specifiers.map((specifier) => `export * from '${specifier}';\n`).join('');

const importingType = (specifier: string): string => `import type { Part } from '${specifier}';\nexport type { Part };\n`;

/** A shop in small: every import that the table and the layers allow, and no other. */
const CLEAN: Readonly<Record<string, string>> = {
  'config/config.ts': importing('zod'),
  'src/common/money/money.ts': importing('zod', 'node:crypto'),
  'src/common/money/money.spec.ts': importing('./money.js', 'fast-check', 'node:fs'),
  'src/infrastructure/database/database.ts': importing(
    '@nestjs/common',
    'typeorm',
    'node:fs',
    '../../common/money/money.js',
    '../../../config/config.js',
  ),
  ...Object.fromEntries(
    MODULES.flatMap((name) => {
      const folder = `src/modules/${name}`;
      const neighbours = (MAY_IMPORT[name] ?? []).map((other) => `../${other}/index.js`);
      return [
        [`${folder}/index.ts`, importing(`./${name}.module.js`, `./${name}.service.js`)],
        [`${folder}/${name}.module.ts`, importing('@nestjs/common', `./${name}.controller.js`)],
        [`${folder}/${name}.worker.module.ts`, importing(`./${name}.processor.js`, `./${name}.consumer.js`)],
        [`${folder}/${name}.processor.ts`, importing(`./${name}.service.js`)],
        [`${folder}/${name}.consumer.ts`, importing(`./${name}.service.js`)],
        [`${folder}/${name}.controller.ts`, importing('@nestjs/common', `./${name}.service.js`)],
        [`${folder}/${name}.service.ts`, importing(`./${name}.repository.js`, ...neighbours)],
        [`${folder}/${name}.repository.ts`, importing(`./${name}.entity.js`, '../../infrastructure/database/database.js')],
        [`${folder}/${name}.entity.ts`, importing('typeorm', `./${name}.state.js`)],
        [`${folder}/${name}.state.ts`, importing('../../common/money/money.js')],
      ];
    }),
  ),
  'src/api.module.ts': importing(...MODULES.map((name) => `./modules/${name}/index.js`)),
  'src/main.ts': importing('./api.module.js', '../config/config.js'),
  'src/worker.module.ts': importing(...MODULES.map((name) => `./modules/${name}/${name}.worker.module.js`)),
  'src/worker.ts': importing('./worker.module.js'),
  'test/support/app.ts': importing('../../src/api.module.js'),
};

/** For each module, one that exists and that the table does not let it import. */
const unlisted: Plant[] = MODULES.map((name) => {
  const stranger = MODULES.find((other) => other !== name && !MAY_IMPORT[name]?.includes(other)) ?? '';
  return {
    rule: `modules-of-${name}`,
    file: `src/modules/${name}/unlisted.ts`,
    imports: [`../${stranger}/index.js`],
  };
});

const PLANTS: readonly Plant[] = [
  ...unlisted,
  { rule: 'config-imports-nobody', file: 'config/up.ts', imports: ['../src/common/money/money.js'] },
  { rule: 'common-imports-nobody', file: 'src/common/up.ts', imports: ['../infrastructure/database/database.js'] },
  { rule: 'common-imports-nobody', file: 'src/common/config.ts', imports: ['../../config/config.js'] },
  { rule: 'common-is-pure', file: 'src/common/nest.ts', imports: ['@nestjs/common'] },
  { rule: 'common-is-pure', file: 'src/common/files.ts', imports: ['node:fs'] },
  {
    rule: 'infrastructure-knows-no-feature',
    file: 'src/infrastructure/up.ts',
    imports: ['../modules/users/index.js'],
  },
  { rule: 'infrastructure-knows-no-feature', file: 'src/infrastructure/root.ts', imports: ['../api.module.js'] },
  { rule: 'modules-know-no-root', file: 'src/modules/users/root.ts', imports: ['../../worker.module.js'] },
  { rule: 'src-imports-no-tests', file: 'src/infrastructure/app.ts', imports: ['../../test/support/app.js'] },
  { rule: 'src-needs-no-dev-packages', file: 'src/infrastructure/dev.ts', imports: ['fast-check'] },
  { rule: 'public-face-only', file: 'src/modules/orders/deep.ts', imports: ['../carts/carts.service.js'] },
  { rule: 'public-face-only', file: 'src/modules/orders/sub/deeper.ts', imports: ['../../carts/carts.state.js'] },
  {
    rule: 'public-face-only',
    file: 'src/modules/orders/deep-type.ts',
    imports: ['../carts/carts.service.js'],
    asType: true,
  },
  { rule: 'roots-through-public-face', file: 'src/deep.ts', imports: ['./modules/users/users.service.js'] },
  { rule: 'worker-modules-for-roots', file: 'src/modules/users/start.ts', imports: ['./users.worker.module.js'] },
  { rule: 'face-shows-no-inside', file: 'src/modules/search/index.ts', imports: ['./search.repository.js'] },
  { rule: 'face-shows-no-inside', file: 'src/modules/jobs/index.ts', imports: ['./jobs.entity.js'] },
  { rule: 'face-shows-no-inside', file: 'src/modules/events/index.ts', imports: ['./events.processor.js'] },
  { rule: 'entities-stay-home', file: 'src/modules/orders/line.entity.ts', imports: ['../users/index.js'] },
  { rule: 'controllers-know-no-rows', file: 'src/modules/users/a.controller.ts', imports: ['./users.repository.js'] },
  { rule: 'controllers-know-no-rows', file: 'src/modules/users/b.controller.ts', imports: ['./users.entity.js'] },
  { rule: 'controllers-know-no-rows', file: 'src/modules/users/c.controller.ts', imports: ['typeorm'] },
  {
    rule: 'services-import-no-controller',
    file: 'src/modules/users/a.service.ts',
    imports: ['./users.controller.js'],
  },
  { rule: 'repositories-import-no-service', file: 'src/modules/users/a.repository.ts', imports: ['./users.service.js'] },
  { rule: 'entities-are-rows', file: 'src/modules/users/a.entity.ts', imports: ['./users.repository.js'] },
  {
    rule: 'pure-files-import-common',
    file: 'src/modules/users/a.state.ts',
    imports: ['../../infrastructure/database/database.js'],
  },
  { rule: 'pure-files-import-common', file: 'src/modules/users/a-totals.ts', imports: ['./users.state.js'] },
  { rule: 'pure-files-import-common', file: 'src/modules/users/b-totals.ts', imports: ['@nestjs/common'] },
  { rule: 'no-cycles', file: 'src/infrastructure/circle/a.ts', imports: ['./b.js'] },
  { rule: 'no-processors-in-the-api', file: 'src/api.module.ts', imports: ['./modules/users/index.js'] },
  { rule: 'no-processors-in-the-api', file: 'src/main.ts', imports: ['./api.module.js'] },
  { rule: 'every-import-resolves', file: 'src/infrastructure/lost.ts', imports: ['./missing.js'] },
];

/** What breaks no rule by itself: the way back of the circle, and the step by which the root reaches a processor. */
const ACCOMPLICES = {
  'src/infrastructure/circle/b.ts': importing('./a.js'),
  'src/modules/users/users.module.ts': importing('./users.consumer.js'),
};

/** Cruises a tree with the repository's own rules. */
async function cruise(files: Readonly<Record<string, string>>): Promise<Answer> {
  const tree = await PlantedTree.of(files);
  try {
    return await tree.run(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      ...['--config', CONFIG, '--output-type', 'json', 'src', 'config'],
    );
  } finally {
    await tree.remove();
  }
}

const violationsOf = (answer: Answer): Violation[] =>
  (JSON.parse(answer.stdout) as { summary: { violations: Violation[] } }).summary.violations;

describe('the boundaries between folders', () => {
  let violations: Violation[];

  beforeAll(async () => {
    const planted = Object.fromEntries(
      PLANTS.map(({ file, imports, asType }) => [
        file,
        asType ? imports.map(importingType).join('') : importing(...imports),
      ]),
    );
    violations = violationsOf(await cruise({ ...CLEAN, ...ACCOMPLICES, ...planted }));
  }, 60_000);

  it.each(PLANTS.map((plant) => [plant.rule, plant.file, plant.imports.join(', ')]))(
    '%s: %s may not import %s',
    (rule, file) => {
      const found = violations.filter(({ from }) => from === file).map((violation) => violation.rule.name);

      expect(found).toEqual([rule]);
    },
  );

  it('reports nothing that was not planted', () => {
    const planted = new Set(PLANTS.map((plant) => plant.file));

    expect(violations.filter(({ from }) => !planted.has(from))).toEqual([]);
  });

  it('has a planted violation for every rule', () => {
    const rules = new Set(config.forbidden.map((rule) => rule.name));

    expect(new Set(PLANTS.map((plant) => plant.rule))).toEqual(rules);
  });

  it('allows every import that the table and the layers allow', async () => {
    const answer = await cruise(CLEAN);

    expect(violationsOf(answer)).toEqual([]);
    expect(answer.exitCode).toBe(0);
  }, 60_000);

  it('stops at a module folder that is not in the table, and names it', async () => {
    const answer = await cruise({ ...CLEAN, 'src/modules/gift-cards/index.ts': 'export {};\n' });

    expect(answer.stderr).toContain('src/modules/gift-cards: not in the table');
    expect(answer.exitCode).toBe(1);
  }, 60_000);
});
