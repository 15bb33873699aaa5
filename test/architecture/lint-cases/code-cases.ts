import { documented, withTransaction, type LintCase } from './lint-case.js';

const TYPES: readonly LintCase[] = [
  {
    rule: '@typescript-eslint/no-explicit-any',
    breaks: [documented('export function isOne(value: any): boolean {\n  return value === 1;\n}')],
    keeps: documented('export function isOne(value: unknown): boolean {\n  return value === 1;\n}'),
  },
  {
    rule: '@typescript-eslint/no-unsafe-assignment',
    breaks: [
      documented('export function read(text: string): string {\n  const value = JSON.parse(text);\n  return String(value);\n}'),
    ],
    keeps: documented(
      'export function read(text: string): string {\n  const value: unknown = JSON.parse(text);\n  return String(value);\n}',
    ),
  },
  {
    rule: '@typescript-eslint/no-unsafe-member-access',
    breaks: [documented('export function read(text: string): unknown {\n  return JSON.parse(text).name;\n}')],
    keeps: documented('export function read(text: string): unknown {\n  return JSON.parse(text);\n}'),
  },
  {
    rule: '@typescript-eslint/no-unsafe-call',
    breaks: [documented('export function read(text: string): unknown {\n  return JSON.parse(text)();\n}')],
    keeps: documented('export function call(work: () => unknown): unknown {\n  return work();\n}'),
  },
  {
    rule: '@typescript-eslint/no-unsafe-return',
    breaks: [documented('export function read(text: string): string {\n  return JSON.parse(text);\n}')],
    keeps: documented('export function read(text: string): string {\n  return text;\n}'),
  },
  {
    rule: '@typescript-eslint/no-unsafe-argument',
    breaks: [documented('export function read(text: string): number {\n  return Number.parseInt(JSON.parse(text));\n}')],
    keeps: documented('export function read(text: string): number {\n  return Number.parseInt(text);\n}'),
  },
  {
    rule: '@typescript-eslint/no-floating-promises',
    breaks: [documented('export function start(work: () => Promise<void>): void {\n  work();\n}')],
    keeps: documented('export async function start(work: () => Promise<void>): Promise<void> {\n  await work();\n}'),
  },
  {
    rule: '@typescript-eslint/no-misused-promises',
    breaks: [
      documented(
        'export function start(work: (each: number) => Promise<void>): void {\n  [1].forEach(async (each) => {\n    await work(each);\n  });\n}',
      ),
    ],
    keeps: documented(
      'export async function start(work: (each: number) => Promise<void>): Promise<void> {\n  for (const each of [1]) await work(each);\n}',
    ),
  },
  {
    rule: '@typescript-eslint/ban-ts-comment',
    breaks: [documented('export function one(): number {\n  // @ts-ignore\n  return 1;\n}')],
    keeps: documented('export function one(): number {\n  return 1;\n}'),
  },
  {
    rule: '@typescript-eslint/naming-convention',
    breaks: [
      ...['OrderDto', 'OrderDTO', 'StockManager', 'ClockImpl', 'MoneyUtils', 'TestHelper'].map((name) =>
        documented(`export class ${name} {\n  readonly id = '';\n}`),
      ),
      documented('export interface IOrder {\n  readonly id: string;\n}'),
      documented('export function idOf(req: { readonly id: string }): string {\n  return req.id;\n}'),
      documented('export function first(text: string): string {\n  const res = text.slice(1);\n  return res + res;\n}'),
      documented('export function read_id(text: string): string {\n  return text;\n}'),
    ],
    keeps: documented('export interface Identity {\n  readonly id: string;\n}'),
  },
];

const PLACES: readonly LintCase[] = [
  {
    rule: 'habits/env-in-config',
    breaks: [
      documented("export const port = process.env.PORT ?? '';"),
      documented("export const port = process['env'].PORT ?? '';"),
      documented("export const port = globalThis.process.env.PORT ?? '';"),
      `const { env } = process;\n\n${documented('export const port = env.PORT;')}`,
      `import { env } from 'node:process';\n\n${documented('export const port = env.PORT;')}`,
    ],
    keeps: documented("export const port = process.env.PORT ?? '';"),
    keepsAt: ['config/*.ts', 'test/support/*.ts', 'bench/*.ts'],
  },
  {
    rule: 'habits/time-from-clock',
    breaks: [
      documented('export const startedAt = Date.now();'),
      documented('export const startedAt = new Date();'),
      documented('export const startedAt = Date();'),
    ],
    keeps: documented('export const startedAt = new Date();'),
    keepsAt: ['src/infrastructure/clock/*.ts', 'test/support/*.ts', 'src/common/*.spec.ts'],
  },
  {
    rule: 'habits/time-from-clock',
    breaks: [],
    keeps: documented("export const epoch = new Date('1970-01-01T00:00:00Z');"),
  },
  {
    rule: 'habits/errors-are-problems',
    breaks: [
      ...['HttpException', 'BadRequestException', 'NotFoundException', 'ConflictException'].map(
        (name) => `import { ${name} } from '@nestjs/common';\n\n${documented(`export const Kind = ${name};`)}`,
      ),
      `import * as nest from '@nestjs/common';\n\n${documented("export function refuse(): never {\n  throw new nest.NotFoundException('gone');\n}")}`,
    ],
    keeps: `import { HttpException } from '@nestjs/common';\n\n${documented('export const Kind = HttpException;')}`,
    keepsAt: ['src/infrastructure/http/problem.filter.ts'],
  },
  {
    rule: 'habits/random-from-crypto',
    breaks: [documented('export const token = String(Math.random());')],
    keeps: `import { randomUUID } from 'node:crypto';\n\n${documented('export const token = randomUUID();')}`,
  },
  {
    rule: 'habits/schema-by-migration',
    breaks: [
      documented('export const options = { synchronize: true };'),
      documented('export const options = { dropSchema: true };'),
      documented(
        'export async function build(source: { synchronize(): Promise<void> }): Promise<void> {\n  await source.synchronize();\n}',
      ),
    ],
    keeps: documented('export const options = { synchronize: false };'),
  },
  {
    rule: 'habits/no-forward-ref',
    breaks: [`import { forwardRef } from '@nestjs/common';\n\n${documented("export const later = forwardRef(() => '');")}`],
    keeps: `import { Inject } from '@nestjs/common';\n\n${documented("export const now = Inject('name');")}`,
  },
  {
    rule: 'habits/export-where-declared',
    breaks: ['const one = 1;\nexport { one };\n'],
    keeps: "export { randomUUID } from 'node:crypto';\n",
  },
  {
    rule: 'no-console',
    breaks: [documented("export function tell(): void {\n  console.log('told');\n}")],
    keeps: documented("export function tell(): void {\n  console.error('The configuration is wrong.');\n}"),
    keepsAt: ['src/*.ts'],
  },
];

const TRANSACTIONS: readonly LintCase[] = [
  {
    rule: 'habits/tx-required',
    breaks: [
      withTransaction('export function write(tx?: Transaction): unknown {\n  return tx;\n}'),
      withTransaction('export function write(tx: Transaction | undefined): unknown {\n  return tx;\n}'),
      withTransaction('export function write(tx: Transaction | null): unknown {\n  return tx;\n}'),
      withTransaction('export function write(other: Transaction, tx = other): unknown {\n  return tx;\n}'),
      withTransaction('export function write(transaction?: Transaction): unknown {\n  return transaction;\n}'),
      withTransaction('export const write = (tx?: Transaction): unknown => tx;'),
      withTransaction('export class Rows {\n  /** Writes. */\n  write(tx?: Transaction): unknown {\n    return tx;\n  }\n}'),
      withTransaction('export interface Rows {\n  write(tx?: Transaction): Promise<void>;\n}'),
      withTransaction('export interface Rows {\n  write(tx: Transaction | undefined): Promise<void>;\n}'),
      withTransaction('export type Write = (tx?: Transaction) => Promise<void>;'),
      withTransaction('export interface Options {\n  readonly tx?: Transaction;\n}'),
      withTransaction('export abstract class Rows {\n  /** Writes. */\n  abstract write(tx?: Transaction): Promise<void>;\n}'),
    ],
    keeps: withTransaction('export function write(tx: Transaction, lines: readonly string[]): unknown {\n  return [tx, lines];\n}'),
  },
  {
    rule: 'habits/tx-first',
    breaks: [
      withTransaction('export function write(id: string, tx: Transaction): unknown {\n  return [id, tx];\n}'),
      withTransaction('export interface Rows {\n  write(id: string, tx: Transaction): Promise<void>;\n}'),
    ],
    keeps: withTransaction('export interface Rows {\n  write(tx: Transaction, id: string): Promise<void>;\n}'),
  },
  {
    rule: 'habits/tx-in-sequence',
    breaks: [
      withTransaction("export async function write(tx: Transaction): Promise<void> {\n  await Promise.all([tx.query('a'), tx.query('b')]);\n}"),
      withTransaction(
        'export async function write(tx: Transaction, insert: (tx: Transaction) => Promise<void>): Promise<void> {\n  await Promise.allSettled([1, 2].map(() => insert(tx)));\n}',
      ),
    ],
    keeps: withTransaction("export async function write(tx: Transaction): Promise<void> {\n  await tx.query('a');\n  await tx.query('b');\n}"),
  },
  {
    rule: 'habits/transactions-in-services',
    at: 'src/modules/orders/*.repository.ts',
    breaks: [
      documented(
        'export async function write(database: { transaction(work: () => void): Promise<void> }): Promise<void> {\n  await database.transaction(() => undefined);\n}',
      ),
    ],
    keeps: documented(
      'export async function write(database: { transaction(work: () => void): Promise<void> }): Promise<void> {\n  await database.transaction(() => undefined);\n}',
    ),
    keepsAt: ['src/modules/orders/*.service.ts'],
  },
  {
    rule: 'habits/transactions-by-database',
    at: 'src/modules/orders/*.service.ts',
    breaks: [
      documented('export function begin(source: { createQueryRunner(): unknown }): unknown {\n  return source.createQueryRunner();\n}'),
      documented(
        'export class Service {\n  private readonly manager = { transaction: (): void => undefined };\n\n  /** Begins. */\n  begin(): void {\n    this.manager.transaction();\n  }\n}',
      ),
      withTransaction('export function begin(client: unknown): Transaction {\n  return client as Transaction;\n}'),
      `class Transaction {\n  readonly id = '';\n\n  static open(): string {\n    return '';\n  }\n}\n\n${documented('export const tx = Transaction.open();')}`,
    ],
    keeps: documented('export function begin(source: { createQueryRunner(): unknown }): unknown {\n  return source.createQueryRunner();\n}'),
    keepsAt: ['src/infrastructure/database/*.ts'],
  },
];

/** Habits of types, places and transactions. */
export const CODE_CASES: readonly LintCase[] = [...TYPES, ...PLACES, ...TRANSACTIONS];
