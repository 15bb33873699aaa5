import {
  leakFaults,
  migrationFaults,
  nameFaults,
  ownershipFaults,
  topLevelFaults,
  unlistedMigrations,
} from './repository-rules.js';
import { readTexts, repositoryPaths, type SourceFile } from './source-files.js';

const MIGRATIONS = 'src/infrastructure/database/migrations';

const migration = (body: string, name = '2-index'): SourceFile => ({ path: `${MIGRATIONS}/${name}.ts`, text: body });

describe('the repository', () => {
  const paths = repositoryPaths();
  const files = readTexts(paths);

  it('is read whole', () => {
    expect(paths).toEqual(expect.arrayContaining(['package.json', 'src/common/money/money.ts', 'eslint.config.mjs']));
  });

  it('has nothing at its root that does not belong there', () => {
    expect(topLevelFaults(paths)).toEqual([]);
  });

  it('names its files in kebab-case, by the known kinds, in words of the trade', () => {
    expect(nameFaults(paths)).toEqual([]);
  });

  it('holds no path of a machine and no host of a package registry', () => {
    expect(leakFaults(files)).toEqual([]);
  });

  it('writes each table in its owner alone', () => {
    expect(ownershipFaults(files)).toEqual([]);
  });

  it('builds indexes of existing tables concurrently, by SQL written by hand', () => {
    expect(migrationFaults(files)).toEqual([]);
  });

  it('runs every migration that it has', () => {
    expect(unlistedMigrations(files)).toEqual([]);
  });
});

describe('the check of the root', () => {
  it.each(['notes.txt', 'lib/index.ts', '.env', '.github/workflow.yml'])('refuses %s', (path) => {
    expect(topLevelFaults(['README.md', path])).toEqual([path.split('/')[0]]);
  });
});

describe('the check of names', () => {
  it.each([
    ['src/common/text/textUtil.ts', 'src/common/text/textUtil.ts: "textUtil" is not kebab-case'],
    ['src/modules/orders/order.dao.ts', 'src/modules/orders/order.dao.ts: unknown suffix "dao"'],
    ['src/common/date-utils.ts', 'src/common/date-utils.ts: "utils" says nothing'],
    ['test/support/helpers.ts', 'test/support/helpers.ts: "helpers" says nothing'],
    ['src/modules/orders/stock-manager.ts', 'src/modules/orders/stock-manager.ts: "manager" says nothing'],
    ['src/common/clock-impl.ts', 'src/common/clock-impl.ts: "impl" says nothing'],
    ['src/modules/Orders/order.state.ts', 'src/modules/Orders/order.state.ts: "Orders" is not kebab-case'],
  ])('refuses %s', (path, fault) => {
    expect(nameFaults([path])).toEqual([fault]);
  });

  it('refuses DTO files', () => {
    expect(nameFaults(['src/modules/orders/order.dto.ts'])).toEqual([
      'src/modules/orders/order.dto.ts: unknown suffix "dto"',
      'src/modules/orders/order.dto.ts: "dto" says nothing',
    ]);
  });

  it('refuses folders of a technical kind', () => {
    expect(nameFaults(['src/modules/orders/services/place.ts'])).toEqual([
      'src/modules/orders/services/place.ts: "services" is a technical kind, not a part of the trade',
    ]);
  });

  it('accepts the kinds that the layout names', () => {
    expect(
      nameFaults([
        'src/main.ts',
        'src/modules/orders/order.state.spec.ts',
        'src/modules/products/products.worker.module.ts',
        `${MIGRATIONS}/1760000001000-accounts.ts`,
      ]),
    ).toEqual([]);
  });
});

describe('the check of leaks', () => {
  it.each([
    [['', 'root', 'orderly', 'dist'].join('/'), 'a path of one machine'],
    [['', 'work', 'main'].join('/'), 'a path of one machine'],
    [['', 'home', 'ada', 'orderly'].join('/'), 'a path of one machine'],
    [['', 'Users', 'ada'].join('/'), 'a path of one machine'],
    [['https:', '', 'registry.example.org', 'zod'].join('/'), 'the host of a package registry'],
    [['http:', '', 'npm-registry.internal:4873', ''].join('/'), 'the host of a package registry'],
    [['registry', 'https://npm.example.org'].join('='), 'the host of a package registry'],
  ])('refuses %s', (text, what) => {
    const faults = leakFaults([{ path: 'docs/a.md', text: `# Start\n${text}\n` }]);

    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`docs/a.md: ${what}`);
  });

  it('refuses a lock file that names where packages came from', () => {
    const text = ['{ "resolved"', '"https://packages.example.org/zod.tgz" }'].join(': ');

    expect(leakFaults([{ path: 'package-lock.json', text }])).toHaveLength(1);
  });

  it('accepts routes, container paths and URLs', () => {
    const nested = ['', 'root', 'work', '1'].join('/');
    const text = `'/orders/{id}' /app/dist /home/node/app https://example.org${nested} ./src${nested} '/api${nested}'`;

    expect(leakFaults([{ path: 'docs/a.md', text }])).toEqual([]);
  });
});

describe('the check of table ownership', () => {
  const tables = migration('CREATE TABLE orders (id uuid); CREATE TABLE order_notes (id uuid); CREATE TABLE outbox_events (id uuid)');
  const entity = { path: 'src/modules/orders/order.entity.ts', text: "@Entity('orders')" };
  const writes = (path: string, sql: string): SourceFile => ({ path, text: `tx.query(\`${sql}\`)` });

  it.each([
    'INSERT INTO orders (id) VALUES ($1)',
    'insert into "orders" (id) values ($1)',
    'UPDATE orders SET state = $1',
    'WITH x AS (UPDATE ONLY orders AS o SET state = $1 RETURNING 1) SELECT 1',
    'DELETE FROM public.orders WHERE id = $1',
    'MERGE INTO orders USING rows ON true',
    'COPY orders (id) FROM STDIN',
    'TRUNCATE orders',
  ])('refuses a stranger that sends %s', (sql) => {
    expect(ownershipFaults([tables, entity, writes('src/modules/carts/carts.repository.ts', sql)])).toEqual([
      'src/modules/carts/carts.repository.ts: writes orders, which belongs to src/modules/orders',
    ]);
  });

  it('refuses a module that writes the outbox itself', () => {
    expect(ownershipFaults([tables, writes('src/modules/orders/a.repository.ts', 'INSERT INTO outbox_events')])).toEqual([
      'src/modules/orders/a.repository.ts: writes outbox_events, which belongs to src/infrastructure/outbox',
    ]);
  });

  it('refuses a root that writes a table', () => {
    expect(ownershipFaults([tables, entity, writes('src/main.ts', 'DELETE FROM orders')])).toEqual([
      'src/main.ts: writes orders, which belongs to src/modules/orders',
    ]);
  });

  it('refuses a second writer of a table that has no entity', () => {
    const first = writes('src/modules/orders/a.repository.ts', 'INSERT INTO order_notes');
    const second = writes('src/modules/users/a.repository.ts', 'INSERT INTO order_notes');

    expect(ownershipFaults([tables, first, second])).toEqual([
      'src/modules/users/a.repository.ts: writes order_notes, which belongs to src/modules/orders',
    ]);
  });

  it('refuses a table that only a variable names', () => {
    expect(ownershipFaults([tables, writes('src/modules/users/a.repository.ts', 'DELETE FROM ${table}')])).toEqual([
      'src/modules/users/a.repository.ts: writes a table that only a variable names',
    ]);
  });

  it('accepts the owner, reads, locks and upserts', () => {
    const sql = `INSERT INTO orders VALUES (1) ON CONFLICT (id) DO UPDATE SET state = $1;
      SELECT 1 FROM orders FOR UPDATE OF orders; SELECT 1 FROM orders FOR NO KEY UPDATE \${skipLocked}`;

    expect(
      ownershipFaults([
        tables,
        entity,
        writes('src/modules/orders/fulfilments/a.repository.ts', sql),
        writes('src/modules/users/a.repository.ts', 'SELECT 1 FROM orders FOR UPDATE'),
      ]),
    ).toEqual([]);
  });
});

describe('the check of migrations', () => {
  it('refuses an index that locks a table in use', () => {
    expect(migrationFaults([migration('CREATE UNIQUE INDEX orders_idx ON orders (id)')])).toEqual([
      '2-index.ts: an index on orders is not built CONCURRENTLY',
    ]);
  });

  it('refuses a concurrent index inside of a transaction', () => {
    expect(migrationFaults([migration('CREATE INDEX CONCURRENTLY orders_idx ON orders (id)')])).toEqual([
      '2-index.ts: a concurrent index needs `transaction = false`',
    ]);
  });

  it('refuses a concurrent index beside other changes', () => {
    const text = 'transaction = false; ALTER TABLE orders ADD note text; CREATE INDEX CONCURRENTLY i ON orders (note)';

    expect(migrationFaults([migration(text)])).toEqual(['2-index.ts: a concurrent index is not alone in its migration']);
  });

  it('refuses a key that builds its index under a lock', () => {
    expect(migrationFaults([migration('ALTER TABLE orders ADD CONSTRAINT orders_key UNIQUE (number)')])).toEqual([
      '2-index.ts: a key of orders builds its index under a lock: build it CONCURRENTLY, then USING INDEX',
    ]);
  });

  it.each([
    ['createTable', 'await queryRunner.createTable(new Table({}))'],
    ['createIndex', "await runner.createIndex('orders', index)"],
    ['addColumn', "await runner.addColumn('orders', column)"],
  ])('refuses the generated %s', (call, text) => {
    expect(migrationFaults([migration(text)])).toEqual([`2-index.ts: ${call}() hides the SQL: write it by hand`]);
  });

  it('refuses synchronize', () => {
    expect(migrationFaults([migration('await source.synchronize()')])).toEqual([
      '2-index.ts: synchronize makes what no one reviewed',
    ]);
  });

  it('refuses a migration that the list leaves out', () => {
    const list = migration("import { First } from './1-first.js';", 'index');

    expect(unlistedMigrations([list, migration('', '1-first'), migration('', '2-second')])).toEqual(['2-second']);
  });

  it('accepts indexes made with their table, and concurrent ones on their own', () => {
    const first = migration('CREATE TABLE orders (id uuid); CREATE INDEX i ON orders (id)', '1-orders');
    const second = migration('readonly transaction = false; await runner.query(`CREATE INDEX CONCURRENTLY i ON orders (id)`)');

    expect(migrationFaults([first, second])).toEqual([]);
  });
});
