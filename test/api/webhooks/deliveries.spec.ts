import { Webhook } from 'standardwebhooks';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { aTestDelivery, anEndpoint, changeEndpoint, deliveriesOnce, deliveryOnce } from '../../support/builders/webhooks.js';
import { Receiver, type ReceivedRequest } from '../../support/receiver.js';
import { until } from '../../support/until.js';

const DELIVERIES = '/v1/admin/webhook-deliveries';

let app: TestApp;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await Receiver.open();
  app = await startApp({ worker: true, env: { WEBHOOK_ALLOW_PRIVATE_TARGETS: 'true', WEBHOOK_TIMEOUT_MS: '500' } });
});
afterEach(() => {
  receiver.answer = () => 204;
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

let made = 0;

/** An endpoint with a path of its own, so that its requests are told apart. */
async function aReceivingEndpoint(eventTypes: string[] = ['stock.adjusted']) {
  made += 1;
  const path = `/hook-${String(made)}`;
  const endpoint = await anEndpoint(app, { url: receiver.url(path), eventTypes });
  return { id: String(endpoint.id), secret: String(endpoint.secret), path };
}

const verify = (secret: string, { text, headers }: ReceivedRequest, signature = String(headers['webhook-signature'])): unknown =>
  new Webhook(secret).verify(text, { ...(headers as Record<string, string>), 'webhook-signature': signature });

const adjust = (variantId: string) =>
  app.api.post(`/v1/admin/stock/${variantId}/adjustments`, { delta: 1 }, { as: app.adminToken });

describe('an event', () => {
  it('is posted to each endpoint that wants its type, signed, with ids only', async () => {
    const [wanting, all, other] = [
      await aReceivingEndpoint(['product.created']),
      await aReceivingEndpoint([]),
      await aReceivingEndpoint(['order.placed']),
    ];

    const { product } = await aProductOnSale(app);

    const [request] = await receiver.waitFor(wanting.path);
    await until(() => receiver.to(all.path).some(({ body }) => body.type === 'product.created'), 'the event at the second endpoint');
    expect(request).toMatchObject({
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Orderly',
        'webhook-id': request!.body.id,
        'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
        'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
      },
      body: {
        id: expect.any(String),
        type: 'product.created',
        version: 1,
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        aggregate: { type: 'product', id: product.id, sequence: 1 },
        data: { productId: product.id },
      },
    });
    const [event] = await app.database.query(`SELECT id FROM outbox_events WHERE aggregate_id = $1 AND type = 'product.created'`, [
      product.id,
    ]);
    expect(event).toEqual({ id: request!.body.id });
    expect(verify(wanting.secret, request!)).toEqual(request!.body);
    expect(() => verify(all.secret, request!)).toThrow();
    const [delivery] = await deliveriesOnce(app, wanting.id, 1);
    expect(await deliveryOnce(app, delivery.id, 'succeeded', 1)).toMatchObject({
      endpointId: wanting.id,
      eventId: request!.body.id,
      eventType: 'product.created',
      body: request!.text,
      settledAt: expect.any(String),
      attempts: [{ number: 1, status: 204, error: null, durationMs: expect.any(Number), responseBody: '' }],
    });
    expect(receiver.to(wanting.path)).toHaveLength(1);
    expect(receiver.to(other.path)).toEqual([]);
    await changeEndpoint(app, all.id, { state: 'disabled' });
  });

  it('is not sent to an endpoint that is disabled', async () => {
    const [disabled, active] = [await aReceivingEndpoint(['product.created']), await aReceivingEndpoint(['product.created'])];
    await changeEndpoint(app, disabled.id, { state: 'disabled' });

    await aProductOnSale(app);

    await receiver.waitFor(active.path);
    expect(await deliveriesOnce(app, disabled.id, 0)).toEqual([]);
  });

  it('waits for those of its aggregate before it, while others go on', async () => {
    const { path, id } = await aReceivingEndpoint();
    const [slow, quick] = [await aProductOnSale(app), await aProductOnSale(app)];
    await adjust(slow.variantId);
    const [first] = await until(async () => {
      const rows = await app.database.query<{ id: string }>(
        `SELECT e.aggregate_id AS id FROM webhook_deliveries d JOIN outbox_events e ON e.id = d.event_id
         WHERE d.endpoint_id = $1 ORDER BY d.id DESC`,
        [id],
      );
      return rows.length > 0 ? rows : undefined;
    }, 'the delivery of the first adjustment');
    const isSlow = ({ body }: ReceivedRequest): boolean => body.aggregate.id === first!.id;
    let failures = 0;
    receiver.answer = (request) => (request.path === path && isSlow(request) && (failures += 1) <= 1 ? 500 : 204);
    const before = receiver.to(path).filter(isSlow).length;

    await adjust(slow.variantId);
    await adjust(slow.variantId);
    await adjust(quick.variantId);

    await until(() => receiver.to(path).some((request) => !isSlow(request)), 'the event of the other aggregate');
    const requests = await until(() => {
      const found = receiver.to(path).filter(isSlow).slice(before);
      return found.length >= 3 ? found : undefined;
    }, 'the events of the first aggregate', 28_000);
    const [failed, again, next] = requests.map(({ body, headers }) => ({ sequence: body.aggregate.sequence as number, id: headers['webhook-id'] }));
    expect(again).toEqual(failed);
    expect(next!.sequence).toBe(failed!.sequence + 1);
  });

  it('is sent again with the same id and a fresh signature until the receiver takes it', async () => {
    const { path, secret, id } = await aReceivingEndpoint();
    let failures = 0;
    receiver.answer = ({ path: to }) => (to === path && (failures += 1) <= 1 ? { status: 500, text: 'x'.repeat(3_000) } : 200);
    const { id: deliveryId } = await aTestDelivery(app, id);

    const [first, second] = await receiver.waitFor(path, 2);

    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(second!.text).toBe(first!.text);
    expect(verify(secret, second!)).toEqual(first!.body);
    const { attempts } = await deliveryOnce(app, deliveryId, 'succeeded', 2);
    expect(attempts).toMatchObject([
      { number: 2, status: 200, error: null },
      { number: 1, status: 500, error: 'The receiver answered 500.', responseBody: 'x'.repeat(1_024) },
    ]);
    const [endpoint] = await app.database.query('SELECT failing_since AS since FROM webhook_endpoints WHERE id = $1', [id]);
    expect(endpoint).toEqual({ since: null });
  });
});

describe('a test', () => {
  it('sends a made-up event to one endpoint, whatever types it wants', async () => {
    const { id, secret, path } = await aReceivingEndpoint(['order.placed']);

    const { status, headers, body } = await app.api.post(`/v1/admin/webhook-endpoints/${id}/test`, undefined, { as: app.adminToken });

    expect({ status, location: headers.location }).toEqual({ status: 202, location: `${DELIVERIES}/${String(body.id)}` });
    expect(body).toMatchObject({ endpointId: id, eventId: null, eventType: 'webhook.test', state: 'pending' });
    const [request] = await receiver.waitFor(path);
    expect(request!.headers['webhook-id']).toBe(body.id);
    expect(verify(secret, request!)).toMatchObject({ id: body.id, type: 'webhook.test', data: { endpointId: id } });
  });
});

describe('a rotated secret', () => {
  it('signs together with the one before for 24 hours, and alone after', async () => {
    const { id, secret: old, path } = await aReceivingEndpoint();
    const { body } = await app.api.post(`/v1/admin/webhook-endpoints/${id}/rotate-secret`, undefined, { as: app.adminToken });
    await aTestDelivery(app, id);
    const [both] = await receiver.waitFor(path);
    await app.database.query('UPDATE webhook_endpoints SET previous_secret_expires_at = now() WHERE id = $1', [id]);
    await aTestDelivery(app, id);
    const [, alone] = await receiver.waitFor(path, 2);

    const signatures = String(both!.headers['webhook-signature']).split(' ');
    expect(signatures).toHaveLength(2);
    expect(verify(body.secret, both!, signatures[0])).toEqual(both!.body);
    expect(verify(old, both!, signatures[1])).toEqual(both!.body);
    expect(verify(old, both!)).toEqual(both!.body);
    expect(verify(body.secret, alone!)).toEqual(alone!.body);
    expect(() => verify(old, alone!)).toThrow();
  });
});

describe('a failed attempt', () => {
  const firstAttempt = async (endpointId: string) => {
    const { id } = await aTestDelivery(app, endpointId);
    const { attempts } = await deliveryOnce(app, id, 'pending', 1);
    return attempts.at(-1);
  };

  it('is one that a receiver redirects, which is not followed', async () => {
    const { id, path } = await aReceivingEndpoint();
    receiver.answer = ({ path: to }) => (to === path ? { status: 307, headers: { location: receiver.url('/elsewhere') } } : 204);

    expect(await firstAttempt(id)).toMatchObject({ status: 307, error: 'The receiver answered 307.' });
    expect(receiver.to('/elsewhere')).toEqual([]);
  });

  it('is one that a receiver does not answer in time', async () => {
    const { id, path } = await aReceivingEndpoint();
    receiver.answer = ({ path: to }) => (to === path ? 'never' : 204);

    expect(await firstAttempt(id)).toMatchObject({ status: null, error: 'The receiver did not answer within 500 ms.', responseBody: null });
  });

  it('is one to a receiver that is down, and does not show its URL', async () => {
    const down = await Receiver.open();
    const url = down.url('/?token=secret-of-the-receiver');
    await down.close();
    const { id } = await anEndpoint(app, { url, eventTypes: ['order.placed'] });

    const attempt = await firstAttempt(id);

    expect(attempt).toMatchObject({ status: null, error: 'The request failed: ECONNREFUSED.' });
    const failures = await app.database.query<{ failure: string }>(
      `SELECT failure::text FROM jobs WHERE queue = 'webhook-deliveries' AND payload->>'endpointId' = $1`,
      [id],
    );
    expect(JSON.stringify([attempt, failures])).not.toContain('secret-of-the-receiver');
  });
});

describe('a delivery', () => {
  it('is sent once more when staff say so, also after it has succeeded', async () => {
    const { id, path } = await aReceivingEndpoint();
    const delivery = await aTestDelivery(app, id);
    await deliveryOnce(app, delivery.id, 'succeeded');

    const { status, headers, body } = await app.api.post(`${DELIVERIES}/${String(delivery.id)}/resend`, undefined, { as: app.adminToken });

    expect({ status, location: headers.location }).toEqual({ status: 202, location: `${DELIVERIES}/${String(delivery.id)}` });
    expect(body).toMatchObject({ id: delivery.id, state: 'pending', settledAt: null });
    const [first, second] = await receiver.waitFor(path, 2);
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect((await deliveryOnce(app, delivery.id, 'succeeded', 2)).attempts).toHaveLength(2);
  });

  it('that waits is sent at once when staff say so, and its earlier job sends it no more', async () => {
    const { id, path } = await aReceivingEndpoint();
    let failures = 0;
    receiver.answer = ({ path: to }) => (to === path && (failures += 1) <= 1 ? 500 : 204);
    const delivery = await aTestDelivery(app, id);
    await deliveryOnce(app, delivery.id, 'pending', 1);

    await app.api.post(`${DELIVERIES}/${String(delivery.id)}/resend`, undefined, { as: app.adminToken });

    await deliveryOnce(app, delivery.id, 'succeeded', 2);
    await until(async () => {
      const open = await app.database.query(`SELECT 1 FROM jobs WHERE payload->>'deliveryId' = $1 AND state = 'pending'`, [delivery.id]);
      return open.length === 0;
    }, 'the earlier job to end', 28_000);
    expect(receiver.to(path)).toHaveLength(2);
  });

  it('whose endpoint was disabled meanwhile is cancelled', async () => {
    const { id, path } = await aReceivingEndpoint();
    receiver.answer = ({ path: to }) => (to === path ? 503 : 204);
    const delivery = await aTestDelivery(app, id);
    await deliveryOnce(app, delivery.id, 'pending', 1);

    await changeEndpoint(app, id, { state: 'disabled' });

    expect((await deliveryOnce(app, delivery.id, 'cancelled')).attempts).toHaveLength(1);
  });
});
