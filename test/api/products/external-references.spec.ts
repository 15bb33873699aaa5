import { randomUUID } from 'node:crypto';
import type { Answer } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { DATABASE_POOL_SIZE: '4' } });
});
afterAll(async () => {
  await app.close();
});

const PRODUCTS = '/v1/admin/products';
const price = (amount: number) => ({ amount, currency: 'EUR' });
const put = (reference: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  app.api.raw('PUT', `${PRODUCTS}/by-external-reference/${encodeURIComponent(reference)}`, JSON.stringify(body), {
    as: app.adminToken,
    headers: { 'content-type': 'application/json', ...headers },
  });
const aShirt = (more: object = {}) => ({
  title: 'Shirt',
  slug: `shirt-${randomUUID().slice(0, 8)}x`,
  options: [{ name: 'Size', values: ['M'] }],
  variants: [{ sku: randomUUID(), price: price(100), stock: 5, options: { Size: 'M' } }],
  ...more,
});
const eventsOf = (id: unknown) =>
  app.database.query('SELECT type FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence', [id]);

describe('PUT /v1/admin/products/by-external-reference/{reference}', () => {
  it('makes a product, changes it, and leaves it alone when there is nothing to change', async () => {
    const reference = `ERP/${randomUUID()} ä`;
    const shirt = aShirt({ metadata: { source: 'erp' } });
    const [variant] = shirt.variants;
    const later = {
      ...shirt,
      title: 'Shirt, washed',
      slug: `${shirt.slug}-washed`,
      seo: { title: 'Washed' },
      options: [{ name: 'Size', values: ['M', 'L'] }],
      variants: [
        { ...variant, price: price(120), stock: 99, gtin: '4006381333931' },
        { sku: randomUUID(), price: price(130), stock: 1, options: { Size: 'L' } },
      ],
    };

    const made = await put(reference, shirt);
    const same = await put(reference, shirt);
    const changed = await put(reference, later);
    const again = await put(reference, later);

    expect([made.status, same.status, changed.status, again.status]).toEqual([201, 200, 200, 200]);
    expect(made.headers).toMatchObject({ location: `${PRODUCTS}/${String(made.body.id)}`, etag: '"1"' });
    expect(same.headers.location).toBeUndefined();
    expect(same.body).toEqual(made.body);
    expect(made.body).toMatchObject({ externalReference: reference, metadata: { source: 'erp' } });
    expect(changed.headers.etag).toBe('"2"');
    expect(changed.body).toMatchObject({
      id: made.body.id,
      title: 'Shirt, washed',
      slug: later.slug,
      seo: { title: 'Washed', description: null },
      variants: [
        { price: price(120), gtin: '4006381333931', stock: { onHand: 5 } },
        { price: price(130), stock: { onHand: 1 } },
      ],
    });
    expect(again.body).toEqual(changed.body);
    expect(await eventsOf(made.body.id)).toEqual([{ type: 'product.created' }, { type: 'product.updated' }]);
    const former = await app.api.get(`/v1/products/${shirt.slug}`);
    expect([former.status, former.headers.location]).toEqual([301, `/v1/products/${later.slug}`]);
  });

  it('makes one product of many calls at once', async () => {
    const reference = randomUUID();
    const shirt = aShirt();

    const answers = await Promise.all(Array.from({ length: 8 }, () => put(reference, shirt)));

    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(7).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body.id as string)).size).toBe(1);
  });

  it('leaves the state to staff, and makes a draft when it is asked to', async () => {
    const reference = randomUUID();
    const draft = aShirt({ state: 'draft', publishAt: '2100-01-01T00:00:00.000Z' });

    const made = await put(reference, draft);
    const planned = await put(reference, { ...draft, publishAt: '2100-01-02T00:00:00.000Z' });
    await app.api.post(`${PRODUCTS}/${String(made.body.id)}/archive`, undefined, { as: app.adminToken });
    const after = await put(reference, { ...draft, state: 'active', publishAt: null, title: 'Other' });

    expect(made.body.state).toBe('draft');
    expect(planned.body).toMatchObject({ publishAt: '2100-01-02T00:00:00.000Z', version: 2 });
    expect(after.body).toMatchObject({ state: 'archived', title: 'Other' });
  });

  it('keeps to If-Match and to an Idempotency-Key', async () => {
    const reference = randomUUID();
    const shirt = aShirt();
    const key = { 'Idempotency-Key': randomUUID() };

    const none = await put(reference, shirt, { 'If-Match': '"1"' });
    const made = await put(reference, shirt, key);
    const replayed = await put(reference, shirt, key);
    const stale = await put(reference, { ...shirt, title: 'B' }, { 'If-Match': '"9"' });
    const right = await put(reference, { ...shirt, title: 'B' }, { 'If-Match': '"1"' });

    expect(none.body.code).toBe('precondition_failed');
    expect([replayed.status, replayed.text, replayed.headers.location]).toEqual([201, made.text, made.headers.location]);
    expect(replayed.headers['idempotent-replayed']).toBe('true');
    expect(stale.body.code).toBe('precondition_failed');
    expect(right.body.version).toBe(2);
  });

  it('refuses another reference in the body, and what other products have', async () => {
    const reference = randomUUID();
    const taken = aShirt();
    await put(randomUUID(), taken);
    const mine = aShirt();
    await put(reference, mine);

    const other = await put(reference, { ...mine, externalReference: 'other' });
    const slug = await put(reference, { ...mine, slug: taken.slug });
    const sku = await put(randomUUID(), aShirt({ variants: taken.variants }));
    const options = await put(reference, { ...mine, variants: [{ ...mine.variants[0], sku: randomUUID() }] });

    expect(other.body.errors).toMatchObject([{ pointer: '/externalReference' }]);
    expect([slug.body.code, sku.body.code, options.body.code]).toEqual(['slug_taken', 'sku_taken', 'duplicate_options']);
  });

  it.each(['.', '..'])('refuses %s in a body, which no address could hold', async (externalReference) => {
    const made = await app.api.post('/v1/admin/products', { ...aShirt(), externalReference }, { as: app.adminToken });
    const kept = await app.api.post('/v1/admin/products', { ...aShirt(), externalReference: `${externalReference}a` }, { as: app.adminToken });

    expect([made.status, made.body.errors]).toMatchObject([400, [{ pointer: '/externalReference' }]]);
    expect(kept.status).toBe(201);
  });
});
