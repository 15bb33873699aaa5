import { v7 as uuidv7 } from 'uuid';
import { queueDefinitions } from '../../src/infrastructure/queues/queue-registry.js';
import { Queues } from '../../src/infrastructure/queues/queues.js';
import { startApp, type TestApp } from '../support/app.js';
import { aPlacedOrder } from '../support/builders/orders.js';
import { startOwnRedis, type OwnRedis } from '../support/servers.js';
import { until } from '../support/until.js';

let app: TestApp;
let redis: OwnRedis;

beforeAll(async () => {
  redis = await startOwnRedis();
  app = await startApp({
    worker: true,
    env: { REDIS_URL: redis.url, REDIS_KEY_PREFIX: 'jobs', OUTBOX_REDELIVER_AFTER_MS: '500' },
  });
});
afterAll(async () => {
  await app.close();
  await redis.close();
});

const mailQueue = () => app.nest.get(Queues).get(queueDefinitions().find(({ name }) => name === 'order-mails')!);

describe('a queue', () => {
  it('is not blocked by jobs that can never be done', async () => {
    const poison = Array.from({ length: 20 }, () => uuidv7());
    for (const id of poison) {
      await app.database.query(
        `INSERT INTO jobs (id, queue, payload, state, run_at, check_at, actor, created_at)
         VALUES ($1, 'order-mails', '{"no":"event"}', 'pending', now(), now(), 'system', now())`,
        [id],
      );
    }
    const failures = async (): Promise<number> =>
      (await app.database.query('SELECT 1 FROM jobs WHERE id = ANY($1::uuid[]) AND attempts > 0', [poison])).length;
    await until(async () => (await failures()) === poison.length, 'the poison to fail');

    const email = 'past-the-poison@example.com';
    await aPlacedOrder(app, { email });

    expect(await app.mailbox.waitFor(email)).toHaveLength(1);
    await app.api.post('/v1/admin/queues/order-mails/drain', undefined, { as: app.adminToken });
  });

  it('goes on where Redis was wiped between the two steps by which a job is taken', async () => {
    const email = 'orphan@example.com';
    await app.api.post('/v1/admin/queues/order-mails/pause', undefined, { as: app.adminToken });
    const { id } = await aPlacedOrder(app, { email });
    const job = await until(async () => {
      const [row] = await app.database.query<{ id: string; payload: unknown }>(
        `SELECT j.id, j.payload FROM jobs j JOIN outbox_events e ON e.id = j.event_id
         WHERE j.queue = 'order-mails' AND e.aggregate_id = $1`,
        [id],
      );
      return row;
    }, 'the job of the mail');
    // What a wipe leaves there: the job's data, and the job in no list.
    const queue = mailQueue();
    await until(() => queue.isPaused(), 'the pause to reach Redis');
    await queue.add({ jobId: job.id, payload: job.payload }, { jobId: job.id });
    await queue.client.del(queue.toKey('paused'), queue.toKey('wait'));
    expect(await (await queue.getJob(job.id))?.getState()).toBe('stuck');

    await app.database.query(`UPDATE jobs SET check_at = run_at + interval '1 millisecond' WHERE id = $1`, [job.id]);
    await app.api.post('/v1/admin/queues/order-mails/resume', undefined, { as: app.adminToken });

    expect(await app.mailbox.waitFor(email)).toHaveLength(1);
  });

  it('runs the jobs of one aggregate one after another, in the order of their events', async () => {
    const aggregate = uuidv7();
    await app.api.post('/v1/admin/queues/order-mails/pause', undefined, { as: app.adminToken });
    const ids = [uuidv7(), uuidv7(), uuidv7()];
    for (const id of ids) {
      await app.database.query(
        `INSERT INTO jobs (id, queue, payload, order_key, state, run_at, check_at, actor, created_at)
         VALUES ($1, 'order-mails', '{"no":"event"}', $2, 'pending', now(), now(), 'system', now())`,
        [id, aggregate],
      );
    }
    await app.api.post('/v1/admin/queues/order-mails/resume', undefined, { as: app.adminToken });
    const attempts = async (id: string | undefined): Promise<number> =>
      Number((await app.api.get(`/v1/admin/jobs/${id ?? ''}`, { as: app.adminToken })).body.attempts);
    await until(async () => (await attempts(ids[0])) > 0, 'the first to be tried');
    expect([await attempts(ids[1]), await attempts(ids[2])]).toEqual([0, 0]);

    await app.api.delete(`/v1/admin/jobs/${ids[0] ?? ''}`, { as: app.adminToken });

    await until(async () => (await attempts(ids[1])) > 0, 'the second to be tried');
    expect(await attempts(ids[2])).toBe(0);
    await app.api.post('/v1/admin/queues/order-mails/drain', undefined, { as: app.adminToken });
  });
});
