import { createHash, randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app.js';
import type { Answer, RequestOptions } from '../../support/api-client.js';
import { aProductOnSale, anArchivedProduct } from '../../support/builders/catalogue.js';
import { aCart, CHECKOUT, orderItems } from '../../support/builders/orders.js';
import { aCustomer } from '../../support/builders/people.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

/** Well-formed, and of no variant. */
const variantId = randomUUID();

const holding = (token: string): RequestOptions => ({ headers: { 'X-Cart-Token': token } });
const add = (cart: { id: string; token: string }, item: unknown): Promise<Answer> =>
  app.api.post(`/v1/carts/${cart.id}/items`, item, holding(cart.token));

describe('POST /v1/carts', () => {
  it('makes an empty cart in the currency of the shop, also without a body', async () => {
    const { status, headers, body } = await app.api.post('/v1/carts');

    expect(status).toBe(201);
    expect(headers.location).toBe(`/v1/carts/${String(body.id)}`);
    expect(body).toMatchObject({ state: 'open', items: [], total: { amount: 0, currency: 'EUR' }, version: 1 });
    expect(body.token).toMatch(/^[\w-]{43}$/);
  });

  it('takes line items, adds units of one variant up, and sums them', async () => {
    const { variantId, sku } = await aProductOnSale(app, { amount: 1999, stock: 5 });

    const { body } = await app.api.post('/v1/carts', {
      items: [{ variantId, quantity: 1 }, { variantId, quantity: 2 }],
    });

    expect(body.items).toMatchObject([
      { variantId, sku, quantity: 3, unitPrice: { amount: 1999, currency: 'EUR' }, total: { amount: 5997 }, available: true },
    ]);
    expect(body.total).toEqual({ amount: 5997, currency: 'EUR' }); // 3 × 1999
  });

  it('keeps the token as a hash alone', async () => {
    const { body } = await app.api.post('/v1/carts', {}, { headers: { 'Idempotency-Key': randomUUID() } });

    const [cart] = await app.database.query<{ token_hash: Buffer }>('SELECT token_hash FROM carts WHERE id = $1', [body.id]);
    const [kept] = await app.database.query<{ bytes: Buffer }>(
      `SELECT k.sealed_result || convert_to(k::text, 'UTF8') || convert_to(c::text, 'UTF8') AS bytes
       FROM idempotency_keys k, carts c WHERE c.id = $1 ORDER BY k.created_at DESC LIMIT 1`,
      [body.id],
    );
    const bytes = kept?.bytes ?? Buffer.from(String(body.token));
    expect(cart?.token_hash).toEqual(createHash('sha256').update(String(body.token)).digest());
    for (const form of [String(body.token), Buffer.from(String(body.token)).toString('hex')]) {
      expect(bytes.includes(form)).toBe(false);
    }
  });

  it('answers the same cart and the same token to a repeat with its key, and makes one', async () => {
    const key = randomUUID();
    const create = (): Promise<Answer> => app.api.post('/v1/carts', { currency: 'USD' }, { headers: { 'Idempotency-Key': key } });

    const first = await create();
    const repeat = await create();

    expect([first.status, repeat.status]).toEqual([201, 201]);
    expect(first.body.total).toEqual({ amount: 0, currency: 'USD' });
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(repeat.headers).toMatchObject({ 'idempotent-replayed': 'true', etag: '"1"', location: first.headers.location });
    expect(repeat.body).toEqual(first.body);
    expect((await app.api.get(`/v1/carts/${String(first.body.id)}`, holding(repeat.body.token))).status).toBe(200);
    expect(await app.database.query(`SELECT 1 FROM carts WHERE currency = 'USD'`)).toHaveLength(1);
  });

  it('refuses what is not on sale, another currency and too much, and makes nothing', async () => {
    const euros = await aProductOnSale(app);
    const dollars = await aProductOnSale(app, { currency: 'USD' });
    const archived = await anArchivedProduct(app);
    const before = await app.database.query('SELECT count(*) FROM carts');
    const create = (variantId: string, quantity = 1): Promise<Answer> =>
      app.api.post('/v1/carts', { items: [{ variantId, quantity }, { variantId, quantity: 1 }] });

    expect((await create(archived.variantId)).body).toMatchObject({ code: 'variant_unavailable', variantIds: [archived.variantId] });
    expect((await create(randomUUID())).body.code).toBe('variant_unavailable');
    expect((await create(dollars.variantId)).body).toMatchObject({ code: 'currency_mismatch', expected: 'EUR', actual: 'USD' });
    expect((await create(euros.variantId, 10_000)).body.code).toBe('cart_full');
    expect(await app.database.query('SELECT count(*) FROM carts')).toEqual(before);
  });

  it.each([
    [{ items: [{ variantId, quantity: 0 }] }, '/items/0/quantity'],
    [{ items: [{ variantId, quantity: -1 }] }, '/items/0/quantity'],
    [{ items: [{ variantId, quantity: 1.5 }] }, '/items/0/quantity'],
    [{ items: [{ variantId, quantity: '1' }] }, '/items/0/quantity'],
    [{ items: [{ variantId, quantity: 2 ** 53 }] }, '/items/0/quantity'],
    [{ items: [{ variantId: 'x', quantity: 1 }] }, '/items/0/variantId'],
    [{ items: [{ variantId, quantity: 1, price: 1 }] }, '/items/0/price'],
    [{ items: 'x' }, '/items'],
    [{ currency: 'EURO' }, '/currency'],
    [{ unknown: 1 }, '/unknown'],
    [[], ''],
  ])('refuses %j and names %s', async (input, pointer) => {
    const { status, body } = await app.api.post('/v1/carts', input);

    expect(status).toBe(400);
    expect(body.errors[0].pointer).toBe(pointer);
  });
});

describe('a cart', () => {
  it('is reached by its token or by its owner, and looks missing to everybody else', async () => {
    const { variantId } = await aProductOnSale(app);
    const owner = await aCustomer(app);
    const stranger = await aCustomer(app);
    const guests = await aCart(app, variantId);
    const owned = await aCart(app, variantId, { as: owner.token });
    const read = (id: string, options: RequestOptions): Promise<Answer> => app.api.get(`/v1/carts/${id}`, options);

    expect((await read(guests.id, holding(guests.token))).status).toBe(200);
    expect((await read(owned.id, { as: owner.token })).status).toBe(200);
    const refused = await Promise.all([
      read(guests.id, {}),
      read(guests.id, holding(owned.token)),
      read(guests.id, holding('x'.repeat(200))),
      read(owned.id, { as: stranger.token }),
      read(owned.id, { as: app.adminToken }),
      read(randomUUID(), holding(guests.token)),
    ]);
    expect(refused.map(({ body }) => body.code as string)).toEqual(Array(6).fill('not_found'));
    expect(new Set(refused.map(({ body }) => String(body.detail))).size).toBe(1);
    const change = await app.api.post(`/v1/carts/${guests.id}/items`, { variantId, quantity: 1 }, { as: stranger.token });
    expect(change.body.code).toBe('not_found');
  });

  it('takes units, sets quantities, lets line items go, and counts its version', async () => {
    const { variantId } = await aProductOnSale(app, { amount: 250, stock: 4 });
    const cart = await aCart(app, variantId);
    const item = `/v1/carts/${cart.id}/items/${String(cart.body.items[0].id)}`;

    const added = await add(cart, { variantId, quantity: 2 });
    const set = await app.api.patch(item, { quantity: 5 }, holding(cart.token));
    const removed = await app.api.delete(item, holding(cart.token));
    const again = await app.api.delete(item, holding(cart.token));

    expect([added.status, set.status, removed.status, again.status]).toEqual([201, 200, 200, 404]);
    expect(added.body.items).toMatchObject([{ quantity: 3, available: true }]);
    expect(set.body).toMatchObject({ items: [{ quantity: 5, available: false }], total: { amount: 1250 } }); // 5 × 250
    expect(removed.body).toMatchObject({ items: [], total: { amount: 0 } });
    expect([added, set, removed].map(({ headers }) => headers.etag)).toEqual(['"2"', '"3"', '"4"']);
    expect(removed.body).not.toHaveProperty('token');
  });

  it('is changed at the version that If-Match names, or at any', async () => {
    const { variantId } = await aProductOnSale(app);
    const cart = await aCart(app, variantId);
    const item = `/v1/carts/${cart.id}/items/${String(cart.body.items[0].id)}`;
    const at = (tag: string): RequestOptions => ({ headers: { 'X-Cart-Token': cart.token, 'If-Match': tag } });

    const current = await app.api.patch(item, { quantity: 2 }, at('"1"'));
    const stale = await app.api.patch(item, { quantity: 3 }, at('"1"'));
    const staleDelete = await app.api.delete(item, at('"1"'));
    const any = await app.api.patch(item, { quantity: 4 }, at('*'));

    expect([current.status, stale.status, staleDelete.status, any.status]).toEqual([200, 412, 412, 200]);
    expect([current, any].map(({ headers }) => headers.etag)).toEqual(['"2"', '"3"']);
    expect(any.body.items).toMatchObject([{ quantity: 4 }]);
  });

  it('is read at present prices and with what is available now, and a read is no change', async () => {
    const { product, variantId } = await aProductOnSale(app, { amount: 1000, stock: 3 });
    const cart = await aCart(app, variantId, { quantity: 2 });
    await app.api.patch(`/v1/admin/products/${String(product.id)}/variants/${variantId}`, { price: { amount: 1200, currency: 'EUR' } }, {
      as: app.adminToken,
      headers: { 'If-Match': '*' },
    });
    await orderItems(app, [{ variantId, quantity: 2 }]);

    const { headers, body } = await app.api.get(`/v1/carts/${cart.id}`, holding(cart.token));

    expect(headers.etag).toBe('"1"');
    expect(body.items).toMatchObject([
      { unitPrice: { amount: 1200 }, total: { amount: 2400, currency: 'EUR' }, available: false }, // 2 × 1200; 3 − 2 are left
    ]);
    expect(body.total).toEqual({ amount: 2400, currency: 'EUR' });
    const shown = await app.database.query('SELECT shown_unit_amount::int AS amount FROM cart_items WHERE cart_id = $1', [cart.id]);
    expect(shown).toEqual([{ amount: 1000 }]);
  });

  it('sums two line items of different variants', async () => {
    const [shirt, pen] = [await aProductOnSale(app, { amount: 1999 }), await aProductOnSale(app, { amount: 4500 })];
    const cart = await aCart(app, shirt.variantId, { quantity: 2 });

    const { status, body } = await add(cart, { variantId: pen.variantId, quantity: 3 });

    expect(status).toBe(201);
    expect(body.items.map(({ sku, quantity }: { sku: string; quantity: number }) => [sku, quantity])).toEqual([[shirt.sku, 2], [pen.sku, 3]]);
    expect(body.total).toEqual({ amount: 17_498, currency: 'EUR' }); // 2 × 1999 + 3 × 4500
  });

  it('refuses more than 10,000 units of a line item and more than 100 line items', async () => {
    const { variantId } = await aProductOnSale(app);
    const cart = await aCart(app, variantId, { quantity: 9_999 });
    const variants = Array.from({ length: 101 }, (_, index) => ({
      sku: `FULL-${randomUUID()}`,
      price: { amount: 1, currency: 'EUR' },
      options: { N: String(index) },
    }));
    const options = [{ name: 'N', values: variants.map((_, index) => String(index)) }];
    const { body: product } = await app.api.post('/v1/admin/products', { title: 'Many', options, variants }, { as: app.adminToken });
    const ids = product.variants.map(({ id }: { id: string }) => id) as string[];
    const { body: full } = await app.api.post('/v1/carts', { items: ids.slice(0, 100).map((id) => ({ variantId: id, quantity: 1 })) });

    expect((await add(cart, { variantId, quantity: 2 })).body.code).toBe('cart_full');
    expect((await add(full, { variantId: ids[100], quantity: 1 })).body.code).toBe('cart_full');
    expect((await app.api.get(`/v1/carts/${String(full.id)}`, holding(full.token))).body.items).toHaveLength(100);
  });

  it('refuses to add what is not on sale or of another currency', async () => {
    const { variantId } = await aProductOnSale(app);
    const cart = await aCart(app, variantId);
    const archived = await anArchivedProduct(app);
    const dollars = await aProductOnSale(app, { currency: 'USD' });

    expect((await add(cart, { variantId: archived.variantId, quantity: 1 })).body.code).toBe('variant_unavailable');
    expect((await add(cart, { variantId: dollars.variantId, quantity: 1 })).body.code).toBe('currency_mismatch');
  });

  it('is closed once it was ordered', async () => {
    const { variantId } = await aProductOnSale(app);
    const cart = await aCart(app, variantId);
    const item = `/v1/carts/${cart.id}/items/${String(cart.body.items[0].id)}`;
    await app.api.post('/v1/orders', { ...CHECKOUT, cartId: cart.id }, {
      headers: { 'X-Cart-Token': cart.token, 'Idempotency-Key': randomUUID() },
    });

    const answers = await Promise.all([
      add(cart, { variantId, quantity: 1 }),
      app.api.patch(item, { quantity: 2 }, holding(cart.token)),
      app.api.delete(item, holding(cart.token)),
    ]);

    expect(answers.map(({ body }) => body.code as string)).toEqual(Array(3).fill('cart_not_open'));
  });

  it.each([{}, { quantity: 0 }, { quantity: -5 }, { quantity: 10_001 }, { quantity: 1, unitPrice: 1 }])(
    'refuses the quantity %j and stays as it is',
    async (input) => {
      const { variantId } = await aProductOnSale(app);
      const cart = await aCart(app, variantId);

      const { status } = await app.api.patch(
        `/v1/carts/${cart.id}/items/${String(cart.body.items[0].id)}`,
        input,
        holding(cart.token),
      );

      expect(status).toBe(400);
      expect((await app.api.get(`/v1/carts/${cart.id}`, holding(cart.token))).body.items).toMatchObject([{ quantity: 1 }]);
    },
  );

  it.each([
    [{}, '/variantId'],
    [{ variantId, quantity: 0 }, '/quantity'],
    [{ variantId, quantity: -1 }, '/quantity'],
    [{ variantId, quantity: 1.5 }, '/quantity'],
    [{ variantId, quantity: '2' }, '/quantity'],
    [{ variantId, quantity: 10_001 }, '/quantity'],
    [{ variantId, quantity: 2 ** 53 }, '/quantity'],
    [{ variantId: 'x', quantity: 1 }, '/variantId'],
    [{ variantId, quantity: 1, unitPrice: 1 }, '/unitPrice'],
    [[], ''],
  ])('refuses to add %j, names %s and stays as it is', async (input, pointer) => {
    const made = await aProductOnSale(app);
    const cart = await aCart(app, made.variantId);

    const { status, body } = await add(cart, input);

    expect(status).toBe(400);
    expect(body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
    expect((await app.api.get(`/v1/carts/${cart.id}`, holding(cart.token))).body).toMatchObject({ version: 1, items: [{ quantity: 1 }] });
  });
});
