import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app.js';
import { aCancelledOrder, aFulfilledOrder, aPlacedOrder } from '../../support/builders/orders.js';
import { aCustomer } from '../../support/builders/people.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

describe('an order', () => {
  it('is read by its buyer or by its token, and looks missing to everybody else', async () => {
    const [buyer, stranger] = [await aCustomer(app), await aCustomer(app)];
    const order = await aPlacedOrder(app, { as: buyer.token });
    const others = await aPlacedOrder(app);
    const read = (options: object) => app.api.get(`/v1/orders/${order.id}`, options);

    const byBuyer = await read({ as: buyer.token });
    const byToken = await read({ headers: { 'X-Order-Token': order.token } });
    const refused = await Promise.all([
      read({}),
      read({ as: stranger.token }),
      read({ headers: { 'X-Order-Token': others.token } }),
      app.api.get(`/v1/orders/${randomUUID()}`, { as: buyer.token }),
    ]);

    const { token, ...rest } = order.body;
    expect(token).toEqual(expect.any(String));
    expect(byBuyer.body).toEqual(rest);
    expect(byToken.body).toEqual(rest);
    expect(byBuyer.headers.etag).toBe('"2"');
    expect(refused.map(({ status, body }) => [status, body.code as string])).toEqual(Array(4).fill([404, 'not_found']));
  });

  it('is listed for its buyer alone, newest first, each once over all pages', async () => {
    const [buyer, stranger] = [await aCustomer(app), await aCustomer(app)];
    const placed: string[] = [];
    for (let index = 0; index < 5; index += 1) placed.unshift((await aPlacedOrder(app, { as: buyer.token })).id);
    await aPlacedOrder(app, { as: stranger.token });

    const first = await app.api.get('/v1/orders?limit=2', { as: buyer.token });
    const second = await app.api.get(`/v1/orders?limit=2&cursor=${String(first.body.nextCursor)}`, { as: buyer.token });
    const third = await app.api.get(`/v1/orders?limit=2&cursor=${String(second.body.nextCursor)}`, { as: buyer.token });
    const stolen = await app.api.get(`/v1/orders?limit=2&cursor=${String(first.body.nextCursor)}`, { as: stranger.token });

    const walked = [first, second, third].flatMap(({ body }) => body.data.map(({ id }: { id: string }) => id) as string[]);
    expect(walked).toEqual(placed);
    expect(third.body.nextCursor).toBeNull();
    expect(stolen.body.code).toBe('invalid_cursor');
  });

  it('is found by staff by state, e-mail and number', async () => {
    const email = `${randomUUID()}@example.com`;
    const staff = { as: app.adminToken };
    const placed = await aPlacedOrder(app, { email });
    const cancelled = await aCancelledOrder(app, { email });
    const ids = async (query: string): Promise<string[]> =>
      (await app.api.get(`/v1/admin/orders?${query}`, staff)).body.data.map(({ id }: { id: string }) => id);

    expect(await ids(`email=${email}`)).toEqual([cancelled.id, placed.id]);
    expect(await ids(`email=${email}&sort=createdAt`)).toEqual([placed.id, cancelled.id]);
    expect(await ids(`email=${email}&state=cancelled`)).toEqual([cancelled.id]);
    expect(await ids(`number=${String(placed.body.number)}`)).toEqual([placed.id]);
    expect((await app.api.get('/v1/admin/orders?cursor=x', staff)).body.code).toBe('invalid_cursor');
    expect((await app.api.get('/v1/admin/orders?state=lost', staff)).body.errors[0].pointer).toBe('/state');
    expect((await app.api.get('/v1/admin/orders?number=1e9', staff)).status).toBe(400);
  });

  it('shows staff its history and what can be done with it', async () => {
    const order = await aFulfilledOrder(app);

    const { headers, body } = await app.api.get(`/v1/admin/orders/${order.id}`, { as: app.adminToken });

    expect(body.allowedActions).toEqual(['capture']);
    expect(body.history).toMatchObject([
      { action: 'create', from: null, to: 'pending_payment', actor: 'guest' },
      { action: 'place', from: 'pending_payment', to: 'placed', actor: 'system' },
      { action: 'fulfil', from: 'placed', to: 'fulfilled', actor: expect.stringMatching(/^user:/) },
    ]);
    expect(headers.etag).toBe(`"${String(body.version)}"`);
  });
});
