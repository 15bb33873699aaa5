import { startApp, type TestApp } from '../../support/app.js';
import type { AnswerBody } from '../../support/api-client.js';
import { aProductOnSale, anArchivedProduct } from '../../support/builders/catalogue.js';
import { anEndpoint, changeEndpoint, deliveriesOnce } from '../../support/builders/webhooks.js';
import { Receiver } from '../../support/receiver.js';
import { until } from '../../support/until.js';

let app: TestApp;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await Receiver.open();
  app = await startApp({ worker: true, env: { WEBHOOK_ALLOW_PRIVATE_TARGETS: 'true' } });
});
afterAll(async () => {
  await app.close();
  await receiver.close();
});

const staff = () => ({ as: app.adminToken });
const replay = (endpointId: string, body: unknown) => app.api.post(`/v1/admin/webhook-endpoints/${endpointId}/replays`, body, staff());

const operationOnce = (location: string, states: readonly string[]): Promise<AnswerBody> =>
  until(async () => {
    const { body } = await app.api.get(location, staff());
    return states.includes(body.state) ? body : undefined;
  }, `the replay to be ${states.join(' or ')}`);

/** Waits until the log has all that has happened, and no endpoint that is made later is told of it. */
const logged = (): Promise<boolean> =>
  until(async () => {
    const open = await app.database.query(
      `SELECT 1 FROM outbox_events WHERE log_position IS NULL
       UNION ALL SELECT 1 FROM jobs WHERE queue = 'webhooks' AND state = 'pending'`,
    );
    return open.length === 0;
  }, 'the log to have every event');

const BEGIN = '2020-01-01T00:00:00.000Z';

/** A moment after all that has happened. */
const soon = (): string => new Date(Date.now() + 60_000).toISOString();

describe('a replay', () => {
  it('delivers the events of a range of time and of types again, each in its order', async () => {
    const early = await anArchivedProduct(app);
    const middle = await anArchivedProduct(app);
    const late = await anArchivedProduct(app);
    const moments = { early: '2021-01-01', middle: '2022-01-01', late: '2023-01-01' };
    for (const [name, { product }] of Object.entries({ early, middle, late })) {
      const at = moments[name as keyof typeof moments];
      await app.database.query('UPDATE outbox_events SET occurred_at = $2 WHERE aggregate_id = $1', [product.id, at]);
    }
    await logged();
    const { id } = await anEndpoint(app, { url: receiver.url('/range'), eventTypes: ['order.placed'] });

    const answer = await replay(id, {
      from: '2022-01-01T00:00:00.000Z',
      to: '2023-01-01T00:00:00.000Z',
      eventTypes: ['product.created', 'product.archived'],
    });

    expect(answer).toMatchObject({
      status: 202,
      headers: { location: `/v1/admin/operations/${String(answer.body.id)}` },
      body: { kind: 'webhook-replay', state: 'queued', result: { position: 0, deliveries: 0 } },
    });
    expect(await operationOnce(answer.headers.location!, ['succeeded'])).toMatchObject({ progress: 100, result: { deliveries: 2 } });
    const requests = await receiver.waitFor('/range', 2);
    expect(requests.map(({ body }) => [body.type, body.aggregate.id])).toEqual([
      ['product.created', middle.product.id],
      ['product.archived', middle.product.id],
    ]);
    const deliveries = await deliveriesOnce(app, id, 2);
    expect(deliveries.map(({ eventId }) => eventId as string)).toEqual(requests.map(({ body }) => body.id as string).reverse());
  });

  it('takes the types that the endpoint wants when none are named', async () => {
    await anArchivedProduct(app);
    await logged();
    const { id } = await anEndpoint(app, { url: receiver.url('/wanted'), eventTypes: ['product.archived'] });

    const { headers } = await replay(id, { from: BEGIN, to: soon() });

    const { result } = await operationOnce(headers.location!, ['succeeded']);
    const [archived] = await app.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM outbox_events WHERE type = 'product.archived'`,
    );
    expect(result.deliveries).toBe(archived!.count);
    const requests = await receiver.waitFor('/wanted', archived!.count);
    expect(new Set(requests.map(({ body }) => body.type as string))).toEqual(new Set(['product.archived']));
  });

  it('goes on where it stopped', async () => {
    const { product } = await anArchivedProduct(app);
    await aProductOnSale(app);
    await logged();
    const { id } = await anEndpoint(app, { url: receiver.url('/go-on'), eventTypes: ['product.created'] });
    await app.api.post('/v1/admin/queues/webhook-replays/pause', undefined, staff());
    const { headers, body } = await replay(id, { from: BEGIN, to: soon() });
    const [reached] = await app.database.query<{ position: number }>(
      `SELECT log_position::int AS position FROM outbox_events WHERE aggregate_id = $1 AND type = 'product.created'`,
      [product.id],
    );
    const done = { position: reached!.position, deliveries: 5 };
    await app.database.query(`UPDATE operations SET state = 'running', result = $2 WHERE id = $1`, [body.id, JSON.stringify(done)]);

    await app.api.post('/v1/admin/queues/webhook-replays/resume', undefined, staff());

    const { result } = await operationOnce(headers.location!, ['succeeded']);
    expect(result.deliveries).toBe(6); // the 5 that were made, and the one that was left
    const delivered = await deliveriesOnce(app, id, 1);
    expect(delivered).toHaveLength(1);
  });

  it('ends when it is cancelled, also on the way', async () => {
    await aProductOnSale(app);
    await logged();
    const { id } = await anEndpoint(app, { url: receiver.url('/cancelled'), eventTypes: ['product.created'] });
    await app.api.post('/v1/admin/queues/webhook-replays/pause', undefined, staff());
    const { headers, body } = await replay(id, { from: BEGIN, to: soon() });
    await app.database.query(`UPDATE operations SET state = 'running' WHERE id = $1`, [body.id]);
    await app.api.post(`${headers.location!}/cancel`, undefined, staff());

    await app.api.post('/v1/admin/queues/webhook-replays/resume', undefined, staff());

    expect(await operationOnce(headers.location!, ['succeeded', 'cancelled'])).toMatchObject({
      state: 'cancelled',
      result: { deliveries: 0 },
    });
    expect(await deliveriesOnce(app, id, 0)).toEqual([]);
  });

  it('fails when the endpoint is disabled before its end', async () => {
    await aProductOnSale(app);
    await logged();
    const { id } = await anEndpoint(app, { url: receiver.url('/disabled'), eventTypes: ['product.created'] });
    await app.api.post('/v1/admin/queues/webhook-replays/pause', undefined, staff());
    const { headers } = await replay(id, { from: BEGIN, to: soon() });
    await changeEndpoint(app, id, { state: 'disabled' });

    await app.api.post('/v1/admin/queues/webhook-replays/resume', undefined, staff());

    expect(await operationOnce(headers.location!, ['succeeded', 'failed'])).toMatchObject({
      state: 'failed',
      failure: { detail: 'The endpoint was disabled or deleted.' },
    });
  });

  it.each([
    [{ from: BEGIN, to: BEGIN }, '/to'],
    [{ from: BEGIN }, '/to'],
    [{ from: 'yesterday', to: BEGIN }, '/from'],
    [{ from: BEGIN, to: '2021-01-01T00:00:00.000Z', eventTypes: ['order.placed', 'order.eaten'] }, '/eventTypes/1'],
  ])('is refused as %j, naming the fault', async (input, pointer) => {
    const { id } = await anEndpoint(app, { url: receiver.url('/none'), eventTypes: ['order.placed'] });

    const { status, body } = await replay(id, input);

    expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid_request' });
    expect(body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
  });
});
