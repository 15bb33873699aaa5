import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { IdempotencySweep } from '../../../src/infrastructure/idempotency/idempotency-sweep.js';
import { startApp, type TestApp } from '../../support/app.js';
import type { Answer } from '../../support/api-client.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { ADDRESS, aCart, CHECKOUT, orderItems } from '../../support/builders/orders.js';
import { aCustomer } from '../../support/builders/people.js';
import { faultsInTheBooks } from '../../support/ledger.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { DATABASE_LOCK_TIMEOUT_MS: '200' } });
});
afterAll(async () => {
  await app.close();
});

const made = async (variantId: string) =>
  (
    await app.database.query(
      `SELECT count(DISTINCT o.id)::int AS orders, count(DISTINCT p.id)::int AS payments, count(op.id)::int AS calls
       FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN payments p ON p.order_id = o.id
       JOIN payment_operations op ON op.payment_id = p.id WHERE l.variant_id = $1`,
      [variantId],
    )
  )[0];

const repeatedHeaders = ({ headers }: Answer) => ({
  replayed: headers['idempotent-replayed'],
  location: headers.location,
  etag: headers.etag,
});

describe('POST /v1/orders with an Idempotency-Key', () => {
  it('answers a repeat word by word, says so, and places one order', async () => {
    const { variantId } = await aProductOnSale(app);
    const order = (): Promise<Answer> => orderItems(app, [{ variantId, quantity: 1 }], { key: 'once' });

    const first = await order();
    const repeat = await order();

    expect([first.status, repeat.status]).toEqual([201, 201]);
    expect(repeat.text).toBe(first.text);
    expect(repeatedHeaders(first)).toEqual({ location: `/v1/orders/${String(first.body.id)}`, etag: '"2"' });
    expect(repeatedHeaders(repeat)).toEqual({ ...repeatedHeaders(first), replayed: 'true' });
    expect(await made(variantId)).toEqual({ orders: 1, payments: 1, calls: 1 });
  });

  it('answers a repeat as it was, whatever became of the order since', async () => {
    const { variantId } = await aProductOnSale(app);
    const first = await orderItems(app, [{ variantId, quantity: 1 }], { key: 'later' });
    await app.api.post(`/v1/admin/orders/${String(first.body.id)}/cancel`, undefined, { as: app.adminToken });

    const repeat = await orderItems(app, [{ variantId, quantity: 1 }], { key: 'later' });

    expect(repeat.text).toBe(first.text);
    expect(await made(variantId)).toEqual({ orders: 1, payments: 1, calls: 2 }); // authorise, void
  });

  it('refuses the key for other items, another cart or another buyer address, and places nothing', async () => {
    const { variantId } = await aProductOnSale(app);
    await orderItems(app, [{ variantId, quantity: 1 }], { key: 'taken' });

    const others = [
      await orderItems(app, [{ variantId, quantity: 2 }], { key: 'taken' }),
      await orderItems(app, [{ variantId, quantity: 1 }], { key: 'taken', email: 'eve@example.com' }),
      await orderItems(app, [{ variantId, quantity: 1 }], { key: 'taken', shippingAddress: { ...ADDRESS, city: 'Bonn' } }),
    ];

    expect(others.map(({ status, body }) => [status, body.code as string])).toEqual(Array(3).fill([422, 'idempotency_key_reused']));
    expect(await made(variantId)).toEqual({ orders: 1, payments: 1, calls: 1 });
  });

  it('is of its caller: a guest, a customer and the holder of a cart token share no key', async () => {
    const { variantId } = await aProductOnSale(app);
    const [customer, cart] = [await aCustomer(app), await aCart(app, variantId)];
    const items = [{ variantId, quantity: 1 }];
    const headers = { 'Idempotency-Key': 'of-one', 'X-Cart-Token': cart.token };

    const answers = [
      await orderItems(app, items, { key: 'of-one' }),
      await orderItems(app, items, { key: 'of-one', as: customer.token }),
      await app.api.post('/v1/orders', { ...CHECKOUT, items }, { headers }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id as string)).size).toBe(3);
  });

  it('keeps nothing of a call that was refused: the same key goes on once the fault is mended', async () => {
    const { variantId } = await aProductOnSale(app, { stock: 1 });
    const invalid = await orderItems(app, [{ variantId, quantity: 0 }], { key: 'mended' });
    const short = await orderItems(app, [{ variantId, quantity: 2 }], { key: 'mended' });

    const placed = await orderItems(app, [{ variantId, quantity: 1 }], { key: 'mended' });

    expect([invalid.body.code, short.body.code, placed.status]).toEqual(['invalid_request', 'insufficient_stock', 201]);
    expect(await made(variantId)).toEqual({ orders: 1, payments: 1, calls: 1 });
  });

  it('says that the first call still runs while its transaction is open, and goes on once that came to nothing', async () => {
    const { variantId } = await aProductOnSale(app);
    const other = new pg.Client({ connectionString: app.database.url });
    await other.connect();
    await other.query('BEGIN');
    await other.query(
      `INSERT INTO idempotency_keys (key_hash, operation, fingerprint, state, attempt, locked_until, created_at, expires_at)
       VALUES ($1, 'place', '', 'running', $2, now(), now(), now() + interval '1 day')`,
      [createHash('sha256').update(JSON.stringify(['guest', 'open'])).digest(), randomUUID()],
    );

    const waiting = await orderItems(app, [{ variantId, quantity: 1 }], { key: 'open' });
    await other.query('ROLLBACK');
    await other.end();
    const after = await orderItems(app, [{ variantId, quantity: 1 }], { key: 'open' });

    expect([waiting.status, waiting.body.code, waiting.headers['retry-after']]).toEqual([409, 'idempotency_in_flight', '1']);
    expect(after.status).toBe(201);
    expect(await made(variantId)).toEqual({ orders: 1, payments: 1, calls: 1 });
    expect(await faultsInTheBooks(app.database)).toEqual([]);
  });

  it('knows a key for a day, and no longer', async () => {
    const { variantId } = await aProductOnSale(app);
    const order = (): Promise<Answer> => orderItems(app, [{ variantId, quantity: 1 }], { key: 'old' });
    const worker = await startApp({ worker: true, database: app.database });
    const sweep = worker.nest.get(IdempotencySweep, { strict: false });
    const first = await order();

    worker.clock.advance(86_000); // a day has 86,400 seconds
    await sweep.work();
    const sameDay = await order();
    worker.clock.advance(401);
    await sweep.work();
    const nextDay = await order();

    expect(sameDay.text).toBe(first.text);
    expect(nextDay.status).toBe(201);
    expect(nextDay.headers['idempotent-replayed']).toBeUndefined();
    expect(await made(variantId)).toEqual({ orders: 2, payments: 2, calls: 2 });
    await worker.close();
  });

  it('keeps no token, address, e-mail or key in any bytes of the database', async () => {
    const { variantId } = await aProductOnSale(app);
    const key = `secret-key-${randomUUID()}`;
    const email = `${randomUUID()}@example.com`;

    const { body } = await orderItems(app, [{ variantId, quantity: 1 }], { key, email });

    const [orders, keys] = [await bytesOf('orders'), await bytesOf('idempotency_keys')];
    expect(orders.includes(email)).toBe(true);
    for (const secret of [body.token as string, key]) {
      expect([orders, keys].map((bytes) => bytes.includes(secret))).toEqual([false, false]);
    }
    for (const personal of [email, ADDRESS.name, ADDRESS.line1]) expect(keys.includes(personal)).toBe(false);
    const [order] = await app.database.query('SELECT token_hash FROM orders WHERE id = $1', [body.id]);
    expect(order).toEqual({ token_hash: createHash('sha256').update(body.token as string).digest() });
  });
});

/** All that a table holds, its text as it is and its binary columns as bytes. */
async function bytesOf(table: 'orders' | 'idempotency_keys'): Promise<Buffer> {
  const rows = await app.database.query<Record<string, unknown>>(`SELECT * FROM ${table}`);
  expect(rows.length).toBeGreaterThan(0);
  const values = rows.flatMap((row) => Object.values(row));
  return Buffer.concat(values.map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(`${JSON.stringify(value)}\n`))));
}
