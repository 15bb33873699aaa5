import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app.js';
import type { Answer, AnswerBody, RequestOptions } from '../../support/api-client.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { aCart, CHECKOUT } from '../../support/builders/orders.js';
import { aCustomer } from '../../support/builders/people.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

interface Ids {
  readonly cartId: string;
  readonly itemId: string;
  readonly variantId: string;
}

/** Each operation that reaches a cart. */
const OPERATIONS: readonly (readonly [string, (ids: Ids, caller: RequestOptions) => Promise<Answer>])[] = [
  ['reading it', ({ cartId }, caller) => app.api.get(`/v1/carts/${cartId}`, caller)],
  ['adding to it', ({ cartId, variantId }, caller) => app.api.post(`/v1/carts/${cartId}/items`, { variantId, quantity: 1 }, caller)],
  ['setting a quantity', ({ cartId, itemId }, caller) => app.api.patch(`/v1/carts/${cartId}/items/${itemId}`, { quantity: 9 }, caller)],
  ['removing a line item', ({ cartId, itemId }, caller) => app.api.delete(`/v1/carts/${cartId}/items/${itemId}`, caller)],
  [
    'ordering it',
    ({ cartId }, caller) =>
      app.api.post('/v1/orders', { ...CHECKOUT, cartId }, { ...caller, headers: { ...caller.headers, 'Idempotency-Key': randomUUID() } }),
  ],
];

const holding = (token: string): RequestOptions => ({ headers: { 'X-Cart-Token': token } });

/** An answer without what names the single request. */
const told = ({ status, body }: Answer): AnswerBody => ({ ...body, status, instance: '', requestId: '' });

const rows = () =>
  app.database.query(
    `SELECT c.id, c.state, c.version, i.id AS item, i.quantity FROM carts c LEFT JOIN cart_items i ON i.cart_id = c.id ORDER BY c.id, i.id`,
  );

describe("another's cart", () => {
  it.each(OPERATIONS)('looks just as one that does not exist to everybody else, by %s, and stays as it is', async (_name, call) => {
    const { variantId } = await aProductOnSale(app);
    const [owner, stranger] = [await aCustomer(app), await aCustomer(app)];
    const guests = await aCart(app, variantId);
    const owned = await aCart(app, variantId, { as: owner.token });
    const idsOf = (cart: { id: string; body: AnswerBody }): Ids => ({ cartId: cart.id, itemId: cart.body.items[0].id, variantId });
    const before = await rows();

    const unknown = await call({ cartId: randomUUID(), itemId: randomUUID(), variantId }, holding(guests.token));
    const refused = await Promise.all([
      call(idsOf(guests), {}),
      call(idsOf(guests), holding(owned.token)),
      call(idsOf(guests), holding('x'.repeat(43))),
      call(idsOf(guests), holding('x'.repeat(101))),
      call(idsOf(guests), holding('')),
      call(idsOf(guests), { as: stranger.token }),
      call(idsOf(owned), {}),
      call(idsOf(owned), { as: stranger.token }),
      call(idsOf(owned), { as: app.adminToken }),
    ]);

    expect(unknown.status).toBe(404);
    expect(unknown.body.code).toBe('not_found');
    expect(refused.map(told)).toEqual(Array(refused.length).fill(told(unknown)));
    expect(await rows()).toEqual(before);
  });

  it.each(OPERATIONS)('is open to its owner by sign-in and to a guest by token, for %s', async (_name, call) => {
    const { variantId } = await aProductOnSale(app);
    const owner = await aCustomer(app);
    const guests = await aCart(app, variantId);
    const owned = await aCart(app, variantId, { as: owner.token });

    const byToken = await call({ cartId: guests.id, itemId: guests.body.items[0].id, variantId }, holding(guests.token));
    const bySignIn = await call({ cartId: owned.id, itemId: owned.body.items[0].id, variantId }, { as: owner.token });

    expect([byToken.status < 300, bySignIn.status < 300]).toEqual([true, true]);
  });

  it('does not lend its line items: an item is found in its own cart alone', async () => {
    const { variantId } = await aProductOnSale(app);
    const [mine, theirs] = [await aCart(app, variantId), await aCart(app, variantId)];
    const path = `/v1/carts/${mine.id}/items/${String(theirs.body.items[0].id)}`;
    const before = await rows();

    const set = await app.api.patch(path, { quantity: 9 }, holding(mine.token));
    const removed = await app.api.delete(path, holding(mine.token));

    expect([set.body.code, removed.body.code]).toEqual(['not_found', 'not_found']);
    expect(await rows()).toEqual(before);
  });
});
