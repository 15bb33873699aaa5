import { randomUUID } from 'node:crypto';
import type { AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { anArchivedProduct, aProductOnSale } from '../../support/builders/catalogue.js';
import { orderItems, staffDoes } from '../../support/builders/orders.js';
import { aCustomer } from '../../support/builders/people.js';
import { aReview } from '../../support/builders/shelves.js';
import { until } from '../../support/until.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ worker: true });
});
afterAll(async () => {
  await app.close();
});

const staff = () => ({ as: app.adminToken });
const settle = (id: string, action: 'approve' | 'reject', headers: Record<string, string> = {}) =>
  app.api.post(`/v1/admin/reviews/${id}/${action}`, undefined, { ...staff(), headers });
const shown = async (product: AnswerBody, query = ''): Promise<AnswerBody> =>
  (await app.api.get(`/v1/products/${String(product.slug)}/reviews${query}`)).body;
const ids = (rows: AnswerBody[]): string[] => rows.map(({ id }) => id as string);

describe('a review', () => {
  it('is written by a customer, and shown and counted once staff approve it', async () => {
    const { product } = await aProductOnSale(app);
    const { token } = await aCustomer(app);
    const input = { rating: 4, title: 'Just right', text: 'Light.\nCool.', author: 'Ada' };

    const made = await app.api.post(`/v1/products/${String(product.slug)}/reviews`, input, { as: token });
    const before = await shown(product);
    const approved = await settle(made.body.id, 'approve', { 'If-Match': '"1"' });
    const after = await shown(product);

    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      ...input,
      id: expect.any(String),
      productId: product.id,
      state: 'pending',
      verifiedPurchase: false,
      createdAt: expect.any(String),
    });
    expect(before).toEqual({ data: [], nextCursor: null, summary: { count: 0, average: null } });
    expect(approved.body).toMatchObject({ state: 'approved', allowedActions: ['reject'], version: 2 });
    expect(approved.headers.etag).toBe('"2"');
    const { state: _state, productId: _productId, ...review } = made.body;
    expect(after).toEqual({ data: [review], nextCursor: null, summary: { count: 1, average: 4 } });
    expect(await shown({ slug: product.id })).toEqual(after);
    const events = await app.database.query('SELECT type FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence', [made.body.id]);
    expect(events).toEqual([{ type: 'review.submitted' }, { type: 'review.approved' }]);
  });

  it('is one of each customer and product', async () => {
    const { product } = await aProductOnSale(app);
    const { token } = await aCustomer(app);
    await aReview(app, product.id, { as: token });

    const again = await app.api.post(`/v1/products/${String(product.id)}/reviews`, { rating: 1, title: 'No' }, { as: token });

    expect({ status: again.status, code: again.body.code }).toEqual({ status: 409, code: 'already_reviewed' });
    expect((await aReview(app, product.id)).state).toBe('pending');
  });

  it.each([
    ['no star', { rating: 0 }],
    ['six stars', { rating: 6 }],
    ['half a star', { rating: 2.5 }],
    ['no title', { title: '' }],
    ['a text that is too long', { text: 'x'.repeat(5_001) }],
    ['a state', { state: 'approved' }],
  ])(
    'is refused with %s',
    async (_what, wrong) => {
      const { product } = await aProductOnSale(app);
      const { token } = await aCustomer(app);

      const { status } = await app.api.post(
        `/v1/products/${String(product.id)}/reviews`,
        { rating: 5, title: 'Fine', ...wrong },
        { as: token },
      );

      expect(status).toBe(400);
    },
  );

  it('is neither written nor shown of a product that is off sale', async () => {
    const { product } = await anArchivedProduct(app);
    const { token } = await aCustomer(app);

    const made = await app.api.post(`/v1/products/${String(product.id)}/reviews`, { rating: 5, title: 'X' }, { as: token });

    expect(made.body.code).toBe('not_found');
    expect((await shown(product)).code).toBe('not_found');
  });

  it('leaves the list and the average when it is rejected after all, and may come back', async () => {
    const { product } = await aProductOnSale(app);
    const [five, two] = [await aReview(app, product.id, { rating: 5 }), await aReview(app, product.id, { rating: 2 })];
    await settle(five.id, 'approve');
    await settle(two.id, 'approve');
    expect((await shown(product)).summary).toEqual({ count: 2, average: 3.5 });

    const rejected = await settle(two.id, 'reject');
    expect(rejected.body).toMatchObject({ state: 'rejected', allowedActions: ['approve'] });
    expect(await shown(product)).toMatchObject({ data: [{ id: five.id }], summary: { count: 1, average: 5 } });

    await settle(two.id, 'approve');
    expect((await shown(product)).summary).toEqual({ count: 2, average: 3.5 });
  });

  it('that was never shown does not count when it is rejected', async () => {
    const { product } = await aProductOnSale(app);
    const { id } = await aReview(app, product.id);

    await settle(id, 'reject');
    const twice = await settle(id, 'reject');
    const stale = await settle(id, 'approve', { 'If-Match': '"1"' });
    await settle(id, 'approve');
    const again = await settle(id, 'approve');

    expect(twice.body).toMatchObject({ code: 'invalid_state_transition', state: 'rejected', action: 'reject' });
    expect(again.body).toMatchObject({ code: 'invalid_state_transition', state: 'approved', action: 'approve' });
    expect(stale.body.code).toBe('precondition_failed');
    expect((await shown(product)).summary.count).toBe(1);
  });

  it('counts once each, however many are approved at the same time', async () => {
    const { product } = await aProductOnSale(app);
    const reviews = [];
    for (const rating of [1, 2, 3, 4, 5, 5]) reviews.push(await aReview(app, product.id, { rating }));

    await Promise.all([...reviews, ...reviews].map(({ id }) => settle(id as string, 'approve')));

    expect((await shown(product)).summary).toEqual({ count: 6, average: 3.33 }); // 20 / 6
  });
});

describe('the lists of reviews', () => {
  it('are by time or by stars, page by page', async () => {
    const { product } = await aProductOnSale(app);
    const made = [];
    for (const rating of [3, 5, 3]) {
      const review = await aReview(app, product.id, { rating });
      await settle(review.id, 'approve');
      made.push(review.id as string);
    }
    const [a, b, c] = made;

    for (const [sort, order] of [['-createdAt', [c, b, a]], ['-rating', [b, c, a]]] as const) {
      const page = await shown(product, `?limit=2&sort=${sort}`);
      const rest = await shown(product, `?limit=2&sort=${sort}&cursor=${String(page.nextCursor)}`);
      expect({ sort, ids: ids([...page.data, ...rest.data]) }).toEqual({ sort, ids: order });
      expect([page.summary.count, rest.nextCursor]).toEqual([3, null]);
    }
    expect((await shown(product, '?cursor=x')).code).toBe('invalid_cursor');
  });

  it('show staff those of a state or product, the newest first', async () => {
    const { product } = await aProductOnSale(app);
    const [a, b] = [await aReview(app, product.id), await aReview(app, product.id)];
    await settle(a.id, 'approve');
    const list = async (query: string) => (await app.api.get(`/v1/admin/reviews?productId=${String(product.id)}${query}`, staff())).body;

    expect(ids((await list('')).data)).toEqual(ids([b, a]));
    expect(ids((await list('&state=pending')).data)).toEqual([b.id]);
    const page = await list('&limit=1');
    expect(ids((await list(`&limit=1&cursor=${String(page.nextCursor)}`)).data)).toEqual([a.id]);
    expect((await list('&cursor=x')).code).toBe('invalid_cursor');
    const one = await app.api.get(`/v1/admin/reviews/${String(b.id)}`, staff());
    expect(one.body).toEqual(page.data[0]);
    expect(one.body).toMatchObject({ productId: product.id, userId: expect.any(String), version: 1 });
  });
});

describe('a verified purchase', () => {
  const isVerified = async (id: string): Promise<boolean> =>
    (await app.api.get(`/v1/admin/reviews/${id}`, staff())).body.verifiedPurchase as boolean;
  const order = async (variantId: string, as: string): Promise<string> => {
    const { body } = await orderItems(app, [{ variantId, quantity: 1 }], { as, key: randomUUID() });
    return body.id as string;
  };
  const told = (orderId: string) =>
    until(
      async () => (await app.database.query('SELECT 1 FROM product_purchases WHERE order_id = $1', [orderId])).length > 0,
      'products to hear of the order',
    );

  it('is that of a customer with an order of the product', async () => {
    const { product, variantId } = await aProductOnSale(app);
    const [buyer, other] = [await aCustomer(app), await aCustomer(app)];
    await told(await order(variantId, buyer.token));

    const bought = await aReview(app, product.id, { as: buyer.token });
    const not = await aReview(app, product.id, { as: other.token });

    expect([bought.verifiedPurchase, not.verifiedPurchase]).toEqual([true, false]);
  });

  it('comes to a review that was written before the order, and goes when the last order is cancelled', async () => {
    const { product, variantId } = await aProductOnSale(app);
    const buyer = await aCustomer(app);
    const { id } = await aReview(app, product.id, { as: buyer.token });
    await settle(id, 'approve');

    const [one, two] = [await order(variantId, buyer.token), await order(variantId, buyer.token)];
    await told(two);
    await until(() => isVerified(id), 'the review to be verified');
    await staffDoes(app, one, 'cancel');
    await until(
      async () => (await app.database.query('SELECT 1 FROM product_purchases WHERE order_id = $1', [one])).length === 0,
      'products to hear of the cancellation',
    );
    expect(await isVerified(id)).toBe(true);

    await staffDoes(app, two, 'cancel');
    await until(async () => !(await isVerified(id)), 'the review not to be verified');
    expect((await shown(product)).data[0].verifiedPurchase).toBe(false);
  });

  it('is looked at again when staff approve', async () => {
    const { product } = await aProductOnSale(app);
    const buyer = await aCustomer(app);
    const { id } = await aReview(app, product.id, { as: buyer.token });
    await app.database.query('INSERT INTO product_purchases VALUES ($1, $2, $3)', [product.id, buyer.id, randomUUID()]);

    const { body } = await settle(id, 'approve');

    expect(body.verifiedPurchase).toBe(true);
  });
});
