import { randomUUID } from 'node:crypto';
import type { AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { anArchivedProduct, aProductOnSale } from '../../support/builders/catalogue.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const ids = (rows: AnswerBody[]): string[] => rows.map(({ id }) => id as string);
const path = (product: AnswerBody): string => `/v1/admin/products/${String(product.id)}/related`;
const set = (product: AnswerBody, body: unknown, version = '*') =>
  app.api.put(path(product), body, { as: app.adminToken, headers: { 'If-Match': version } });
const list = async (product: AnswerBody, query = ''): Promise<AnswerBody> =>
  (await app.api.get(`/v1/products/${String(product.slug)}/related${query}`)).body;
const aProduct = async (): Promise<AnswerBody> => (await aProductOnSale(app)).product;

describe('related products', () => {
  it('are set by type as a change of the product, and shown in their order', async () => {
    const [shirt, a, b, c] = [await aProduct(), await aProduct(), await aProduct(), await aProduct()];

    await set(shirt, { type: 'similar', productIds: ids([a, b]) }, '"1"');
    await set(shirt, { type: 'accessory', productIds: [c.id] }, '"2"');
    const answer = await set(shirt, { type: 'similar', productIds: ids([c, a]) }, '"3"');
    const stale = await set(shirt, { type: 'upsell', productIds: [] }, '"3"');

    expect(answer.body).toEqual({
      productId: shirt.id,
      version: 4,
      similar: ids([c, a]),
      accessory: [c.id],
      upsell: [],
      cross_sell: [],
    });
    expect(answer.headers.etag).toBe('"4"');
    expect(stale.body.code).toBe('precondition_failed');
    expect((await app.api.get(path(shirt), { as: app.adminToken })).body).toEqual(answer.body);
    expect(ids((await list(shirt)).data)).toEqual(ids([c, a]));
    expect(ids((await list(shirt, '?type=accessory')).data)).toEqual([c.id]);
    expect((await list(shirt, '?type=cross_sell')).data).toEqual([]);
    const events = await app.database.query(
      `SELECT count(*)::int AS count FROM outbox_events WHERE aggregate_id = $1 AND type = 'product.updated'`,
      [shirt.id],
    );
    expect(events).toEqual([{ count: 3 }]);
  });

  it('are shown as lists show them, only those on sale, page by page', async () => {
    const [shirt, a, b] = [await aProduct(), await aProduct(), await aProduct()];
    const { product: off } = await anArchivedProduct(app);
    await set(shirt, { type: 'upsell', productIds: ids([a, off, b]) });

    const page = await list(shirt, '?type=upsell&limit=1');
    const rest = await list(shirt, `?type=upsell&limit=1&cursor=${String(page.nextCursor)}`);

    expect(ids([...page.data, ...rest.data])).toEqual(ids([a, b]));
    expect(rest.nextCursor).toBeNull();
    const listed = (await app.api.get('/v1/products?limit=100')).body.data.find(({ id }: AnswerBody) => id === a.id);
    expect(page.data[0]).toEqual(listed);
    expect((await list(shirt, `?type=similar&cursor=${String(page.nextCursor)}`)).code).toBe('invalid_cursor');
    expect((await list(off)).code).toBe('not_found');
  });

  it('are other products that exist, each once, fifty at most', async () => {
    const [shirt, a] = [await aProduct(), await aProduct()];
    const many = Array.from({ length: 51 }, () => randomUUID());

    const unknown = await set(shirt, { type: 'similar', productIds: [a.id, randomUUID()] });
    const itself = await set(shirt, { type: 'similar', productIds: [a.id, shirt.id] });
    const twice = await set(shirt, { type: 'similar', productIds: [a.id, a.id] });
    const tooMany = await set(shirt, { type: 'similar', productIds: many });
    const noType = await set(shirt, { type: 'better', productIds: [] });

    expect([unknown, itself, twice].map(({ body }) => body.errors[0])).toEqual([
      { pointer: '/productIds/1', detail: 'is no product' },
      { pointer: '/productIds/1', detail: 'is the product itself' },
      { pointer: '/productIds', detail: 'must name each product once' },
    ]);
    expect([tooMany.status, noType.status]).toEqual([400, 400]);
  });
});
