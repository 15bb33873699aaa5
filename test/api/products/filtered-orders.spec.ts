import { DataSource } from 'typeorm';
import { FilterBits1760000074000 } from '../../../src/infrastructure/database/migrations/1760000074000-filter-bits.js';
import { MIGRATIONS } from '../../../src/infrastructure/database/migrations/index.js';
import { startApp, type TestApp } from '../../support/app.js';
import { rankedCatalogue } from '../../support/builders/ranked-catalogue.js';
import { faultsInTheSearch, foundTitles } from '../../support/builders/searched.js';
import { logStatements } from '../../support/sql-log.js';

const PRODUCTS = 240;
const SORTS = ['relevance', '-createdAt', 'createdAt', 'price', '-price', 'title', '-title', 'bestSelling'];
const FILTERS = ['vendor=Vendor 1', 'vendor=Vendor 1&tag=tag2', 'vendor=Vendor 1&vendor=Vendor 3&tag=tag1', 'tag=tag0&inStock=true', 'vendor=Vendor 2&q=thing'];

let app: TestApp;

beforeAll(async () => {
  // A shop without the cache answers what its rows say, however they came to be.
  app = await startApp({ env: { PRODUCT_CACHE_MS: '0' } });
  await rankedCatalogue(app, PRODUCTS);
  await app.database.query(
    `WITH made AS (SELECT id, product_id FROM variants WHERE sku LIKE 'ranked-%0')
     INSERT INTO stock_levels (id, variant_id, on_hand, reserved, updated_at) SELECT gen_random_uuid(), id, 5, 0, now() FROM made`,
  );
});
afterAll(async () => {
  await app.close();
});

/** The titles of all pages of a list. */
async function all(query: string): Promise<string[]> {
  const titles: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { status, body, text } = await app.api.get(`/v1/products?${query}&limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`);
    if (status !== 200) throw new Error(text);
    titles.push(...body.data.map(({ title }: { title: string }) => title));
    cursor = body.nextCursor;
  }
  return titles;
}

const lists = SORTS.flatMap((sort) => FILTERS.map((filters) => `sort=${sort}&${filters}`));

async function everyList(): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const list of lists) found[list] = await all(list);
  return found;
}

describe('lists by filters in an order', () => {
  it('find the same with the bits of the rows and without', async () => {
    let withBits: Record<string, string[]> = {};
    const statements = await logStatements(async () => {
      withBits = await everyList();
    });
    await app.database.query('UPDATE product_search SET filter_bits = -1');
    const without = await everyList();
    await app.database.query('UPDATE product_search SET filter_bits = search_filter_bits(facets)');

    expect(statements.filter((statement) => statement.includes('search_filter_bits')).length).toBeGreaterThan(lists.length);
    expect(withBits).toEqual(without);
    expect(withBits['sort=price&vendor=Vendor 1']).toHaveLength(PRODUCTS / 5);
    expect(withBits['sort=title&tag=tag0&inStock=true']?.length).toBeGreaterThan(5);
  });

  it('do not read a row whose bits lack a value, and the invariants tell of one that lacks them wrongly', async () => {
    const list = 'sort=title&vendor=Vendor 1&limit=5';
    const [first = '', ...others] = await foundTitles(app, list);
    await app.database.query('UPDATE product_search SET filter_bits = 0 WHERE title = $1', [first]);

    expect((await foundTitles(app, list)).slice(0, 4)).toEqual(others);
    expect(await faultsInTheSearch(app)).toEqual([expect.stringMatching(/filter_bits/)]);

    await app.database.query('UPDATE product_search SET filter_bits = search_filter_bits(facets) WHERE title = $1', [first]);
    expect(await foundTitles(app, list)).toEqual([first, ...others]);
  });

  it('follow a product that is changed', async () => {
    const [product] = await app.database.query<{ id: string; title: string }>(`SELECT id, title FROM products WHERE slug = 'ranked-1'`);
    const { status } = await app.api.patch(`/v1/admin/products/${String(product?.id)}`, { vendor: 'Vendor 4' }, { as: app.adminToken, headers: { 'If-Match': '*' } });

    expect(status).toBe(200);
    expect(await all('sort=createdAt&vendor=Vendor 1')).not.toContain(product?.title);
    expect((await all('sort=createdAt&vendor=Vendor 4'))[0]).toBe(product?.title);
    expect(await faultsInTheSearch(app)).toEqual([]);
  });

  it('find what was there before the rows had bits, as soon as the migration has filled them', async () => {
    const before = await everyList();
    const dataSource = app.nest.get(DataSource);
    const first = MIGRATIONS.indexOf(FilterBits1760000074000);
    for (let last = MIGRATIONS.length; last > first; last -= 1) await dataSource.undoLastMigration();
    const columns = await app.database.query(`SELECT 1 FROM pg_attribute WHERE attrelid = 'product_search'::regclass AND attname = 'filter_bits'`);
    await dataSource.runMigrations();

    expect(columns).toEqual([]);
    expect(await app.database.query('SELECT 1 FROM product_search WHERE filter_bits = -1')).toEqual([]);
    expect(await faultsInTheSearch(app)).toEqual([]);
    expect(await everyList()).toEqual(before);
  });
});
