import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { aCart, aPlacedOrder, staffDoes } from '../../support/builders/orders.js';
import { aCustomer } from '../../support/builders/people.js';
import { EventStreamClient, listen, type StreamOptions } from '../../support/event-stream.js';
import { until } from '../../support/until.js';

const ORIGIN = 'https://shop.example.com';

let app: TestApp;
let url: string;

beforeAll(async () => {
  app = await startApp({ worker: true, env: { EVENT_STREAM_HEARTBEAT_MS: '50', CORS_ORIGINS: ORIGIN } });
  url = await listen(app);
});
afterAll(async () => {
  await app.close();
});

const open = (path: string, options: StreamOptions = {}) => EventStreamClient.open(`${url}${path}`, options);

const numbered = () =>
  until(async () => {
    const [row] = await app.database.query<{ open: number }>(
      'SELECT count(*)::int AS open FROM outbox_events WHERE log_position IS NULL',
    );
    return row?.open === 0;
  }, 'every event to have its number');

async function aGuestCart() {
  const { variantId } = await aProductOnSale(app);
  const cart = await aCart(app, variantId);
  const headers = { 'X-Cart-Token': cart.token };
  const add = () => app.api.post(`/v1/carts/${cart.id}/items`, { variantId, quantity: 1 }, { headers });
  return { id: cart.id, headers, path: `/v1/carts/${cart.id}/events`, add };
}

describe('the stream of a cart', () => {
  it('tells its holder of a change when it happens, and of no other cart', async () => {
    const cart = await aGuestCart();
    const other = await aGuestCart();
    await numbered();
    const stream = await open(cart.path, { headers: cart.headers });

    await other.add();
    await cart.add();
    const [event] = await stream.waitFor(1);
    await cart.add();
    const events = await stream.waitFor(2);
    stream.close();

    expect(stream.retryMs).toBe(2_000);
    expect(event).toEqual({
      id: expect.any(Number),
      event: 'cart.updated',
      data: {
        id: expect.any(String),
        position: event?.id,
        type: 'cart.updated',
        version: 1,
        aggregate: { type: 'cart', id: cart.id },
        sequence: 2,
        occurredAt: expect.any(String),
        payload: { cartId: cart.id, version: 2 },
      },
    });
    expect(events.map(({ data }) => data.sequence as number)).toEqual([2, 3]);
  });

  it('goes on after the last event that the client has, without a gap or a repetition', async () => {
    const cart = await aGuestCart();
    const before = await open(cart.path, { headers: { ...cart.headers, 'Last-Event-ID': '0' } });
    const [created] = await before.waitFor(1);
    await cart.add();
    const [, changed] = await before.waitFor(2);
    before.close();
    await cart.add();
    await cart.add();
    await numbered();

    const byHeader = await open(`${cart.path}?lastEventId=${String(created?.id)}`, {
      headers: { ...cart.headers, 'Last-Event-ID': String(changed?.id) },
    });
    const byQuery = await open(`${cart.path}?lastEventId=${String(changed?.id)}`, { headers: cart.headers });
    await cart.add();
    const events = await byHeader.waitFor(3);
    await byQuery.waitFor(3);

    expect(created?.event).toBe('cart.created');
    expect(events.map(({ data }) => data.sequence as number)).toEqual([3, 4, 5]);
    expect(byQuery.events).toEqual(events);
    byHeader.close();
    byQuery.close();
  });

  it('begins anew for a client with an id that the log has not reached', async () => {
    const cart = await aGuestCart();
    await numbered();
    const stream = await open(cart.path, { headers: { ...cart.headers, 'Last-Event-ID': '999999999' } });

    await cart.add();

    expect((await stream.waitFor(1)).map(({ data }) => data.sequence as number)).toEqual([2]);
    stream.close();
  });

  it('is not found by whoever does not hold the cart', async () => {
    const cart = await aGuestCart();
    const { token } = await aCustomer(app);

    const answers = [
      await app.api.get(cart.path),
      await app.api.get(cart.path, { as: token }),
      await app.api.get(cart.path, { headers: { 'X-Cart-Token': 'another' } }),
      await app.api.get(`/v1/carts/${randomUUID()}/events`),
    ];
    const overTheWire = await open(cart.path);

    expect(answers.map(({ body }) => body.code as string)).toEqual(Array(4).fill('not_found'));
    expect(overTheWire.response.statusCode).toBe(404);
    expect(overTheWire.response.headers['content-type']).toContain('application/problem+json');
  });

  it('is refused with an id that is none', async () => {
    const cart = await aGuestCart();

    const header = await app.api.get(cart.path, { headers: { ...cart.headers, 'Last-Event-ID': 'x' } });
    const query = await app.api.get(`${cart.path}?lastEventId=-1`, { headers: cart.headers });

    expect([header, query].map(({ status, body }) => [status, body.errors[0].pointer as string])).toEqual([
      [400, '/Last-Event-ID'],
      [400, '/lastEventId'],
    ]);
  });

  it('answers with the headers that every answer has, and may be read by the shop front ends', async () => {
    const cart = await aGuestCart();
    const stream = await open(cart.path, { headers: { ...cart.headers, Origin: ORIGIN, 'X-Request-Id': 'given' } });
    stream.close();
    const { headers } = await app.api.get(cart.path, { headers: cart.headers });

    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'given',
      'access-control-allow-origin': ORIGIN,
    });
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
  });
});

describe('the stream of an order', () => {
  it('tells its buyer of the order and of its payment, in the order of the log', async () => {
    const order = await aPlacedOrder(app);
    const path = `/v1/orders/${order.id}/events`;
    const headers = { 'X-Order-Token': order.token };
    const stream = await open(path, { headers: { ...headers, 'Last-Event-ID': '0' } });
    await stream.waitFor(3);
    await staffDoes(app, order.id, 'capture');
    const events = await stream.waitFor(4);
    stream.close();

    expect(events.map(({ event }) => event)).toEqual(['order.created', 'order.placed', 'payment.authorised', 'payment.captured']);
    expect(Object.keys(events[0]?.data as object)).not.toContain('actor');
    expect((await app.api.get(path, { headers })).status).toBe(200);
    expect((await app.api.get(path)).body.code).toBe('not_found');
    expect((await app.api.get(path, { as: app.adminToken })).body.code).toBe('not_found');
  });
});

describe('the stream of all events', () => {
  it('tells staff who did what, and nobody else', async () => {
    await numbered();
    const stream = await open('/v1/admin/events/stream', { as: app.adminToken });
    const cart = await aGuestCart();
    const seen = await until(
      () => stream.events.find(({ data }) => data.aggregate.id === cart.id),
      'the event of the new cart',
    );
    stream.close();
    const { token } = await aCustomer(app);

    expect(seen.data).toMatchObject({ type: 'cart.created', actor: 'guest', requestId: expect.any(String) });
    expect((await app.api.get('/v1/admin/events/stream')).body.code).toBe('unauthenticated');
    expect((await app.api.get('/v1/admin/events/stream', { as: token })).body.code).toBe('forbidden');
    expect((await app.api.get('/v1/admin/events/stream', { as: app.adminToken })).status).toBe(200);
  });

  it('shows that it is open while nothing happens, and ends after an hour', async () => {
    const stream = await open('/v1/admin/events/stream', { as: app.adminToken });
    await until(() => stream.comments.length > 3, 'heartbeats');

    app.clock.advance(3_601);

    await until(() => stream.ended, 'the end of the stream');
  });
});
