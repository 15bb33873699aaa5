import { randomUUID } from 'node:crypto';
import type { Answer } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const bulk = (policy: string, items: readonly unknown[], headers: Record<string, string> = {}): Promise<Answer> =>
  app.api.post('/v1/admin/products/bulk', { policy, items }, { as: app.adminToken, headers });

const aNewProduct = (title: string, sku: string = randomUUID()) => ({
  action: 'create',
  product: { title, variants: [{ sku, price: { amount: 100, currency: 'EUR' }, stock: 1 }] },
});

const productOf = async (id: string): Promise<Answer['body']> =>
  (await app.api.get(`/v1/admin/products/${id}`, { as: app.adminToken })).body;

/** How often each product was told of, by type of event. */
const eventsOf = (ids: readonly string[]): Promise<{ type: string }[]> =>
  app.database.query<{ type: string }>(
    `SELECT type FROM outbox_events WHERE aggregate_id = ANY($1::uuid[]) ORDER BY type`,
    [ids],
  );

const everything = (): Promise<object[]> =>
  app.database.query(`SELECT (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM variants) AS variants,
    (SELECT count(*) FROM stock_movements) AS movements, (SELECT count(*) FROM outbox_events) AS events,
    (SELECT sum(version) FROM products) AS versions`);

describe('POST /v1/admin/products/bulk', () => {
  it('with "each" does what can be done, and says of each item what came of it', async () => {
    const [changed, archived, used] = [await aProductOnSale(app), await aProductOnSale(app), await aProductOnSale(app)];
    const missing = randomUUID();

    const { status, body } = await bulk('each', [
      aNewProduct('Bulk one'),
      aNewProduct('Bulk two', used.sku),
      { action: 'update', id: changed.product.id, version: 1, changes: { title: 'Changed in bulk' } },
      { action: 'update', id: changed.product.id, version: 1, changes: { title: 'Too late' } },
      { action: 'archive', id: archived.product.id },
      { action: 'archive', id: archived.product.id },
      { action: 'archive', id: missing },
      { action: 'create', product: { title: '', variants: [] } },
      aNewProduct('Bulk one'),
    ]);

    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { index: 0, status: 201 },
      { index: 1, status: 409, code: 'sku_taken' },
      { index: 2, status: 200, productId: changed.product.id },
      { index: 3, status: 412, code: 'precondition_failed', productId: changed.product.id },
      { index: 4, status: 200, productId: archived.product.id },
      { index: 5, status: 409, code: 'invalid_state_transition' },
      { index: 6, status: 404, code: 'not_found', productId: missing },
      { index: 7, status: 400, code: 'invalid_request', errors: [{ pointer: '/product/title' }, { pointer: '/product/variants' }] },
      { index: 8, status: 201 },
    ]);
    expect(await productOf(body.results[0].productId)).toMatchObject({ title: 'Bulk one', slug: 'bulk-one', version: 1 });
    expect(await productOf(String(changed.product.id))).toMatchObject({ title: 'Changed in bulk', version: 2 });
    expect(await productOf(String(archived.product.id))).toMatchObject({ state: 'archived' });
    expect((await app.api.get('/v1/products?q=two')).body.data).toEqual([]);
  });

  it('tells of what was done, and of nothing that was undone', async () => {
    const { product, sku } = await aProductOnSale(app);
    const before = await app.database.query(`SELECT id FROM outbox_events`);

    const { body } = await bulk('each', [
      aNewProduct('Told'),
      aNewProduct('Not told', sku),
      { action: 'update', id: product.id, changes: { title: 'Told as well' } },
      { action: 'update', id: product.id, version: 1, changes: { title: 'Not told' } },
    ]);

    expect(await eventsOf([body.results[0].productId as string])).toEqual([{ type: 'product.created' }]);
    expect(await eventsOf([String(product.id)])).toEqual([{ type: 'product.created' }, { type: 'product.updated' }]);
    expect(await app.database.query(`SELECT id FROM outbox_events`)).toHaveLength(before.length + 2);
  });

  it('with "atomic" does all', async () => {
    const { product } = await aProductOnSale(app);

    const { status, body } = await bulk('atomic', [aNewProduct('All'), { action: 'archive', id: product.id }]);

    expect(status).toBe(200);
    expect(body.results).toMatchObject([{ status: 201 }, { status: 200 }]);
    expect(await productOf(String(product.id))).toMatchObject({ state: 'archived' });
  });

  it('with "atomic" does nothing when one item fails, and says what came of each', async () => {
    const { product } = await aProductOnSale(app);
    const before = await everything();

    const { status, body } = await bulk('atomic', [
      aNewProduct('Nothing'),
      { action: 'archive', id: product.id },
      { action: 'update', id: product.id, version: 9, changes: { title: 'X' } },
    ]);

    expect({ status, code: body.code }).toEqual({ status: 409, code: 'bulk_refused' });
    expect(body.results).toMatchObject([{ status: 201 }, { status: 200 }, { index: 2, status: 412, code: 'precondition_failed' }]);
    expect(await everything()).toEqual(before);
  });

  it('is done once under one key, however often it is sent', async () => {
    const key = { 'Idempotency-Key': randomUUID() };
    const items = Array.from({ length: 100 }, (_, n) => aNewProduct(`Hundred ${String(n)}`));

    const answers = await Promise.all([bulk('each', items, key), bulk('each', items, key)]);
    const again = await bulk('each', items, key);

    expect(again.headers['idempotent-replayed']).toBe('true');
    for (const { status, text } of answers.filter((answer) => answer.status !== 409)) {
      expect({ status, text }).toEqual({ status: 200, text: again.text });
    }
    const [row] = await app.database.query(`SELECT count(*)::int AS made FROM products WHERE title LIKE 'Hundred %'`);
    expect(row).toEqual({ made: 100 });
  });

  it.each([
    ['no items', { policy: 'each', items: [] }, '/items'],
    ['101 items', { policy: 'each', items: Array.from({ length: 101 }, () => ({ action: 'archive', id: randomUUID() })) }, '/items'],
    ['an unknown action', { policy: 'each', items: [{ action: 'delete', id: randomUUID() }] }, '/items/0/action'],
    ['an unknown policy', { policy: 'some', items: [{ action: 'archive', id: randomUUID() }] }, '/policy'],
  ])('refuses %s', async (_, body, pointer) => {
    const answer = await app.api.post('/v1/admin/products/bulk', body, { as: app.adminToken });

    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].pointer).toBe(pointer);
  });
});
