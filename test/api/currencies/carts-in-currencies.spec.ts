import { randomUUID } from 'node:crypto';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale, type SimpleProduct } from '../../support/builders/catalogue.js';
import { CHECKOUT } from '../../support/builders/orders.js';
import { faultsInTheBooks } from '../../support/ledger.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { CURRENCIES: 'EUR,USD,JPY' } });
});
afterAll(async () => {
  await app.close();
});

const pricePath = ({ product, variantId }: SimpleProduct, currency = 'USD'): string =>
  `/v1/admin/products/${String(product.id)}/variants/${variantId}/prices/${currency}`;
const staff = () => ({ as: app.adminToken, headers: { 'If-Match': '*' } });

async function setPrice(made: SimpleProduct, amount: number, currency?: string): Promise<void> {
  const { status, text } = await app.api.put(pricePath(made, currency), { amount }, staff());
  if (status !== 200) throw new Error(text);
}

/** A product at 10.00 euros and at a price in dollars. */
async function aProductInDollars(amount = 1100, stock = 100): Promise<SimpleProduct> {
  const made = await aProductOnSale(app, { amount: 1000, stock });
  await setPrice(made, amount);
  return made;
}

interface OpenCart {
  readonly id: string;
  readonly headers: Record<string, string>;
  readonly body: AnswerBody;
}

async function aCartIn(currency: string, items: { variantId: string; quantity: number }[]): Promise<OpenCart> {
  const { status, body, text } = await app.api.post('/v1/carts', { currency, items });
  if (status !== 201) throw new Error(text);
  return { id: body.id as string, headers: { 'X-Cart-Token': body.token as string }, body };
}

const look = ({ id, headers }: OpenCart): Promise<Answer> => app.api.get(`/v1/carts/${id}`, { headers });
const order = ({ id, headers }: OpenCart, more: object = {}): Promise<Answer> =>
  app.api.post('/v1/orders', { ...CHECKOUT, cartId: id, ...more }, { headers: { ...headers, 'Idempotency-Key': randomUUID() } });

describe('a cart in a currency of the shop', () => {
  it('has the prices of its lines in it, and adds up', async () => {
    const [further, own] = [await aProductInDollars(1101), await aProductOnSale(app, { amount: 333, currency: 'USD' })];

    const cart = await aCartIn('USD', [
      { variantId: further.variantId, quantity: 3 },
      { variantId: own.variantId, quantity: 1 },
    ]);

    expect(cart.body).toMatchObject({
      currency: 'USD',
      items: [
        { unitPrice: { amount: 1101, currency: 'USD' }, total: { amount: 3303, currency: 'USD' }, available: true },
        { unitPrice: { amount: 333, currency: 'USD' }, total: { amount: 333, currency: 'USD' }, available: true },
      ],
      total: { amount: 3636, currency: 'USD' },
    });
    expect((await look(cart)).body).toMatchObject({ items: cart.body.items, total: cart.body.total });
  });

  it('is in the first of the currencies unless said, at the own prices', async () => {
    const { variantId } = await aProductInDollars();

    const { body } = await app.api.post('/v1/carts', { items: [{ variantId, quantity: 1 }] });

    expect(body).toMatchObject({ currency: 'EUR', total: { amount: 1000, currency: 'EUR' } });
  });

  it('is not made in any other', async () => {
    const { status, body } = await app.api.post('/v1/carts', { currency: 'GBP' });

    expect({ status, code: body.code, errors: body.errors }).toEqual({
      status: 400,
      code: 'invalid_request',
      errors: [{ pointer: '/currency', detail: 'must be one of EUR, USD, JPY' }],
    });
  });

  it('takes no variant that has no price in it', async () => {
    const { variantId } = await aProductInDollars();
    const unavailable = { status: 409, body: { code: 'variant_unavailable', variantIds: [variantId] } };
    const cart = await aCartIn('JPY', []);

    expect(await app.api.post('/v1/carts', { currency: 'JPY', items: [{ variantId, quantity: 1 }] })).toMatchObject(unavailable);
    expect(await app.api.post(`/v1/carts/${cart.id}/items`, { variantId, quantity: 1 }, { headers: cart.headers })).toMatchObject(unavailable);
    expect((await look(cart)).body).toMatchObject({ items: [], version: 1 });
  });

  it('shows the present price, and that a line has lost it', async () => {
    const made = await aProductInDollars(1100);
    const cart = await aCartIn('USD', [{ variantId: made.variantId, quantity: 2 }]);

    await setPrice(made, 1200);
    expect((await look(cart)).body).toMatchObject({ items: [{ unitPrice: { amount: 1200 }, available: true }], total: { amount: 2400 } });

    await app.api.delete(pricePath(made), staff());
    expect((await look(cart)).body).toMatchObject({
      items: [{ unitPrice: { amount: 1100, currency: 'USD' }, total: { amount: 2200, currency: 'USD' }, available: false }],
      total: { amount: 2200, currency: 'USD' },
    });
    const line = `/v1/carts/${cart.id}/items/${String(cart.body.items[0].id)}`;
    const changed = await app.api.patch(line, { quantity: 3 }, { headers: cart.headers });
    expect(changed.body).toMatchObject({ items: [{ unitPrice: { amount: 1100 }, available: false }], total: { amount: 3300 } });
  });
});

describe('an order of a cart in a currency', () => {
  it('keeps the amounts of the cart, whatever the price becomes', async () => {
    const made = await aProductInDollars(1101);
    const cart = await aCartIn('USD', [{ variantId: made.variantId, quantity: 3 }]);

    const { status, body } = await order(cart);

    expect(status).toBe(201);
    expect(body).toMatchObject({
      total: { amount: 3303, currency: 'USD' },
      lines: [{ unitPrice: { amount: 1101, currency: 'USD' }, total: { amount: 3303, currency: 'USD' } }],
    });
    await setPrice(made, 9);
    const again = await app.api.get(`/v1/orders/${String(body.id)}`, { headers: { 'X-Order-Token': String(body.token) } });
    expect(again.body.total).toEqual({ amount: 3303, currency: 'USD' });
    const captured = await app.api.post(`/v1/admin/orders/${String(body.id)}/capture`, undefined, { as: app.adminToken });
    expect(captured.status).toBe(200);
    const kept = await app.database.query<{ currency: string }>('SELECT DISTINCT currency FROM payments WHERE order_id = $1', [body.id]);
    expect(kept).toEqual([{ currency: 'USD' }]);
    expect(await faultsInTheBooks(app.database)).toEqual([]);
  });

  it('is refused when the price has risen, and passes a lower one on', async () => {
    const made = await aProductInDollars(1100);
    const [first, second] = [
      await aCartIn('USD', [{ variantId: made.variantId, quantity: 2 }]),
      await aCartIn('USD', [{ variantId: made.variantId, quantity: 2 }]),
    ];

    await setPrice(made, 1101);
    expect(await order(first)).toMatchObject({
      status: 409,
      body: { code: 'price_changed', total: { amount: 2202, currency: 'USD' }, shownTotal: { amount: 2200, currency: 'USD' } },
    });
    expect((await order(first, { expectedTotal: { amount: 2202, currency: 'EUR' } })).body.code).toBe('currency_mismatch');
    expect((await order(first, { expectedTotal: { amount: 2202, currency: 'USD' } })).status).toBe(201);
    await setPrice(made, 1000);
    expect((await order(second)).body.total).toEqual({ amount: 2000, currency: 'USD' });
  });

  it('is refused when a line has lost its price', async () => {
    const made = await aProductInDollars();
    const cart = await aCartIn('USD', [{ variantId: made.variantId, quantity: 1 }]);
    await app.api.delete(pricePath(made), staff());

    expect(await order(cart)).toMatchObject({ status: 409, body: { code: 'variant_unavailable', variantIds: [made.variantId] } });
    expect((await look(cart)).body.state).toBe('open');
  });
});
