import { join } from 'node:path';
import { PlantedTree, REPOSITORY } from './planted-tree.js';

const DATABASE = join(REPOSITORY, 'src/infrastructure/database');

const calling = (body: string): string =>
  `import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Database } from '${DATABASE}/database.js';
import { Transaction } from '${DATABASE}/transaction.js';

declare const database: Database;
declare const source: DataSource;
declare const manager: EntityManager;
declare const runner: QueryRunner;
declare const lookalike: Pick<Transaction, 'query' | 'repository' | 'onBeforeCommit' | 'takeBeforeCommit'>;
declare function write(tx: Transaction, id: string): Promise<void>;

export const made = [database, source, manager, runner, lookalike, write, Transaction, ${body}];
`;

/** What a service might try, and the code of the compiler's refusal. */
const REFUSED = [
  { what: 'leaving the transaction out', body: "write('id')", code: 'TS2554' },
  { what: 'undefined', body: "write(undefined, 'id')", code: 'TS2345' },
  { what: 'a data source', body: "write(source, 'id')", code: 'TS2345' },
  { what: 'an entity manager', body: "write(manager, 'id')", code: 'TS2345' },
  { what: 'a query runner', body: "write(runner, 'id')", code: 'TS2345' },
  { what: 'the database itself', body: "write(database, 'id')", code: 'TS2345' },
  { what: 'an object with the same methods', body: "write(lookalike, 'id')", code: 'TS2345' },
  { what: 'a transaction of its own making', body: 'new Transaction(runner, manager)', code: 'TS2673' },
];
const ACCEPTED = "database.transaction((tx) => write(tx, 'id'))";

describe('the type of transactions', () => {
  let refusals: string[];

  beforeAll(async () => {
    const sources = Object.fromEntries(REFUSED.map(({ body }, index) => [`refused-${String(index)}.ts`, calling(body)]));
    const tree = await PlantedTree.of({
      ...sources,
      'accepted.ts': calling(ACCEPTED),
      'tsconfig.planted.json': JSON.stringify({
        extends: './tsconfig.json',
        compilerOptions: { rootDir: '/', types: ['node'] },
        include: ['*.ts'],
      }),
    });
    try {
      const { stdout } = await tree.run('typescript/bin/tsc', '--project', 'tsconfig.planted.json', '--pretty', 'false');
      refusals = stdout.split('\n');
    } finally {
      await tree.remove();
    }
  }, 60_000);

  it.each(REFUSED.map((refused, index) => ({ ...refused, index })))('refuses $what', ({ index, code }) => {
    const found = refusals.filter((line) => line.startsWith(`refused-${String(index)}.ts(`));

    expect(found).toEqual([expect.stringContaining(`error ${code}:`)]);
  });

  it('accepts the transaction that the database opened', () => {
    expect(refusals.filter((line) => line.startsWith('accepted.ts'))).toEqual([]);
  });
});
