import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app.js';
import { aTestDelivery, anEndpoint, changeEndpoint } from '../../support/builders/webhooks.js';

const ENDPOINTS = '/v1/admin/webhook-endpoints';
const DELIVERIES = '/v1/admin/webhook-deliveries';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const staff = (headers: Record<string, string> = {}) => ({ as: app.adminToken, headers });
const create = (body: unknown) => app.api.post(ENDPOINTS, body, staff());

const eventsOf = (endpointId: string) =>
  app.database.query<{ type: string; payload: unknown }>(
    'SELECT type, payload FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence',
    [endpointId],
  );

describe('a webhook endpoint', () => {
  it('is made with a secret that is shown this once and kept sealed', async () => {
    const { status, headers, body } = await create({
      url: 'https://hooks.example.com/orderly',
      description: 'The warehouse',
      eventTypes: ['order.placed', 'stock.adjusted'],
    });

    expect(status).toBe(201);
    expect(headers).toMatchObject({ location: `${ENDPOINTS}/${String(body.id)}`, etag: '"1"' });
    const { secret, ...shown } = body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(shown).toMatchObject({
      url: 'https://hooks.example.com/orderly',
      description: 'The warehouse',
      eventTypes: ['order.placed', 'stock.adjusted'],
      state: 'active',
      disabledReason: null,
      failingSince: null,
      previousSecretExpiresAt: null,
      version: 1,
    });
    const read = await app.api.get(`${ENDPOINTS}/${String(body.id)}`, staff());
    expect(read.body).toEqual(shown);
    expect(read.headers.etag).toBe('"1"');
    const [row] = await app.database.query<{ secret: Buffer }>('SELECT secret FROM webhook_endpoints WHERE id = $1', [body.id]);
    expect(row?.secret.includes(Buffer.from(String(secret)))).toBe(false);
    expect(row?.secret.includes(Buffer.from(String(secret).slice(6), 'base64'))).toBe(false);
    expect(await eventsOf(body.id)).toEqual([{ type: 'webhook_endpoint.created', payload: { endpointId: body.id } }]);
  });

  it('is listed with the others, the newest first, page by page and by state', async () => {
    const [first, second] = [await anEndpoint(app), await anEndpoint(app)];
    await changeEndpoint(app, first.id, { state: 'disabled' });

    const page = await app.api.get(`${ENDPOINTS}?limit=1`, staff());
    const next = await app.api.get(`${ENDPOINTS}?limit=1&cursor=${String(page.body.nextCursor)}`, staff());
    const disabled = await app.api.get(`${ENDPOINTS}?state=disabled`, staff());
    const foreign = await app.api.get(`${ENDPOINTS}?state=disabled&cursor=${String(page.body.nextCursor)}`, staff());

    expect(page.body.data).toMatchObject([{ id: second.id }]);
    expect(next.body.data).toMatchObject([{ id: first.id }]);
    expect(disabled.body.data).toMatchObject([{ id: first.id, state: 'disabled', disabledReason: 'Staff disabled it.' }]);
    expect(JSON.stringify([page.body, disabled.body])).not.toContain('whsec');
    expect(foreign).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
  });

  it('is changed by who has read its latest version', async () => {
    const { id } = await anEndpoint(app, { eventTypes: ['order.placed'] });
    const path = `${ENDPOINTS}/${String(id)}`;

    const changed = await app.api.patch(path, { url: 'https://other.example.com/', eventTypes: [] }, staff({ 'If-Match': '"1"' }));
    const stale = await app.api.patch(path, { description: 'x' }, staff({ 'If-Match': '"1"' }));
    const blind = await app.api.patch(path, { description: 'x' }, staff());
    const staleDelete = await app.api.delete(path, staff({ 'If-Match': '"1"' }));
    const blindDelete = await app.api.delete(path, staff());

    expect(changed).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { url: 'https://other.example.com/', eventTypes: [], version: 2 },
    });
    expect(changed.body).not.toHaveProperty('secret');
    expect([stale, blind, staleDelete, blindDelete].map(({ body }) => body.code as string)).toEqual([
      'precondition_failed',
      'precondition_required',
      'precondition_failed',
      'precondition_required',
    ]);
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual(['webhook_endpoint.created', 'webhook_endpoint.updated']);
  });

  it('begins without failures when it is made active again', async () => {
    const { id } = await anEndpoint(app);
    await app.database.query(
      `UPDATE webhook_endpoints SET state = 'disabled', disabled_reason = 'It failed.', failing_since = now(), failures_in_row = 3
       WHERE id = $1`,
      [id],
    );

    const active = await changeEndpoint(app, id, { state: 'active' });

    expect(active).toMatchObject({ state: 'active', disabledReason: null, failingSince: null });
    const [row] = await app.database.query('SELECT failures_in_row AS failures FROM webhook_endpoints WHERE id = $1', [id]);
    expect(row).toEqual({ failures: 0 });
  });

  it('is deleted with its deliveries', async () => {
    const { id } = await anEndpoint(app);
    const delivery = await aTestDelivery(app, id);

    const { status, text } = await app.api.delete(`${ENDPOINTS}/${String(id)}`, staff({ 'If-Match': '"1"' }));

    expect({ status, text }).toEqual({ status: 204, text: '' });
    const [endpoint, gone] = [
      await app.api.get(`${ENDPOINTS}/${String(id)}`, staff()),
      await app.api.get(`${DELIVERIES}/${String(delivery.id)}`, staff()),
    ];
    expect([endpoint.body.code, gone.body.code]).toEqual(['not_found', 'not_found']);
    expect((await eventsOf(id)).at(-1)).toEqual({ type: 'webhook_endpoint.deleted', payload: { endpointId: id } });
  });

  it('gets a new secret, which is shown this once', async () => {
    const { id, secret } = await anEndpoint(app);

    const { status, headers, body } = await app.api.post(`${ENDPOINTS}/${String(id)}/rotate-secret`, undefined, staff());

    expect({ status, etag: headers.etag }).toEqual({ status: 200, etag: '"2"' });
    expect(body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(body.secret).not.toBe(secret);
    const validMs = Date.parse(body.previousSecretExpiresAt) - Date.parse(body.updatedAt);
    expect(Math.round(validMs / 60_000)).toBe(1_440); // 24 × 60
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual(['webhook_endpoint.created', 'webhook_endpoint.updated']);
  });

  it.each([
    ['http://hooks.example.com/', 'must begin with https://'],
    ['https://ada:secret@hooks.example.com/', 'must have no user name and no password'],
    ['https://127.0.0.1/', 'must be a public address'],
    ['https://0x7f.1/', 'must be a public address'],
    ['https://[::ffff:10.0.0.1]/', 'must be a public address'],
    ['https://169.254.169.254/latest/meta-data', 'must be a public address'],
  ])('is not made for or moved to %s: it %s', async (url, detail) => {
    const { id } = await anEndpoint(app);

    const made = await create({ url });
    const moved = await app.api.patch(`${ENDPOINTS}/${String(id)}`, { url }, staff({ 'If-Match': '"1"' }));

    for (const answer of [made, moved]) {
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ pointer: '/url', detail }] } });
    }
  });

  it.each([
    [{}, '/url'],
    [{ url: 'not a url' }, '/url'],
    [{ url: 'ftp://hooks.example.com/' }, '/url'],
    [{ url: `https://hooks.example.com/${'x'.repeat(2_048)}` }, '/url'],
    [{ url: 'https://hooks.example.com/', secret: 'whsec_mine' }, '/secret'],
    [{ url: 'https://hooks.example.com/', eventTypes: ['order.placed', 'order.eaten'] }, '/eventTypes/1'],
    [{ url: 'https://hooks.example.com/', eventTypes: ['order.placed', 'order.placed'] }, '/eventTypes'],
  ])('is refused as %j, naming the fault', async (input, pointer) => {
    const { status, body } = await create(input);

    expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid_request' });
    expect(body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
  });
});

describe('a disabled endpoint', () => {
  it('gets no tests, no deliveries again and no replays', async () => {
    const { id } = await anEndpoint(app);
    const delivery = await aTestDelivery(app, id);
    await changeEndpoint(app, id, { state: 'disabled' });
    const range = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' };

    const answers = [
      await app.api.post(`${ENDPOINTS}/${String(id)}/test`, undefined, staff()),
      await app.api.post(`${DELIVERIES}/${String(delivery.id)}/resend`, undefined, staff()),
      await app.api.post(`${ENDPOINTS}/${String(id)}/replays`, range, staff()),
    ];

    expect(answers).toMatchObject(
      ['test', 'resend', 'replay'].map((action) => ({
        status: 409,
        body: { code: 'invalid_state_transition', state: 'disabled', action },
      })),
    );
  });
});

describe('webhook deliveries', () => {
  it('are listed the newest first, page by page, by endpoint, state and type', async () => {
    const [mine, other] = [await anEndpoint(app), await anEndpoint(app)];
    const [first, second] = [await aTestDelivery(app, mine.id), await aTestDelivery(app, mine.id)];
    await aTestDelivery(app, other.id);
    await app.database.query(`UPDATE webhook_deliveries SET state = 'failed', settled_at = now() WHERE id = $1`, [first.id]);
    const list = async (query: string) => (await app.api.get(`${DELIVERIES}?endpointId=${String(mine.id)}&${query}`, staff())).body;

    const page = await list('limit=1');
    const foreign = await app.api.get(`${DELIVERIES}?cursor=${String(page.nextCursor)}`, staff());

    expect(page.data).toMatchObject([{ id: second.id, endpointId: mine.id, eventId: null, state: 'pending' }]);
    expect((await list(`limit=1&cursor=${String(page.nextCursor)}`)).data).toMatchObject([{ id: first.id }]);
    expect((await list('state=failed')).data).toMatchObject([{ id: first.id }]);
    expect((await list('eventType=webhook.test')).data).toHaveLength(2);
    expect((await list('eventType=order.placed')).data).toEqual([]);
    expect(foreign).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
  });
});

describe('webhook operations', () => {
  it('know only what there is', async () => {
    const id = randomUUID();
    const range = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' };

    const answers = [
      await app.api.get(`${ENDPOINTS}/${id}`, staff()),
      await app.api.patch(`${ENDPOINTS}/${id}`, { description: 'x' }, staff({ 'If-Match': '"1"' })),
      await app.api.delete(`${ENDPOINTS}/${id}`, staff({ 'If-Match': '"1"' })),
      await app.api.post(`${ENDPOINTS}/${id}/rotate-secret`, undefined, staff()),
      await app.api.post(`${ENDPOINTS}/${id}/test`, undefined, staff()),
      await app.api.post(`${ENDPOINTS}/${id}/replays`, range, staff()),
      await app.api.get(`${DELIVERIES}/${id}`, staff()),
      await app.api.post(`${DELIVERIES}/${id}/resend`, undefined, staff()),
    ];

    for (const { status, body } of answers) expect({ status, code: body.code }).toEqual({ status: 404, code: 'not_found' });
  });
});
