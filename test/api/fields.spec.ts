import { startApp, type TestApp } from '../support/app.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { aCart, aPlacedOrder } from '../support/builders/orders.js';
import { aCustomer } from '../support/builders/people.js';
import { everyOperation, OperationCalls } from '../support/operation-calls.js';
import { logStatements } from '../support/sql-log.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

describe('?fields=', () => {
  it('answers only the named fields of a resource, and of each row of a list', async () => {
    const { product } = await aProductOnSale(app);

    const one = await app.api.get(`/v1/products/${String(product.slug)}?fields=id,title`);
    const list = await app.api.get('/v1/products?limit=1&fields=slug');
    const staff = await app.api.get(`/v1/admin/products/${String(product.id)}?fields=state`, { as: app.adminToken });

    expect(one.body).toEqual({ id: product.id, title: product.title });
    expect(list.body).toEqual({ data: [{ slug: product.slug }], nextCursor: null });
    expect(staff.body).toEqual({ state: 'active' });
    expect(staff.headers.etag).toBe('"1"');
  });

  it('has an ETag of its own where the content is the version', async () => {
    const { product } = await aProductOnSale(app);
    const path = `/v1/products/${String(product.slug)}`;

    const whole = await app.api.get(path);
    const part = await app.api.get(`${path}?fields=id`);
    const again = await app.api.get(`${path}?fields=id`, { headers: { 'If-None-Match': part.headers.etag ?? '' } });

    expect(part.headers.etag).not.toBe(whole.headers.etag);
    expect(again.status).toBe(304);
  });

  it('is kept in the link to the next page', async () => {
    await aProductOnSale(app);
    await aProductOnSale(app);

    const { headers } = await app.api.get('/v1/products?limit=1&fields=id');
    const next = await app.api.get(/<([^>]+)>/.exec(headers.link ?? '')?.[1] ?? '');

    expect(Object.keys(next.body.data[0] as object)).toEqual(['id']);
  });

  it('names what it does not know, on every operation', async () => {
    const calls = await OperationCalls.of(app);
    const readers = calls.routes.filter(({ fields }) => fields.length > 0);

    await everyOperation(readers, async (route) => {
      for (const fields of ['unknown', '', 'id,,id', '__proto__']) {
        const { status, body } = await calls.call(route, { as: calls.tokenFor(route), query: `?fields=${fields}` });
        expect({ id: route.operation.id, status, pointer: body.errors?.[0].pointer }).toEqual({
          id: route.operation.id,
          status: 400,
          pointer: '/fields',
        });
      }
    });
  });
});

describe('?expand=', () => {
  it('answers the product of each line of a cart with it', async () => {
    const { product, variantId } = await aProductOnSale(app);
    const cart = await aCart(app, variantId);
    const headers = { 'X-Cart-Token': cart.token };

    const plain = await app.api.get(`/v1/carts/${cart.id}`, { headers });
    const expanded = await app.api.get(`/v1/carts/${cart.id}?expand=items.product`, { headers });

    expect(plain.body.items[0].product).toBeUndefined();
    expect(expanded.body.items[0].product).toEqual({ id: product.id, slug: product.slug, title: product.title, imageUrl: null });
  });

  it('answers the products of all lines of all orders of a list with one more statement', async () => {
    const customer = await aCustomer(app);
    await aPlacedOrder(app, { as: customer.token });
    const { id } = await aPlacedOrder(app, { as: customer.token });
    const as = customer.token;

    const plain = await logStatements(() => app.api.get('/v1/orders', { as }));
    const statements = await logStatements(async () => {
      const { body } = await app.api.get('/v1/orders?expand=lines.product', { as });
      for (const { lines } of body.data) expect(lines[0].product.id).toBe(lines[0].productId);
    });
    const one = await app.api.get(`/v1/orders/${id}?expand=lines.product`, { as });
    const staff = await app.api.get(`/v1/admin/orders/${id}?expand=lines.product`, { as: app.adminToken });
    const all = await app.api.get('/v1/admin/orders?expand=lines.product', { as: app.adminToken });

    expect(statements).toHaveLength(plain.length + 1);
    expect(one.body.lines[0].product).toEqual(staff.body.lines[0].product);
    expect(all.body.data[0].lines[0].product.title).toBe('Linen shirt');
  });

  it('refuses what cannot be expanded', async () => {
    const { body } = await app.api.get('/v1/admin/orders?expand=everything', { as: app.adminToken });

    expect(body).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/expand' }] });
  });
});
