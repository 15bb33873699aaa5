import { Database } from '../../src/infrastructure/database/database.js';
import { startApp, type TestApp } from '../support/app.js';
import { logStatements } from '../support/sql-log.js';

const PRODUCTS = 2_000;
let app: TestApp;

beforeAll(async () => {
  app = await startApp();
  await app.database.query(
    `WITH planned AS (INSERT INTO products (id, slug, title, vendor, category, state, created_at, updated_at)
     SELECT gen_random_uuid(), 'planned-' || n, 'Product ' || n, 'Vendor ' || n % 500, 'Category ' || n % 500,
            'active', now() - n * interval '1 second', now() FROM generate_series(1, $1::int) n
       RETURNING id)
     INSERT INTO variants (id, product_id, position, sku, title, options, price_amount, currency, created_at, updated_at)
     SELECT gen_random_uuid(), id, 0, 'PLANNED-' || id, 'x', '{}', 100, 'EUR', now(), now() FROM planned`,
    [PRODUCTS],
  );
  for (const table of ['products', 'product_search']) await app.database.query(`ANALYZE ${table}`);
});
afterAll(async () => {
  await app.close();
});

/** The plan of the last statement of a read, without scans of tables, which a small catalogue is cheapest to read by. */
async function planOf(path: string): Promise<string> {
  const statements = await logStatements(async () => {
    const { status, text, body } = await app.api.get(path, { as: app.adminToken });
    if (status !== 200 || body.data.length !== 4) throw new Error(text);
  });
  const rows = await app.nest.get(Database).transaction(async (tx) => {
    await tx.query('SET LOCAL enable_seqscan = off');
    return tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${String(statements.at(-1))}`);
  });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

async function aCollectionOf(...conditions: object[]): Promise<string> {
  const input = { title: JSON.stringify(conditions), rules: { match: 'all', conditions } };
  const { body } = await app.api.post('/v1/admin/collections', input, { as: app.adminToken });
  return `/v1/collections/${String(body.id)}/products`;
}

describe('a list of few among many products finds them by an index', () => {
  it.each([
    ['/v1/admin/products?vendor=Vendor+7', 'products_vendor_created_at_idx'],
    ['/v1/admin/products?vendor=Vendor+7&sort=title', 'products_vendor_created_at_idx'],
    ['/v1/admin/products?category=Category+7', 'products_category_created_at_idx'],
    ['/v1/admin/products?category=Category+7&state=active&sort=-title', 'products_category_created_at_idx'],
  ])('for staff: %s', async (path, index) => {
    expect(await planOf(path)).toContain(index);
  });

  it.each([
    [{ field: 'vendor', is: 'Vendor 7' }, 'products_vendor_created_at_idx'],
    [{ field: 'category', is: 'Category 7' }, 'products_category_created_at_idx'],
  ])('of a collection by the rule %j and one that no filter tells of', async (condition, index) => {
    expect(await planOf(await aCollectionOf(condition, { field: 'createdAt', withinDays: 30 }))).toContain(index);
  });

  it.each(['vendor', 'category'])('of a collection by a rule on the %s alone, by the search', async (field) => {
    const name = field === 'vendor' ? 'Vendor' : 'Category';
    const plan = await planOf(await aCollectionOf({ field, is: `${name} 7` }));

    expect(plan).toContain('product_search_created_at_idx');
    expect(plan).toContain('product_search_words_idx');
  });
});
