import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { LOCK_ORDER } from '../../src/infrastructure/database/lock-order.js';
import { SearchLog } from '../../src/modules/products/search/log/search-log.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { aCart, aPlacedOrder, CHECKOUT } from '../support/builders/orders.js';
import { aCustomer } from '../support/builders/people.js';
import { logStatements } from '../support/sql-log.js';

const GOLDEN = new URL('../golden/sql.md', import.meta.url);

let app: TestApp;
const logs = new Map<string, string[]>();

/** The statements of each operation that is worth watching, in the order in which they are sent. */
beforeAll(async () => {
  app = await startApp();
  const { api, adminToken } = app;
  const staff = { as: adminToken };
  const { product, variantId } = await aProductOnSale(app);
  const cart = await aCart(app, variantId);
  const withToken = { headers: { 'X-Cart-Token': cart.token } };
  const customer = await aCustomer(app);
  await app.database.query('ALTER DATABASE current SET enable_seqscan = off'.replace('current', new URL(app.database.url).pathname.slice(1)));
  const order = await aPlacedOrder(app);
  const cancelled = await aPlacedOrder(app);
  const log = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    // What was searched for is written every five seconds, and so, on a slow machine, amid another operation.
    await app.nest.get(SearchLog).flush();
    logs.set(name, await logStatements(work));
  };

  // The synonyms of a shop are read by the first search of a process.
  await api.get('/v1/products?q=first');
  await log('listProducts', () => api.get('/v1/products?limit=20'));
  await log('searchProducts', () => api.get('/v1/products?q=linen&category=Clothing'));
  await log('getProduct', () => api.get(`/v1/products/${String(product.slug)}`));
  await log('getMe', () => api.get('/v1/users/me', { as: customer.token }));
  await log('createCart', () => api.post('/v1/carts', { items: [{ variantId, quantity: 1 }] }));
  await log('addCartItem', () => api.post(`/v1/carts/${cart.id}/items`, { variantId, quantity: 1 }, withToken));
  await log('getCart', () => api.get(`/v1/carts/${cart.id}`, withToken));
  await log('placeOrder', () =>
    api.post(
      '/v1/orders',
      { ...CHECKOUT, cartId: cart.id },
      { headers: { ...withToken.headers, 'Idempotency-Key': randomUUID() } },
    ),
  );
  await log('adminListOrders', () => api.get('/v1/admin/orders', staff));
  await log('captureOrder', () => api.post(`/v1/admin/orders/${order.id}/capture`, undefined, staff));
  await log('fulfilOrder', () => api.post(`/v1/admin/orders/${order.id}/fulfilments`, undefined, staff));
  await log('refundOrder', () => api.post(`/v1/admin/orders/${order.id}/refunds`, undefined, staff));
  await log('cancelOrder', () => api.post(`/v1/admin/orders/${cancelled.id}/cancel`, undefined, staff));
});
afterAll(async () => {
  await app.close();
});

function golden(): string {
  const sections = [...logs].map(
    ([name, statements]) =>
      `## ${name}: ${String(statements.length)} statements\n\n${statements.map((sql, index) => `${String(index + 1)}. \`${sql}\``).join('\n')}\n`,
  );
  return ['# The SQL of each operation\n', ...sections].join('\n');
}

/** The tables whose rows a statement locks, in the order in which it does. */
function lockedTables(sql: string): string[] {
  const patterns = [
    /FROM "?(\w+)"?[^;]*? FOR (?:NO KEY )?UPDATE/g,
    /\bUPDATE "?(\w+)"? (?!SKIP)/g,
    /DELETE FROM "?(\w+)"?/g,
    /INSERT INTO (\w+)[^;]*? ON CONFLICT \([^)]*\) DO UPDATE/g,
  ];
  return patterns
    .flatMap((pattern) => [...sql.matchAll(pattern)].map((match) => ({ index: match.index, table: match[1] ?? '' })))
    .sort((a, b) => a.index - b.index)
    .map(({ table }) => table)
    .filter((table) => (LOCK_ORDER as readonly string[]).includes(table));
}

/** The transactions of a log, each with the tables that it locks for the first time. */
function lockOrders(statements: readonly string[]): string[][] {
  const transactions: string[][] = [];
  for (const sql of statements) {
    if (sql === 'BEGIN') transactions.push([]);
    const current = transactions.at(-1);
    for (const table of lockedTables(sql)) if (current && !current.includes(table)) current.push(table);
  }
  return transactions;
}

describe('the SQL of the operations', () => {
  it('is what was reviewed; after a change, delete test/golden/sql.md, run again and read the difference', () => {
    if (!existsSync(GOLDEN)) writeFileSync(GOLDEN, golden());

    expect(golden()).toBe(readFileSync(GOLDEN, 'utf8'));
  });

  it.each([
    ['listProducts', 1],
    ['searchProducts', 2],
    ['getProduct', 1],
    ['getCart', 2],
    ['getMe', 2],
  ])('of %s is %d statements at most', (name, most) => {
    expect(logs.get(name)?.length).toBeLessThanOrEqual(most);
  });

  it('locks tables in the order of lock-order.ts, in each transaction', () => {
    for (const [name, statements] of logs) {
      for (const tables of lockOrders(statements)) {
        const sorted = [...tables].sort(
          (a, b) => LOCK_ORDER.indexOf(a as never) - LOCK_ORDER.indexOf(b as never),
        );
        expect({ name, tables }).toEqual({ name, tables: sorted });
      }
    }
  });

  it.each([
    ['searchProducts', 'product_search_words_idx'],
    ['getProduct', 'products_slug_key'],
    ['adminListOrders', 'orders_created_at_idx'],
  ])('of %s walks the index %s', async (name, index) => {
    const sql = (logs.get(name) ?? []).at(-1) ?? '';

    const plan = await app.database.query<{ 'QUERY PLAN': string }>(
      // A small catalogue is cheapest to scan: without scans, the plan shows what a large one would use.
      `EXPLAIN (GENERIC_PLAN) ${sql}`,
    );

    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain(index);
  });

  it('locks stock levels by id, before it changes them', () => {
    const changes = [...logs.values()].flat().filter((sql) => sql.includes('UPDATE stock_levels'));

    expect(changes).toHaveLength(3); // placeOrder, fulfilOrder, cancelOrder
    for (const sql of changes) {
      expect(sql.indexOf('ORDER BY s.id FOR NO KEY UPDATE OF s')).toBeGreaterThan(0);
      expect(sql.indexOf('ORDER BY s.id FOR NO KEY UPDATE OF s')).toBeLessThan(sql.indexOf('UPDATE stock_levels'));
    }
  });
});
