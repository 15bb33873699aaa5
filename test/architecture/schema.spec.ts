import { DataSource } from 'typeorm';
import { startApp, type TestApp } from '../support/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

interface Column {
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** PostgreSQL's names of the types that entities call otherwise. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  char: 'character',
  timestamptz: 'timestamp with time zone',
};

async function columnsOf(table: string): Promise<Column[]> {
  return app.database.query<Column & { [key: string]: unknown }>(
    `SELECT a.attname AS column, NOT a.attnotnull AS nullable,
            regexp_replace(format_type(a.atttypid, NULL), '^"?char"?$', 'character') AS type
     FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped`,
    [table],
  );
}

const entities = () => app.nest.get(DataSource).entityMetadatas;

describe('entities and migrations', () => {
  it('have entities for the tables of every module', () => {
    expect(entities().map(({ tableName }) => tableName).sort()).toEqual([
      'cart_items',
      'carts',
      'categories',
      'category_translations',
      'collection_products',
      'collection_translations',
      'collections',
      'fulfilment_lines',
      'fulfilments',
      'images',
      'import_chunks',
      'ledger_entries',
      'order_lines',
      'order_transitions',
      'orders',
      'payment_operations',
      'payments',
      'product_categories',
      'product_imports',
      'product_purchases',
      'product_ratings',
      'product_reviews',
      'product_slugs',
      'product_translations',
      'product_types',
      'products',
      'refresh_tokens',
      'related_products',
      'search_log',
      'search_synonyms',
      'sessions',
      'stock_levels',
      'stock_movements',
      'users',
      'variant_prices',
      'variants',
      'webhook_attempts',
      'webhook_deliveries',
      'webhook_endpoints',
    ]);
  });

  it('say the same of each column: its type, and whether it may be null', async () => {
    for (const entity of entities()) {
      const real = new Map((await columnsOf(entity.tableName)).map((column) => [column.column, column]));
      for (const column of entity.columns) {
        const type = String(column.type);
        const name = `${TYPE_NAMES[type] ?? type}${column.isArray ? '[]' : ''}`;
        const said = { column: column.databaseName, type: name, nullable: column.isNullable };
        expect({ table: entity.tableName, ...real.get(column.databaseName) }).toEqual({ table: entity.tableName, ...said });
      }
    }
  });

  it('leave no column of a table out', async () => {
    for (const entity of entities()) {
      const known = new Set(entity.columns.map(({ databaseName }) => databaseName));
      const unknown = (await columnsOf(entity.tableName))
        .map(({ column }) => column)
        .filter((column) => !known.has(column));
      expect({ table: entity.tableName, unknown }).toEqual({ table: entity.tableName, unknown: [] });
    }
  });

  it('refuse a find condition that is undefined or null, instead of finding the first row', async () => {
    const users = app.nest.get(DataSource).getRepository('users');

    await expect(users.findOneBy({ id: undefined })).rejects.toThrow(/undefined/i);
    await expect(users.findOneBy({ id: null })).rejects.toThrow(/null/i);
  });

  it('can be taken back and made again', async () => {
    const dataSource = app.nest.get(DataSource);
    const count = dataSource.migrations.length;

    for (let step = 0; step < count; step += 1) await dataSource.undoLastMigration();
    const [left] = await app.database.query(
      `SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`,
    );
    await dataSource.runMigrations();

    expect(left).toEqual({ tables: 0 });
  });
});
