import { randomUUID } from 'node:crypto';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aPlacedOrder } from '../../support/builders/orders.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { DATABASE_POOL_SIZE: '8' } });
});
afterAll(async () => {
  await app.close();
});

const PRODUCTS = '/v1/admin/products';
const staff = () => ({ as: app.adminToken });
const make = async (stock = 0): Promise<AnswerBody> => {
  const variants = [{ sku: randomUUID(), price: { amount: 100, currency: 'EUR' }, stock }];
  return (await app.api.post(PRODUCTS, { title: 'Short-lived', variants }, staff())).body;
};
const remove = (id: unknown, etag = '"1"'): Promise<Answer> =>
  app.api.delete(`${PRODUCTS}/${String(id)}`, { ...staff(), headers: { 'If-Match': etag } });
const stateOf = async (id: unknown): Promise<unknown> => (await app.api.get(`${PRODUCTS}/${String(id)}`, staff())).body.state;
const eventsOf = async (id: unknown): Promise<unknown> =>
  (await app.database.query('SELECT type FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence', [id])).map(({ type }) => type);

describe('DELETE /v1/admin/products/{id}', () => {
  it('deletes a product that was never in stock, with all that belongs to it', async () => {
    const product = await make();
    await app.api.patch(`${PRODUCTS}/${String(product.id)}`, { slug: `gone-${randomUUID()}` }, { ...staff(), headers: { 'If-Match': '"1"' } });

    const { status, body } = await remove(product.id, '"2"');

    expect([status, body]).toEqual([200, { id: product.id, outcome: 'deleted' }]);
    expect((await app.api.get(`${PRODUCTS}/${String(product.id)}`, staff())).status).toBe(404);
    expect((await app.api.get(`/v1/products/${String(product.slug)}`)).status).toBe(404);
    expect((await app.api.get(`/v1/admin/stock/${String(product.variants[0].id)}`, staff())).status).toBe(404);
    expect(await eventsOf(product.id)).toEqual(['product.created', 'product.updated', 'product.deleted']);
    expect((await remove(product.id)).body.code).toBe('not_found');
  });

  it('archives one that was in stock, and says so again', async () => {
    const product = await make(3);

    const first = await remove(product.id);
    const again = await remove(product.id, '"2"');

    expect([first.body, again.body]).toEqual([
      { id: product.id, outcome: 'archived' },
      { id: product.id, outcome: 'archived' },
    ]);
    expect(await stateOf(product.id)).toBe('archived');
    expect(await eventsOf(product.id)).toEqual(['product.created', 'product.archived']);
  });

  it('archives one that is in a cart', async () => {
    const product = await make();
    await app.api.post('/v1/carts', { items: [{ variantId: product.variants[0].id, quantity: 1 }] });

    expect((await remove(product.id)).body.outcome).toBe('archived');
  });

  it('archives one that was ordered; the order keeps what it says', async () => {
    const order = await aPlacedOrder(app);
    const before = (await app.api.get(`/v1/admin/orders/${order.id}`, staff())).body;
    const { product_id: productId } = (await app.database.query<{ product_id: string }>(
      'SELECT product_id FROM variants WHERE id = $1',
      [order.variantId],
    ))[0]!;

    expect((await remove(productId)).body.outcome).toBe('archived');
    expect((await app.api.get(`/v1/admin/orders/${order.id}`, staff())).body).toEqual(before);
  });

  it('refuses a version that has passed', async () => {
    const product = await make();

    expect((await remove(product.id, '"2"')).body.code).toBe('precondition_failed');
    expect(await stateOf(product.id)).toBe('active');
  });

  it('and carts that are filled at the same time leave no line without its product', async () => {
    for (let round = 0; round < 5; round += 1) {
      const product = await make();
      const fill = (): Promise<Answer> =>
        app.api.post('/v1/carts', { items: [{ variantId: product.variants[0].id, quantity: 1 }] });

      const [removed, ...filled] = await Promise.all([remove(product.id), fill(), fill(), fill()]);

      expect(removed.status).toBe(200);
      const codes = filled.map(({ status, body }) => (status === 201 ? 'made' : String(body.code)));
      expect(['made', 'variant_unavailable', 'busy']).toEqual(expect.arrayContaining(codes));
      if (removed.body.outcome === 'deleted') expect(codes).not.toContain('made');
    }
  });
});
