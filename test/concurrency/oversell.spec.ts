import { startApp, type TestApp } from '../support/app.js';
import type { Answer } from '../support/api-client.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { orderItems } from '../support/builders/orders.js';
import { faultsInTheBooks } from '../support/ledger.js';

let first: TestApp;
let second: TestApp;

beforeAll(async () => {
  first = await startApp({ env: { DATABASE_POOL_SIZE: '10' } });
  second = await startApp({ database: first.database, env: { DATABASE_POOL_SIZE: '10' } });
});
afterAll(async () => {
  await second.close();
  await first.close();
});

const instanceOf = (index: number): TestApp => (index % 2 === 0 ? first : second);
const count = (answers: Answer[], status: number): number =>
  answers.filter((answer) => answer.status === status).length;

describe('stock under many buyers at once, on two instances', () => {
  it('sells 20 units to exactly 20 of 100 clients', async () => {
    const { variantId } = await aProductOnSale(first, { stock: 20 });

    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => orderItems(instanceOf(index), [{ variantId, quantity: 1 }])),
    );

    expect(count(answers, 201)).toBe(20);
    expect(count(answers, 409)).toBe(80);
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ body }) => body.code as string))).toEqual(
      new Set(['insufficient_stock']),
    );
    const [level] = await first.database.query(
      'SELECT on_hand, reserved FROM stock_levels WHERE variant_id = $1',
      [variantId],
    );
    expect(level).toEqual({ on_hand: 20, reserved: 20 });
    const [orders] = await first.database.query(
      `SELECT count(*)::int AS count FROM orders o JOIN order_lines l ON l.order_id = o.id
       WHERE l.variant_id = $1 AND o.state = 'placed'`,
      [variantId],
    );
    expect(orders).toEqual({ count: 20 });
    expect(await faultsInTheBooks(first.database)).toEqual([]);
  });

  it('never deadlocks, whatever the order of the lines', async () => {
    const stock = 50;
    const variants = await Promise.all([1, 2, 3].map(() => aProductOnSale(first, { stock })));
    const ids = variants.map(({ variantId }) => variantId);
    const orders = Array.from({ length: 90 }, (_, index) => {
      const rotated = [...ids.slice(index % 3), ...ids.slice(0, index % 3)];
      const sorted = index % 2 === 0 ? rotated : rotated.reverse();
      return orderItems(instanceOf(index), sorted.map((variantId) => ({ variantId, quantity: 1 })));
    });

    const answers = await Promise.all(orders);

    expect(count(answers, 201)).toBe(stock);
    expect(count(answers, 409)).toBe(90 - stock);
    const [deadlocks] = await first.database.query(
      'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(deadlocks).toEqual({ deadlocks: 0 });
    expect(await faultsInTheBooks(first.database)).toEqual([]);
  });

  it('holds while staff take units away and orders are cancelled', async () => {
    const { variantId } = await aProductOnSale(first, { stock: 30 });
    const order = async (index: number): Promise<Answer> => {
      const placed = await orderItems(instanceOf(index), [{ variantId, quantity: 1 }]);
      if (placed.status !== 201 || index % 3 !== 0) return placed;
      const path = `/v1/admin/orders/${String(placed.body.id)}/cancel`;
      return instanceOf(index).api.post(path, undefined, { as: first.adminToken });
    };
    const takeAway = (index: number): Promise<Answer> =>
      instanceOf(index).api.post(
        `/v1/admin/stock/${variantId}/adjustments`,
        { delta: -1 },
        { as: first.adminToken },
      );

    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, index) => (index % 4 === 3 ? takeAway(index) : order(index))),
    );

    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(await faultsInTheBooks(first.database)).toEqual([]);
  });
});
