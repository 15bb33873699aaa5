import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app.js';
import type { Answer } from '../../support/api-client.js';
import { aProductOnSale, anArchivedProduct, type SimpleProduct } from '../../support/builders/catalogue.js';
import { ADDRESS, aCart, CHECKOUT, orderItems } from '../../support/builders/orders.js';
import { aCustomer } from '../../support/builders/people.js';
import { faultsInTheBooks } from '../../support/ledger.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const orderCart = (cart: { id: string; token: string }, more: object = {}, key: string = randomUUID()): Promise<Answer> =>
  app.api.post('/v1/orders', { ...CHECKOUT, ...more, cartId: cart.id }, {
    headers: { 'X-Cart-Token': cart.token, 'Idempotency-Key': key },
  });

const reprice = async ({ product, variantId }: SimpleProduct, amount: number): Promise<void> => {
  const path = `/v1/admin/products/${String(product.id)}/variants/${variantId}`;
  const { status } = await app.api.patch(path, { price: { amount, currency: 'EUR' } }, { as: app.adminToken, headers: { 'If-Match': '*' } });
  expect(status).toBe(200);
};

const countOrders = () => app.database.query('SELECT count(*)::int AS count FROM orders');

describe('POST /v1/orders', () => {
  it('writes the order, its lines, its stock, its payment and its events', async () => {
    const { variantId } = await aProductOnSale(app, { amount: 700, stock: 9 });

    const { body } = await orderItems(app, [{ variantId, quantity: 2 }, { variantId, quantity: 1 }]);

    expect(body).toMatchObject({
      state: 'placed',
      subtotal: { amount: 2100 }, // 3 × 700
      discountTotal: { amount: 0 },
      shippingTotal: { amount: 0 },
      taxTotal: { amount: 0 },
      total: { amount: 2100, currency: 'EUR' },
      payment: { state: 'authorised', provider: 'test', amount: { amount: 2100 }, captured: { amount: 0 } },
      shippingAddress: { ...ADDRESS, line2: null, region: null, phone: null },
      fulfilments: [],
    });
    expect(body.number).toMatch(/^\d+$/);
    const events = await app.database.query(
      `SELECT type, sequence, payload FROM outbox_events
       WHERE aggregate_id IN ($1, (SELECT id FROM payments WHERE order_id = $1)) ORDER BY position`,
      [body.id],
    );
    expect(events).toMatchObject([
      { type: 'order.created', sequence: 1, payload: { orderId: body.id } },
      { type: 'order.placed', sequence: 2, payload: { orderId: body.id } },
      { type: 'payment.authorised', sequence: 1, payload: { orderId: body.id, amount: 2100, currency: 'EUR' } },
    ]);
    expect(JSON.stringify(events)).not.toContain(CHECKOUT.email);
    expect(await faultsInTheBooks(app.database)).toEqual([]);
  });

  it('keeps neither token nor address nor key in the clear', async () => {
    const { variantId } = await aProductOnSale(app);
    const key = `secret-key-${randomUUID()}`;

    const { body } = await orderItems(app, [{ variantId, quantity: 1 }], { key });

    const kept = await app.database.query(
      "SELECT encode(sealed_result, 'escape') AS sealed, encode(key_hash, 'escape') AS hash, operation FROM idempotency_keys",
    );
    const orders = await app.database.query('SELECT o::text FROM orders o');
    const text = JSON.stringify([kept, orders]);
    expect(text).not.toContain(body.token);
    expect(JSON.stringify(kept)).not.toContain(CHECKOUT.email);
    expect(JSON.stringify(kept)).not.toContain(key);
  });

  it('is per caller: one key of two customers is two orders', async () => {
    const { variantId } = await aProductOnSale(app);
    const [one, two] = [await aCustomer(app), await aCustomer(app)];

    const first = await orderItems(app, [{ variantId, quantity: 1 }], { key: 'shared-key', as: one.token });
    const second = await orderItems(app, [{ variantId, quantity: 1 }], { key: 'shared-key', as: two.token });

    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.id).not.toBe(first.body.id);
  });

  it('passes a price on that fell', async () => {
    const made = await aProductOnSale(app, { amount: 1000 });
    const cart = await aCart(app, made.variantId);
    await reprice(made, 800);

    const { status, body } = await orderCart(cart);

    expect(status).toBe(201);
    expect(body.total.amount).toBe(800);
  });

  it('asks before it takes more than was shown, and takes it once that is accepted', async () => {
    const made = await aProductOnSale(app, { amount: 1000 });
    const cart = await aCart(app, made.variantId, { quantity: 2 });
    await reprice(made, 1200);
    const before = await countOrders();

    const refused = await orderCart(cart);
    const tooLittle = await orderCart(cart, { expectedTotal: { amount: 2399, currency: 'EUR' } });
    const otherCurrency = await orderCart(cart, { expectedTotal: { amount: 9999, currency: 'USD' } });
    expect(await countOrders()).toEqual(before);
    const accepted = await orderCart(cart, { expectedTotal: { amount: 2400, currency: 'EUR' } });

    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: 'price_changed',
      total: { amount: 2400, currency: 'EUR' }, // 2 × 1200
      shownTotal: { amount: 2000, currency: 'EUR' }, // 2 × 1000
    });
    expect(tooLittle.body.code).toBe('price_changed');
    expect(otherCurrency.body.code).toBe('currency_mismatch');
    expect(accepted.body.total.amount).toBe(2400);
  });

  it('refuses an empty cart, an unknown one, and one that was ordered', async () => {
    const { body: empty } = await app.api.post('/v1/carts', {});
    const { variantId } = await aProductOnSale(app);
    const cart = await aCart(app, variantId);
    await orderCart(cart);

    expect((await orderCart(empty)).body.code).toBe('cart_empty');
    expect((await orderCart({ id: randomUUID(), token: cart.token })).body.code).toBe('not_found');
    expect((await orderCart({ id: cart.id, token: 'another' })).body.code).toBe('not_found');
    expect((await orderCart(cart)).body.code).toBe('cart_not_open');
  });

  it('refuses what is not on sale any more, and two currencies in one order', async () => {
    const archived = await anArchivedProduct(app);
    const made = await aProductOnSale(app);
    const cart = await aCart(app, made.variantId);
    await app.api.post(`/v1/admin/products/${String(made.product.id)}/archive`, undefined, { as: app.adminToken });
    const [euros, dollars] = [await aProductOnSale(app), await aProductOnSale(app, { currency: 'USD' })];

    expect((await orderItems(app, [{ variantId: archived.variantId, quantity: 1 }])).body.code).toBe('variant_unavailable');
    expect((await orderCart(cart)).body).toMatchObject({ code: 'variant_unavailable', variantIds: [made.variantId] });
    const mixed = await orderItems(app, [euros, dollars].map(({ variantId }) => ({ variantId, quantity: 1 })));
    expect(mixed.body.code).toBe('currency_mismatch');
  });

  it('adds the lines of one variant up before it looks at the stock', async () => {
    const { variantId } = await aProductOnSale(app, { stock: 5 });

    const { body } = await orderItems(app, [{ variantId, quantity: 3 }, { variantId, quantity: 3 }]);

    expect(body).toMatchObject({ code: 'insufficient_stock', lines: [{ variantId, requested: 6, available: 5 }] });
  });

  it('ends an order whose payment is declined: stock free, cart open, one answer for its key', async () => {
    const { variantId } = await aProductOnSale(app, { stock: 5 });
    const cart = await aCart(app, variantId, { quantity: 5 });
    const declined = { payment: { provider: 'test', token: 'tok_declined' } };

    const first = await orderCart(cart, declined, 'declined-key');
    const repeat = await orderCart(cart, declined, 'declined-key');
    const paid = await orderCart(cart);

    expect(first.status).toBe(402);
    expect(first.body).toMatchObject({ code: 'payment_declined', reason: 'card_declined' });
    expect(repeat.status).toBe(402);
    expect(repeat.headers['idempotent-replayed']).toBe('true');
    expect(repeat.body.orderId).toBe(first.body.orderId);
    expect(paid.status).toBe(201);
    const [order] = await app.database.query('SELECT state FROM orders WHERE id = $1', [first.body.orderId]);
    expect(order).toEqual({ state: 'cancelled' });
    expect(await faultsInTheBooks(app.database)).toEqual([]);
  });

  const variantId = randomUUID();
  const good = { ...CHECKOUT, items: [{ variantId, quantity: 1 }] };
  it.each([
    [{ ...CHECKOUT }, '/cartId'],
    [{ ...good, cartId: randomUUID() }, '/cartId'],
    [{ ...good, items: [] }, '/items'],
    [{ ...good, items: [{ variantId, quantity: 0.5 }] }, '/items/0/quantity'],
    [{ ...good, items: [{ variantId, quantity: 2 ** 53 }] }, '/items/0/quantity'],
    [{ ...good, email: 'nobody' }, '/email'],
    [{ ...good, email: 'a@example.com\r\nBcc: b@example.com' }, '/email'],
    [{ ...good, total: { amount: 1, currency: 'EUR' } }, '/total'],
    [{ ...good, shippingAddress: { ...ADDRESS, country: 'Germany' } }, '/shippingAddress/country'],
    [{ ...good, shippingAddress: { ...ADDRESS, name: 'x'.repeat(201) } }, '/shippingAddress/name'],
    [{ ...good, shippingAddress: undefined }, '/shippingAddress'],
    [{ ...good, payment: { provider: 'cash' } }, '/payment/provider'],
    [{ ...good, expectedTotal: { amount: -1, currency: 'EUR' } }, '/expectedTotal/amount'],
  ])('refuses %j and names %s', async (input, pointer) => {
    const before = await countOrders();

    const { status, body } = await app.api.post('/v1/orders', input, { headers: { 'Idempotency-Key': randomUUID() } });

    expect(status).toBe(400);
    expect(body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
    expect(await countOrders()).toEqual(before);
  });

  it.each(['', 'x'.repeat(256), 'with space'])('refuses the Idempotency-Key "%s"', async (key) => {
    const { status, body } = await app.api.post('/v1/orders', good, { headers: { 'Idempotency-Key': key } });

    expect(status).toBe(400);
    expect(body.code).toBe('invalid_request');
  });
});
