import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../support/app.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { aCapturedOrder, aCart } from '../support/builders/orders.js';
import { faultsInTheBooks } from '../support/ledger.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { DATABASE_POOL_SIZE: '10' } });
});
afterAll(async () => {
  await app.close();
});

describe('many writers at once', () => {
  it('lose none of 100 units added to one line item', async () => {
    const { variantId } = await aProductOnSale(app);
    const cart = await aCart(app, variantId);
    const add = () =>
      app.api.post(
        `/v1/carts/${cart.id}/items`,
        { variantId, quantity: 1 },
        { headers: { 'X-Cart-Token': cart.token } },
      );

    const answers = await Promise.all(Array.from({ length: 100 }, add));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const { body } = await app.api.get(`/v1/carts/${cart.id}`, { headers: { 'X-Cart-Token': cart.token } });
    expect(body.items).toMatchObject([{ quantity: 101 }]); // 1 + 100
  });

  it('keep all of 30 different variants added to one cart', async () => {
    const products = await Promise.all(Array.from({ length: 30 }, () => aProductOnSale(app)));
    const cart = await aCart(app, products[0]?.variantId ?? '');

    await Promise.all(
      products.map(({ variantId }) =>
        app.api.post(
          `/v1/carts/${cart.id}/items`,
          { variantId, quantity: 1 },
          { headers: { 'X-Cart-Token': cart.token } },
        ),
      ),
    );

    const { body } = await app.api.get(`/v1/carts/${cart.id}`, { headers: { 'X-Cart-Token': cart.token } });
    expect(body.items).toHaveLength(30);
  });

  it('never refund more than was captured', async () => {
    const order = await aCapturedOrder(app, { quantity: 1, amount: 1000 });
    const refund = () =>
      app.api.post(
        `/v1/admin/orders/${order.id}/refunds`,
        { amount: { amount: 300, currency: 'EUR' } },
        { as: app.adminToken },
      );

    const answers = await Promise.all(Array.from({ length: 20 }, refund));

    const refunded = answers.filter(({ status }) => status === 201).length * 300;
    expect(refunded).toBeLessThanOrEqual(1000);
    const [payment] = await app.database.query(
      'SELECT captured_amount::int AS captured, refunded_amount::int AS refunded FROM payments WHERE order_id = $1',
      [order.id],
    );
    expect(payment).toEqual({ captured: 1000, refunded });
    expect(await faultsInTheBooks(app.database)).toEqual([]);
  });

  it('make one account of 20 registrations of one mailbox', async () => {
    const name = randomUUID();
    const spellings = [`${name}@example.com`, `${name.toUpperCase()}@EXAMPLE.com`, ` ${name}@example.com `];

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        app.api.post('/v1/auth/register', { email: spellings[index % 3], password: 'correct horse battery' }),
      ),
    );

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'email_taken')).toHaveLength(19);
  });

  it('find a free slug for each of 20 products of one title', async () => {
    const title = `Same title ${randomUUID()}`;

    const made = await Promise.all(Array.from({ length: 20 }, () => aProductOnSale(app, { title })));

    expect(new Set(made.map(({ product }) => String(product.slug))).size).toBe(20);
  });

  it('let one of 20 editors of one version through', async () => {
    const { product } = await aProductOnSale(app);
    const edit = (index: number) =>
      app.api.patch(
        `/v1/admin/products/${String(product.id)}`,
        { title: `Title ${String(index)}` },
        { as: app.adminToken, headers: { 'If-Match': '"1"' } },
      );

    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => edit(index)));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(19);
  });
});
