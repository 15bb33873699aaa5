import { queueDefinitions } from '../../../src/infrastructure/queues/queue-registry.js';
import { Queues } from '../../../src/infrastructure/queues/queues.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aFailedJob } from '../../support/builders/jobs.js';
import { aPlacedOrder } from '../../support/builders/orders.js';
import { until } from '../../support/until.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ worker: true });
});
afterAll(async () => {
  await app.close();
});

const get = async (path: string) => (await app.api.get(path, { as: app.adminToken })).body;
const post = async (path: string) => (await app.api.post(path, undefined, { as: app.adminToken })).body;

async function mailJobOf(orderId: string): Promise<string> {
  return until(async () => {
    const [row] = await app.database.query<{ id: string }>(
      `SELECT j.id FROM jobs j JOIN outbox_events e ON e.id = j.event_id
       WHERE j.queue = 'order-mails' AND e.aggregate_id = $1`,
      [orderId],
    );
    return row?.id;
  }, 'the job of the mail');
}

describe('queues', () => {
  it('are listed with what they have to do and how they run', async () => {
    const { data } = await get('/v1/admin/queues');
    const one = await get('/v1/admin/queues/order-mails');
    const unknown = await get('/v1/admin/queues/unknown');

    expect(data.map(({ name }: { name: string }) => name)).toEqual(queueDefinitions().map(({ name }) => name));
    expect(one).toMatchObject({ name: 'order-mails', paused: false, attempts: 12, backoffMs: 1000, concurrency: 5, redis: { active: 0 } });
    expect(unknown.code).toBe('not_found');
  });

  it('that are paused let their jobs wait until they go on, though Redis forgets the pause', async () => {
    const email = 'paused@example.com';
    await post('/v1/admin/queues/order-mails/pause');
    const { id } = await aPlacedOrder(app, { email });
    const job = await mailJobOf(id);
    const queue = app.nest.get(Queues).get(queueDefinitions().find(({ name }) => name === 'order-mails')!);
    await until(() => queue.isPaused(), 'the pause to reach Redis');
    await queue.resume();
    await until(() => queue.isPaused(), 'the pause to come back');
    expect((await get(`/v1/admin/jobs/${job}`)).state).toBe('pending');
    expect(app.mailbox.mails.filter(({ recipients }) => recipients.includes(email))).toEqual([]);

    await post('/v1/admin/queues/order-mails/resume');

    expect(await app.mailbox.waitFor(email)).toHaveLength(1);
    await until(async () => (await get(`/v1/admin/jobs/${job}`)).state === 'done', 'the job to be done');
  });

  it('that are drained end the jobs that wait, and those have no effect', async () => {
    const email = 'drained@example.com';
    await post('/v1/admin/queues/order-mails/pause');
    const { id } = await aPlacedOrder(app, { email });
    const job = await mailJobOf(id);

    const { changed, queue } = await post('/v1/admin/queues/order-mails/drain');
    await post('/v1/admin/queues/order-mails/resume');
    const marker = 'after-drained@example.com';
    await aPlacedOrder(app, { email: marker });
    await app.mailbox.waitFor(marker);

    expect(changed).toBeGreaterThanOrEqual(1);
    expect(queue.pending).toBe(0);
    expect(await get(`/v1/admin/jobs/${job}`)).toMatchObject({ state: 'cancelled', allowedActions: [] });
    expect(app.mailbox.mails.filter(({ recipients }) => recipients.includes(email))).toEqual([]);
  });
});

describe('jobs', () => {
  it('that failed for good are dead letters with their reason, and run again when they are redriven', async () => {
    app.mailbox.refusing = true;
    const email = 'dead-letter@example.com';
    const { id } = await aPlacedOrder(app, { email });
    const job = await mailJobOf(id);
    await until(async () => Number((await get(`/v1/admin/jobs/${job}`)).attempts) >= 1, 'the first failure');
    await app.database.query('UPDATE jobs SET attempts = 11 WHERE id = $1', [job]);
    const dead = await until(async () => {
      const found = await get(`/v1/admin/jobs/${job}`);
      return found.state === 'failed' ? found : undefined;
    }, 'the job to fail for good', 30_000);
    expect(dead).toMatchObject({ attempts: 12, failure: { type: 'Error' }, allowedActions: ['retry', 'remove'] });
    expect(dead.failure.message).toContain('451');
    expect(dead.failure.stack).toContain('at ');
    expect(JSON.stringify(dead)).not.toContain(email);
    const { data } = await get('/v1/admin/jobs?state=failed&queue=order-mails');
    expect(data.map((row: { id: string }) => row.id)).toContain(job);

    app.mailbox.refusing = false;
    const { changed, queue } = await post('/v1/admin/queues/order-mails/redrive');

    expect([changed, queue.failed]).toEqual([1, 0]);
    expect(await app.mailbox.waitFor(email)).toHaveLength(1);
  }, 60_000);

  it('are retried and removed one by one, once', async () => {
    const path = `/v1/admin/jobs/${await aFailedJob(app)}`;

    const removed = await app.api.delete(path, { as: app.adminToken });
    const [retried, again] = [await post(`${path}/retry`), await app.api.delete(path, { as: app.adminToken })];

    expect(removed.body.state).toBe('cancelled');
    expect([retried.code, again.body.code]).toEqual(['invalid_state_transition', 'invalid_state_transition']);
  });

  it('are listed page by page, the newest first', async () => {
    const made = [await aFailedJob(app), await aFailedJob(app), await aFailedJob(app)];
    const first = await get('/v1/admin/jobs?state=failed&limit=2');
    const second = await get(`/v1/admin/jobs?state=failed&limit=2&cursor=${String(first.nextCursor)}`);
    const foreign = await get(`/v1/admin/jobs?state=done&cursor=${String(first.nextCursor)}`);

    const ids = [...first.data, ...second.data].map(({ id }: { id: string }) => id);
    expect(ids.slice(0, 3)).toEqual([...made].reverse());
    expect(foreign.code).toBe('invalid_cursor');
  });
});

describe('scheduled tasks', () => {
  it('are listed with when they were and will be due', async () => {
    const { data } = await get('/v1/admin/tasks');

    expect(data).toContainEqual({
      name: 'sweep-idempotency-keys',
      cron: '*/10 * * * *',
      lastDueAt: expect.stringMatching(/0:00\.000Z$/),
      nextDueAt: expect.stringMatching(/0:00\.000Z$/),
    });
  });

  it('run when they are due, each run once and kept as a job', async () => {
    await app.database.query(
      `INSERT INTO idempotency_keys (key_hash, operation, fingerprint, state, attempt, locked_until, created_at, expires_at)
       VALUES ('expired', 'x', 'x', 'answered', gen_random_uuid(), now(), now(), now() - interval '1 minute')`,
    );
    await app.database.query(`UPDATE task_schedules SET last_due_at = now() - interval '1 hour' WHERE task = 'sweep-idempotency-keys'`);
    app.clock.advance(600);

    await until(
      async () => (await app.database.query(`SELECT 1 FROM idempotency_keys WHERE key_hash = 'expired'`)).length === 0,
      'the sweep',
    );
    const runs = await until(async () => {
      const { data } = await get('/v1/admin/jobs?queue=tasks&state=done&limit=100');
      const found = data.filter(({ payload }: { payload: { task: string } }) => payload.task === 'sweep-idempotency-keys');
      return found.length > 0 ? (found as { payload: { dueAt: string } }[]) : undefined;
    }, 'the run to be recorded');
    const due = runs.map(({ payload }) => payload.dueAt);
    expect(due).toEqual([...new Set(due)]);
  });
});

describe('a scheduled task', () => {
  it('runs at once when staff ask for it', async () => {
    const answer = await app.api.post('/v1/admin/tasks/sweep-jobs/runs', undefined, { as: app.adminToken });
    const unknown = await app.api.post('/v1/admin/tasks/unknown/runs', undefined, { as: app.adminToken });

    expect(answer.body).toMatchObject({ queue: 'tasks', payload: { task: 'sweep-jobs' } });
    expect(unknown.body.code).toBe('not_found');
    await until(async () => (await get(answer.headers.location ?? '')).state === 'done', 'the run');
  });
});

describe('operations', () => {
  const plant = async (state: string): Promise<string> => {
    const [row] = await app.database.query<{ id: string }>(
      `INSERT INTO operations (id, kind, state, created_by, created_at, updated_at)
       VALUES (gen_random_uuid(), 'planted', $1, gen_random_uuid(), date_trunc('milliseconds', now()), now()) RETURNING id`,
      [state],
    );
    return row?.id ?? '';
  };

  it('that have not begun are cancelled at once, those that run are asked to end, those that ended stay', async () => {
    const [queued, running, ended] = [await plant('queued'), await plant('running'), await plant('succeeded')];

    expect(await post(`/v1/admin/operations/${queued}/cancel`)).toMatchObject({ state: 'cancelled', cancelRequested: true });
    expect(await post(`/v1/admin/operations/${running}/cancel`)).toMatchObject({ state: 'running', cancelRequested: true });
    expect(await post(`/v1/admin/operations/${ended}/cancel`)).toMatchObject({ code: 'invalid_state_transition' });
  });

  it('are listed page by page, by kind and state', async () => {
    await plant('failed');
    await plant('failed');
    const first = await get('/v1/admin/operations?kind=planted&state=failed&limit=1');
    const second = await get(`/v1/admin/operations?kind=planted&state=failed&limit=1&cursor=${String(first.nextCursor)}`);
    const foreign = await get(`/v1/admin/operations?kind=other&cursor=${String(first.nextCursor)}`);

    expect([first.data[0].state, second.data[0].state]).toEqual(['failed', 'failed']);
    expect(first.data[0].id).not.toBe(second.data[0].id);
    expect(second.nextCursor).toBeNull();
    expect(foreign.code).toBe('invalid_cursor');
  });
});
