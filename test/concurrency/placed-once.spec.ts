import { startApp, type TestApp } from '../support/app.js';
import type { Answer } from '../support/api-client.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { aCart, CHECKOUT, orderItems } from '../support/builders/orders.js';
import { faultsInTheBooks } from '../support/ledger.js';
import { until } from '../support/until.js';

let first: TestApp;
let second: TestApp;
let away: TestApp;

beforeAll(async () => {
  first = await startApp({ env: { DATABASE_POOL_SIZE: '10' } });
  second = await startApp({ database: first.database, env: { DATABASE_POOL_SIZE: '10' } });
  away = await startApp({ database: first.database, env: { REDIS_URL: 'redis://127.0.0.1:1' } });
});
afterAll(async () => {
  await away.close();
  await second.close();
  await first.close();
});

const instanceOf = (index: number): TestApp => (index % 2 === 0 ? first : second);

/** Repeats a call as a client does whose first one is still running. */
async function untilAnswered(send: () => Promise<Answer>): Promise<Answer> {
  return until(async () => {
    const answer = await send();
    return answer.body.code === 'idempotency_in_flight' ? undefined : answer;
  }, 'an answer that is not idempotency_in_flight');
}

describe('an order is placed once', () => {
  it('by 50 copies of one call with one key, all with one answer', async () => {
    const { variantId } = await aProductOnSale(first, { stock: 100 });

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        untilAnswered(() => orderItems(instanceOf(index), [{ variantId, quantity: 1 }], { key: 'fifty-copies' })),
      ),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1);
    const [rows] = await first.database.query(
      `SELECT count(DISTINCT o.id)::int AS orders, count(DISTINCT p.id)::int AS payments,
              count(DISTINCT op.id)::int AS charges
       FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN payments p ON p.order_id = o.id
       JOIN payment_operations op ON op.payment_id = p.id WHERE l.variant_id = $1`,
      [variantId],
    );
    expect(rows).toEqual({ orders: 1, payments: 1, charges: 1 });
    expect(await faultsInTheBooks(first.database)).toEqual([]);
  });

  it('from one cart, though two tabs order it with keys of their own', async () => {
    const { variantId } = await aProductOnSale(first);
    const cart = await aCart(first, variantId);
    const order = (index: number): Promise<Answer> =>
      instanceOf(index).api.post(
        '/v1/orders',
        { ...CHECKOUT, cartId: cart.id },
        { headers: { 'Idempotency-Key': `tab-${String(index)}`, 'X-Cart-Token': cart.token } },
      );

    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => order(index)));

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'cart_not_open')).toHaveLength(9);
    expect(await faultsInTheBooks(first.database)).toEqual([]);
  });

  it('even when Redis forgets everything between two copies', async () => {
    const { variantId } = await aProductOnSale(first);
    const original = await orderItems(first, [{ variantId, quantity: 1 }], { key: 'without-redis' });
    const repeat = await orderItems(away, [{ variantId, quantity: 1 }], { key: 'without-redis' });

    expect(original.status).toBe(201);
    expect(repeat.text).toBe(original.text);
    expect(repeat.headers['idempotent-replayed']).toBe('true');
  });
});
