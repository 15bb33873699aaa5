import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { aCart, CHECKOUT, orderItems } from '../../support/builders/orders.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

describe('POST /v1/orders', () => {
  it('places the order of a cart at the prices of the catalogue', async () => {
    const { variantId, sku } = await aProductOnSale(app, { amount: 1999, stock: 5 });
    const cart = await aCart(app, variantId, { quantity: 2 });

    const { status, headers, body } = await app.api.post(
      '/v1/orders',
      { ...CHECKOUT, cartId: cart.id },
      { headers: { 'Idempotency-Key': 'first-order', 'X-Cart-Token': cart.token } },
    );

    expect(status).toBe(201);
    expect(headers.location).toBe(`/v1/orders/${String(body.id)}`);
    expect(body).toMatchObject({ state: 'placed', email: 'ada@example.com' });
    expect(body.lines).toMatchObject([{ variantId, sku, quantity: 2 }]);
    expect(body.total).toEqual({ amount: 3998, currency: 'EUR' }); // 2 × 1999
  });

  it('refuses more units than there are, and reserves none', async () => {
    const { variantId } = await aProductOnSale(app, { stock: 3 });

    const { status, body } = await orderItems(app, [{ variantId, quantity: 4 }]);

    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: 'insufficient_stock',
      lines: [{ variantId, requested: 4, available: 3 }],
    });
    const [level] = await app.database.query('SELECT on_hand, reserved FROM stock_levels WHERE variant_id = $1', [
      variantId,
    ]);
    expect(level).toEqual({ on_hand: 3, reserved: 0 });
  });
});
