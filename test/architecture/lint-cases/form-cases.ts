import { documented, lines, type LintCase } from './lint-case.js';

const parametersOf = (count: number): string => lines(count, (index) => `readonly p${String(index)}: string,`);

const branches = (count: number): string =>
  documented(
    `export function choose(choice: number): number {\n${lines(
      count,
      (index) => `  if (choice === ${String(index)}) return ${String(index + 1)};`,
    )}\n  return 0;\n}`,
  );

const functionOf = (count: number): string =>
  documented(
    `export function write(log: (line: number) => void): void {\n${lines(count - 2, (index) => `  log(${String(index)});`)}\n}`,
  );

const SPEC = 'test/api/*.spec.ts';

const TESTS: readonly LintCase[] = [
  {
    rule: 'habits/no-unrun-tests',
    at: SPEC,
    breaks: [
      "it.only('refuses', () => {\n  expect(1).toBe(1);\n});\n",
      "it.skip('refuses', () => {\n  expect(1).toBe(1);\n});\n",
      "it.todo('refuses');\n",
      "describe.skip('orders', () => {\n  it('refuses', () => {\n    expect(1).toBe(1);\n  });\n});\n",
      "it.only.each([1])('refuses %d', (each) => {\n  expect(each).toBe(1);\n});\n",
      "it.concurrent.only('refuses', async () => {\n  await expect(Promise.resolve(1)).resolves.toBe(1);\n});\n",
      "xit('refuses', () => {\n  expect(1).toBe(1);\n});\n",
    ],
    keeps: "it('refuses', () => {\n  expect(1).toBe(1);\n});\n",
  },
  {
    rule: 'habits/no-sleeps',
    at: SPEC,
    breaks: [
      "it('waits', async () => {\n  await new Promise((resolve) => {\n    setTimeout(resolve, 100);\n  });\n});\n",
      "import { setTimeout } from 'node:timers/promises';\n\nit('waits', async () => {\n  await setTimeout(100);\n});\n",
    ],
    keeps: "import { setTimeout } from 'node:timers/promises';\n\nexport const pause = () => setTimeout(10);\n",
    keepsAt: ['test/support/*.ts'],
  },
  {
    rule: 'habits/no-mocks',
    at: SPEC,
    breaks: ['export const call = jest.fn();\n', "jest.mock('./clock.js');\n", "jest.spyOn(console, 'log');\n"],
    keeps: 'jest.setTimeout(60_000);\n',
  },
  {
    rule: 'habits/exact-assertions',
    at: SPEC,
    breaks: [
      "it('answers', () => {\n  expect({ id: 1 }).toMatchSnapshot();\n});\n",
      "it('answers', () => {\n  expect({ id: 1 }).toBeDefined();\n});\n",
    ],
    keeps: "it('answers', () => {\n  expect({ id: 1 }).toEqual({ id: 1 });\n});\n",
  },
  {
    rule: 'habits/names-are-guarantees',
    at: SPEC,
    breaks: ["it('should refuse', () => {\n  expect(1).toBe(1);\n});\n"],
    keeps: "it('refuses a second refund', () => {\n  expect(1).toBe(1);\n});\n",
  },
  {
    rule: 'habits/max-lines-per-function',
    at: SPEC,
    breaks: [`it('answers', () => {\n${lines(51, (index) => `  expect(${String(index)}).toBe(${String(index)});`)}\n});\n`],
    keeps: `describe('orders', () => {\n${lines(20, (index) => `  it('answers ${String(index)}', () => {\n    expect(1).toBe(1);\n  });`)}\n});\n`,
  },
];

const LIMITS: readonly LintCase[] = [
  {
    rule: 'max-lines',
    breaks: [documented(`export const rows = [\n${lines(398, (index) => `  ${String(index)},`)}\n];`)],
    keeps: documented(`export const rows = [\n${lines(397, (index) => `  ${String(index)},`)}\n];`),
  },
  { rule: 'habits/max-lines-per-function', breaks: [functionOf(51)], keeps: functionOf(50) },
  {
    rule: 'max-params',
    breaks: [documented(`export class Service {\n  constructor(\n${parametersOf(8)}\n  ) {}\n}`)],
    keeps: documented(`export class Service {\n  constructor(\n${parametersOf(7)}\n  ) {}\n}`),
  },
  { rule: 'complexity', breaks: [branches(12)], keeps: branches(11) },
];

const DOCSTRINGS: readonly LintCase[] = [
  {
    rule: 'jsdoc/require-jsdoc',
    breaks: [
      'export function one(): number {\n  return 1;\n}\n',
      'export const one = 1;\n',
      'export class One {\n  readonly value = 1;\n}\n',
      'export interface One {\n  readonly value: 1;\n}\n',
      'export type One = 1;\n',
      documented('export class One {\n  value(): number {\n    return 1;\n  }\n}'),
      documented('export class One {\n  get value(): number {\n    return 1;\n  }\n}'),
      documented('export abstract class One {\n  abstract value(): number;\n}'),
      documented(
        'export class One implements Iterable<number> {\n  *values(): Generator<number> {\n    yield 1;\n  }\n\n  [Symbol.iterator](): Generator<number> {\n    return this.values();\n  }\n}',
      ),
      'export default class One {\n  readonly value = 1;\n}\n',
    ],
    keeps: documented(
      'export class One {\n  private readonly one: number;\n\n  constructor(one: number) {\n    this.one = one;\n  }\n\n  /** Answers one. */\n  value(): number {\n    return this.hidden();\n  }\n\n  private hidden(): number {\n    return this.one;\n  }\n}',
    ),
  },
  {
    rule: 'jsdoc/require-jsdoc',
    at: 'src/modules/orders/*.controller.ts',
    breaks: ['export class Orders {\n  place(): number {\n    return 1;\n  }\n}\n'],
    keeps: documented('export class Orders {\n  place(): number {\n    return 1;\n  }\n}'),
  },
  {
    rule: 'jsdoc/require-jsdoc',
    breaks: [documented('export class One {\n  transform(): number {\n    return 1;\n  }\n}')],
    keeps: `import type { PipeTransform } from '@nestjs/common';\n\n${documented('export class One implements PipeTransform {\n  transform(): number {\n    return 1;\n  }\n}')}`,
  },
  {
    rule: 'jsdoc/require-jsdoc',
    breaks: ["import { z } from 'zod';\n\nexport const one = z.literal(1);\n"],
    keeps: `import { z } from 'zod';\n\n${documented('export const one = z.literal(1);')}export type One = z.infer<typeof one>;\n`,
  },
  {
    rule: 'jsdoc/require-jsdoc',
    at: 'config/*.ts',
    breaks: ['export const one = 1;\n'],
    keeps: documented('export const one = 1;'),
  },
  {
    rule: 'jsdoc/match-description',
    breaks: [
      '/** Answers one */\nexport const one = 1;\n',
      '/** answers one. */\nexport const one = 1;\n',
      '/**\n * Answers one\n *\n * It never answers two.\n */\nexport const one = 1;\n',
    ],
    keeps: '/**\n * Answers one, over\n * two lines.\n *\n * @see https://www.rfc-editor.org/rfc/rfc9457\n */\nexport const one = 1;\n',
  },
  {
    rule: 'jsdoc/require-description',
    breaks: [
      '/** @see RFC 9457 */\nexport const one = 1;\n',
      documented('export class One {\n  /** @throws Problem `busy` (503) */\n  value(): number {\n    return 1;\n  }\n}'),
    ],
    keeps: documented('export const one = 1;'),
  },
  {
    rule: 'jsdoc/check-tag-names',
    breaks: ['author', 'since', 'version', 'summary', 'name'].map(
      (tag) => `/**\n * Answers one.\n *\n * @${tag} one\n */\nexport const one = 1;\n`,
    ),
    keeps:
      '/**\n * Answers one.\n *\n * @param value what is thrown away\n * @throws Problem `busy` (503)\n */\nexport function one(value: string): number {\n  return value.length;\n}\n',
  },
  {
    rule: 'jsdoc/no-types',
    breaks: ['/**\n * Answers one.\n *\n * @param {string} value is thrown away\n */\nexport function one(value: string): number {\n  return value.length;\n}\n'],
    keeps: documented('export const one = 1;'),
  },
];

const COMMENTS: readonly LintCase[] = [
  {
    rule: 'no-warning-comments',
    breaks: [documented('// TODO: later\nexport const one = 1;'), documented('// A FIXME in the middle\nexport const one = 1;')],
    keeps: documented('// One is the first.\nexport const one = 1;'),
  },
  {
    rule: 'habits/disable-with-reason',
    breaks: [
      documented('// eslint-disable-next-line no-console\nexport const one = console.log;'),
      documented('/* eslint-disable */\nexport const one = console.log;'),
      documented('/* eslint-disable -- because */\nexport const one = console.log;'),
      documented('export const one = console.log; // eslint-disable-line no-console'),
      `/* eslint-disable no-console */\n${documented('export const one = console.log;')}`,
    ],
    keeps: documented('// eslint-disable-next-line no-console -- the command line is its only reader\nexport const one = console.log;'),
  },
  {
    rule: 'no-undef',
    at: 'bin/*.mjs',
    breaks: ['windows.close();\n'],
    keeps: "console.log(process.env.PATH ?? '');\n",
  },
];

/** Habits of tests, limits, docstrings and comments. */
export const FORM_CASES: readonly LintCase[] = [...TESTS, ...LIMITS, ...DOCSTRINGS, ...COMMENTS];
