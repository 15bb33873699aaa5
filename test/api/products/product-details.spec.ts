import { randomUUID } from 'node:crypto';
import type { Answer } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const PRODUCTS = '/v1/admin/products';
const price = { amount: 1999, currency: 'EUR' };
const staff = () => ({ as: app.adminToken });
const aShirt = (more: object = {}) => ({
  title: 'Shirt',
  options: [{ name: 'Size', values: ['M', 'L'] }],
  variants: [{ sku: randomUUID(), price, options: { Size: 'M' } }],
  ...more,
});
const create = (body: unknown): Promise<Answer> => app.api.post(PRODUCTS, body, staff());
const patch = (path: string, body: unknown, etag = '"1"'): Promise<Answer> =>
  app.api.patch(`${PRODUCTS}/${path}`, body, { ...staff(), headers: { 'If-Match': etag } });

describe('texts for search engines, metadata and the reference of another system', () => {
  it('are kept and changed; the shop sees the texts alone', async () => {
    const details = {
      seo: { title: 'Shirts of linen', description: null },
      metadata: { season: '2026', returnable: true, weight: 1.5 },
      externalReference: randomUUID(),
    };
    const { body: made } = await create(aShirt(details));
    const inShop = await app.api.get(`/v1/products/${String(made.id)}`);

    const changed = await patch(String(made.id), { seo: { description: 'Cool.' }, metadata: {}, externalReference: null });

    expect(made).toMatchObject(details);
    expect(inShop.body.seo).toEqual(details.seo);
    expect(inShop.body).not.toHaveProperty('metadata');
    expect(changed.body).toMatchObject({ seo: { title: null, description: 'Cool.' }, metadata: {}, externalReference: null });
  });

  it('keep a reference unique', async () => {
    const externalReference = randomUUID();
    await create(aShirt({ externalReference }));
    const { body: other } = await create(aShirt());

    const made = await create(aShirt({ externalReference }));
    const changed = await patch(String(other.id), { externalReference });

    expect([made.body.code, changed.body.code]).toEqual(['external_reference_taken', 'external_reference_taken']);
  });

  it.each([
    [{ metadata: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`key${String(index)}`, index])) }, '/metadata'],
    [{ metadata: { large: 'ä'.repeat(9_000) } }, '/metadata'],
    [{ metadata: { nested: {} } }, '/metadata/nested'],
    [{ metadata: { zero: '\0' } }, '/metadata'],
    [{ seo: { title: 'two\nlines' } }, '/seo/title'],
    [{ externalReference: '' }, '/externalReference'],
  ])('are refused when they are %j', async (more, pointer) => {
    const { status, body } = await create(aShirt(more));

    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ pointer }]);
  });
});

describe('a variant', () => {
  const made = { sku: 'any', price, options: { Size: 'M' } };

  it.each(['96385074', '036000291452', '4006381333931', '10614141000415'])('has its size, and the GTIN %s', async (gtin) => {
    const size = { lengthMm: 300, widthMm: 200, heightMm: 0 };
    const { body } = await create(aShirt({ variants: [{ ...made, sku: randomUUID(), gtin, ...size }] }));

    const changed = await patch(`${String(body.id)}/variants/${String(body.variants[0].id)}`, { gtin: null, heightMm: 20 });

    expect(body.variants[0]).toMatchObject({ gtin, ...size });
    expect(changed.body.variants[0]).toMatchObject({ ...size, gtin: null, heightMm: 20 });
  });

  it.each([
    [{ gtin: '4006381333932' }, 'gtin'],
    [{ gtin: '12345' }, 'gtin'],
    [{ gtin: '400638133393X' }, 'gtin'],
    [{ lengthMm: -1 }, 'lengthMm'],
    [{ widthMm: 1.5 }, 'widthMm'],
  ])('is refused with %j', async (more, field) => {
    const { body } = await create(aShirt({ variants: [{ ...made, ...more }] }));

    expect(body.errors).toMatchObject([{ pointer: `/variants/0/${field}` }]);
  });
});

describe('the options of a product', () => {
  it('take new values, and keep those that variants have', async () => {
    const { body: made } = await create(aShirt());
    const sizes = (...values: string[]): object => ({ options: [{ name: 'Size', values }] });

    const more = await patch(String(made.id), sizes('XL', 'M'));
    const fewer = await patch(String(made.id), sizes('L', 'XL'), '"2"');
    const none = await patch(String(made.id), { options: [] }, '"2"');
    const another = await patch(
      String(made.id),
      { options: [{ name: 'Size', values: ['M'] }, { name: 'Colour', values: ['Red'] }] },
      '"2"',
    );
    const twice = await patch(String(made.id), { options: [{ name: 'Size', values: ['M'] }, { name: 'Size', values: ['M'] }] }, '"2"');

    expect(more.body).toMatchObject({ ...sizes('XL', 'M'), version: 2 });
    expect(fewer).toMatchObject({ status: 409, body: { code: 'option_in_use', option: 'Size', value: 'M' } });
    expect(none.body.code).toBe('option_in_use');
    expect(another.body.errors).toMatchObject([{ pointer: '/options/1/name' }]);
    expect(twice.body.errors).toMatchObject([{ pointer: '/options/1/name' }]);
  });
});

describe('POST /v1/admin/products/{id}/variants/matrix', () => {
  const complete = (id: unknown, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
    app.api.post(`${PRODUCTS}/${String(id)}/variants/matrix`, { price, ...body }, { ...staff(), headers });
  const coloured = (values: string[] = ['Red', 'Blue']) =>
    aShirt({
      options: [{ name: 'Size', values: ['M', 'L'] }, { name: 'Color', values }],
      variants: [{ sku: randomUUID(), price, options: { Color: 'Red', Size: 'M' } }],
    });

  it('makes the combinations that are missing, with their stock, and nothing when none is', async () => {
    const { body: made } = await create(coloured());
    const prefix = randomUUID();

    const first = await complete(made.id, { skuPattern: `${prefix}-{Size}-{Color}`, stock: 4 });
    const again = await complete(made.id, { skuPattern: `${prefix}-{Size}-{Color}`, stock: 4 });

    expect(first.status).toBe(200);
    expect(first.body.version).toBe(2);
    expect(first.body.variants).toMatchObject([
      { id: made.variants[0].id },
      { sku: `${prefix}-M-Blue`, title: 'M / Blue', price, options: { Size: 'M', Color: 'Blue' }, stock: { onHand: 4 } },
      { sku: `${prefix}-L-Red` },
      { sku: `${prefix}-L-Blue` },
    ]);
    expect(again.body).toEqual(first.body);
    const events = await app.database.query('SELECT type FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence', [made.id]);
    expect(events).toEqual([{ type: 'product.created' }, { type: 'product.updated' }]);
  });

  it('refuses patterns that do not tell the variants apart, and more variants than a product has', async () => {
    const { body: made } = await create(coloured());
    const { body: large } = await create(coloured(Array.from({ length: 126 }, (_, index) => (index === 0 ? 'Red' : `C${String(index)}`))));
    const { sku } = made.variants[0] as { sku: string };

    const answers = [
      await complete(made.id, { skuPattern: 'SHIRT-{Size}' }),
      await complete(made.id, { skuPattern: 'SHIRT-{Size}-{Colour}' }),
      await complete(made.id, { skuPattern: `${'x'.repeat(99)}{Size}{Color}` }),
      await complete(large.id, { skuPattern: '{Size}-{Color}' }),
    ];
    const stale = await complete(made.id, { skuPattern: '{Size}-{Color}' }, { 'If-Match': '"7"' });
    const taken = await create(aShirt({ variants: [{ sku: `${sku}-L`, price, options: { Size: 'M' } }] }));
    const { body: two } = await create(aShirt());
    const takenSku = await complete(two.id, { skuPattern: `${sku}-{Size}` });

    expect(answers.map(({ body }) => body.errors[0].pointer as string)).toEqual(['/skuPattern', '/skuPattern', '/skuPattern', '']);
    expect(stale.body.code).toBe('precondition_failed');
    expect(taken.status).toBe(201);
    expect(takenSku.body.code).toBe('sku_taken');
    expect((await app.api.get(`${PRODUCTS}/${String(made.id)}`, staff())).body).toEqual(made);
  });
});
