import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app.js';
import type { Answer } from '../../support/api-client.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const PRODUCTS = '/v1/admin/products';
const staff = () => ({ as: app.adminToken });
const price = (amount: number) => ({ amount, currency: 'EUR' });
const aShirt = (more: object = {}) => ({
  title: 'Shirt',
  options: [{ name: 'Size', values: ['M', 'L'] }],
  variants: [
    { sku: `M-${randomUUID()}`, price: price(1999), stock: 3, options: { Size: 'M' } },
    { sku: `L-${randomUUID()}`, price: price(2199), options: { Size: 'L' }, compareAtPrice: price(2999) },
  ],
  ...more,
});
const create = (body: unknown): Promise<Answer> => app.api.post(PRODUCTS, body, staff());
const patch = (path: string, body: unknown, etag = '"1"'): Promise<Answer> =>
  app.api.patch(`${PRODUCTS}/${path}`, body, { ...staff(), headers: { 'If-Match': etag } });
const countProducts = () => app.database.query('SELECT count(*) FROM products');

describe('POST /v1/admin/products', () => {
  it('makes a product with its variants, prices, options and stock', async () => {
    const { status, headers, body } = await create(aShirt({ title: 'Élan Shirt!', tags: ['a'], vendor: 'V', category: 'C' }));

    expect(status).toBe(201);
    expect(headers.location).toBe(`${PRODUCTS}/${String(body.id)}`);
    expect(headers.etag).toBe('"1"');
    expect(body).toMatchObject({
      slug: 'elan-shirt',
      state: 'active',
      allowedActions: ['archive'],
      version: 1,
      variants: [
        { title: 'M', price: price(1999), compareAtPrice: null, stock: { onHand: 3, reserved: 0, available: 3 } },
        { title: 'L', price: price(2199), compareAtPrice: price(2999), stock: { onHand: 0, reserved: 0, available: 0 } },
      ],
    });
    const events = await app.database.query('SELECT type, sequence, payload FROM outbox_events WHERE aggregate_id = $1', [body.id]);
    expect(events).toEqual([{ type: 'product.created', sequence: 1, payload: { productId: body.id } }]);
  });

  it('finds a free slug where the title is taken, and refuses one that is named and taken', async () => {
    await create(aShirt({ title: 'Twice' }));

    const second = await create(aShirt({ title: 'Twice' }));
    const named = await create(aShirt({ slug: 'twice' }));

    expect(second.body.slug).toMatch(/^twice-[0-9a-f]{6}$/);
    expect(named.body.code).toBe('slug_taken');
  });

  it('refuses a SKU that is taken, and makes nothing of the product', async () => {
    const { sku } = await aProductOnSale(app);
    const before = await countProducts();

    const { status, body } = await create(aShirt({ options: [], variants: [{ sku, price: price(1) }] }));

    expect(status).toBe(409);
    expect(body.code).toBe('sku_taken');
    expect(await countProducts()).toEqual(before);
  });

  const [one] = aShirt().variants;
  it.each([
    [{}, '/title'],
    [{ title: 'T' }, '/variants'],
    [aShirt({ title: '' }), '/title'],
    [aShirt({ title: 'x'.repeat(301) }), '/title'],
    [aShirt({ slug: 'Not A Slug' }), '/slug'],
    [aShirt({ variants: [] }), '/variants'],
    [aShirt({ unknown: 1 }), '/unknown'],
    [aShirt({ variants: [{ ...one, price: price(-1) }] }), '/variants/0/price/amount'],
    [aShirt({ variants: [{ ...one, price: price(1.5) }] }), '/variants/0/price/amount'],
    [aShirt({ variants: [{ ...one, price: price(2 ** 53) }] }), '/variants/0/price/amount'],
    [aShirt({ variants: [{ ...one, price: { amount: '5', currency: 'EUR' } }] }), '/variants/0/price/amount'],
    [aShirt({ variants: [{ ...one, price: { amount: 5, currency: 'XXQ' } }] }), '/variants/0/price/currency'],
    [aShirt({ variants: [{ ...one, stock: -1 }] }), '/variants/0/stock'],
    [aShirt({ variants: [{ ...one, stock: 0.5 }] }), '/variants/0/stock'],
    [aShirt({ variants: [{ ...one, options: { Size: 'XXL' } }] }), '/variants/0/options/Size'],
    [aShirt({ variants: [{ ...one, options: {} }] }), '/variants/0/options/Size'],
    [aShirt({ variants: [{ ...one, options: { Size: 'M', Colour: 'Red' } }] }), '/variants/0/options/Colour'],
    [aShirt({ variants: [one, { ...one, sku: 'other' }] }), '/variants/1/options'],
    [aShirt({ variants: [one, { ...one, options: { Size: 'L' } }] }), '/variants/1/sku'],
    [aShirt({ variants: [{ ...one, compareAtPrice: { amount: 5, currency: 'USD' } }] }), '/variants/0/compareAtPrice/currency'],
    [aShirt({ images: [{ url: 'javascript:alert(1)' }] }), '/images/0/url'],
  ])('refuses %j, names %s and makes nothing', async (input, pointer) => {
    const before = await countProducts();

    const { status, body } = await create(input);

    expect(status).toBe(400);
    expect(body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
    expect(await countProducts()).toEqual(before);
  });
});

describe('PATCH /v1/admin/products/{id}', () => {
  it('changes what is sent, counts the version and tells it', async () => {
    const { body: made } = await create(aShirt());

    const { status, headers, body } = await patch(String(made.id), { title: 'Renamed', vendor: null, tags: ['new'] });

    expect(status).toBe(200);
    expect(headers.etag).toBe('"2"');
    expect(body).toMatchObject({ title: 'Renamed', tags: ['new'], version: 2, slug: made.slug });
    expect(body.variants).toEqual(made.variants);
    const events = await app.database.query('SELECT type FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence', [made.id]);
    expect(events).toEqual([{ type: 'product.created' }, { type: 'product.updated' }]);
  });

  it('refuses a slug that is taken', async () => {
    const { product } = await aProductOnSale(app);
    const { body: made } = await create(aShirt());

    const { body } = await patch(String(made.id), { slug: product.slug });

    expect(body.code).toBe('slug_taken');
  });

  it.each([{}, { title: 5 }, { state: 'archived' }, { version: 9 }])('refuses %j and changes nothing', async (input) => {
    const { body: made } = await create(aShirt());

    const { status } = await patch(String(made.id), input);

    expect(status).toBe(400);
    expect((await app.api.get(`${PRODUCTS}/${String(made.id)}`, staff())).body).toEqual(made);
  });
});

describe('the variants of a product', () => {
  it('are added with their stock', async () => {
    const { body: made } = await create(aShirt({ options: [{ name: 'Size', values: ['M', 'L', 'XL'] }] }));
    const variant = { sku: randomUUID(), price: price(2399), stock: 7, options: { Size: 'XL' } };

    const { status, body } = await app.api.post(`${PRODUCTS}/${String(made.id)}/variants`, variant, staff());

    expect(status).toBe(201);
    expect(body.version).toBe(2);
    expect(body.variants[2]).toMatchObject({ sku: variant.sku, title: 'XL', stock: { onHand: 7 } });
  });

  it('are refused with a SKU, or with option values, of another', async () => {
    const { body: made } = await create(aShirt());
    const { sku } = await aProductOnSale(app);
    const add = (body: unknown): Promise<Answer> => app.api.post(`${PRODUCTS}/${String(made.id)}/variants`, body, staff());

    expect((await add({ sku, price: price(1), options: { Size: 'L' } })).body.code).toMatch(/sku_taken|duplicate_options/);
    expect((await add({ sku: randomUUID(), price: price(1), options: { Size: 'L' } })).body.code).toBe('duplicate_options');
    expect((await add({ sku: randomUUID(), price: price(1), options: { Size: '5XL' } })).body.errors[0].pointer).toBe('/options/Size');
    const free = await create(aShirt({ options: [{ name: 'Size', values: ['M', 'L', 'XL'] }] }));
    const taken = { sku, price: price(1), options: { Size: 'XL' } };
    const answer = await app.api.post(`${PRODUCTS}/${String(free.body.id)}/variants`, taken, staff());
    expect(answer.body.code).toBe('sku_taken');
  });

  it('change their price, and the price before that must be of one currency', async () => {
    const { body: made } = await create(aShirt());
    const path = `${String(made.id)}/variants/${String(made.variants[0].id)}`;

    const changed = await patch(path, { price: price(1799), compareAtPrice: price(1999), barcode: '4006381333931' });
    const mixed = await patch(path, { price: { amount: 5, currency: 'USD' } }, '"2"');

    expect(changed.body.variants[0]).toMatchObject({ price: price(1799), compareAtPrice: price(1999), barcode: '4006381333931' });
    expect(mixed.body.errors[0].pointer).toBe('/compareAtPrice/currency');
  });

  it('are refused a SKU that is taken', async () => {
    const { sku } = await aProductOnSale(app);
    const { body: made } = await create(aShirt());

    const { body } = await patch(`${String(made.id)}/variants/${String(made.variants[0].id)}`, { sku });

    expect(body.code).toBe('sku_taken');
  });
});

describe('a product', () => {
  it('is archived and restored, and not twice', async () => {
    const { body: made } = await create(aShirt());
    const move = (action: string): Promise<Answer> =>
      app.api.post(`${PRODUCTS}/${String(made.id)}/${action}`, undefined, staff());

    const archived = await move('archive');
    const again = await move('archive');
    const restored = await move('restore');
    const restoredAgain = await move('restore');

    expect(archived.body).toMatchObject({ state: 'archived', allowedActions: ['restore'], version: 2 });
    expect(again.body).toMatchObject({ code: 'invalid_state_transition', state: 'archived', action: 'archive' });
    expect(restored.body).toMatchObject({ state: 'active', version: 3 });
    expect(restoredAgain.body.code).toBe('invalid_state_transition');
  });

  it('is listed for staff in any state, and found by it', async () => {
    const { body: made } = await create(aShirt({ category: 'Staff' }));
    await app.api.post(`${PRODUCTS}/${String(made.id)}/archive`, undefined, staff());

    const all = await app.api.get(`${PRODUCTS}?category=Staff`, staff());
    const active = await app.api.get(`${PRODUCTS}?category=Staff&state=active`, staff());
    const wrong = await app.api.get(`${PRODUCTS}?cursor=x`, staff());

    expect(all.body.data).toMatchObject([{ id: made.id, state: 'archived' }]);
    expect(active.body.data).toEqual([]);
    expect(wrong.body.code).toBe('invalid_cursor');
  });
});
