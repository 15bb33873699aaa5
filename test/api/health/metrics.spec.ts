import { startApp, type TestApp } from '../../support/app.js';
import { aPlacedOrder } from '../../support/builders/orders.js';
import { until } from '../../support/until.js';

async function page({ api }: TestApp): Promise<string> {
  const { status, text } = await api.get('/metrics');
  expect(status).toBe(200);
  return text;
}

/** The value of a metric on a page, or nothing. */
function valueOf(text: string, metric: string): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${metric} `));
  return line === undefined ? undefined : Number(line.slice(metric.length + 1));
}

describe('the metrics of every process', () => {
  it('say how its connections to PostgreSQL are used, and how late its event loop is', async () => {
    const app = await startApp();

    const text = await page(app);

    const busy = valueOf(text, 'orderly_sql_pool_connections{pool="main",state="busy"}') ?? NaN;
    const idle = valueOf(text, 'orderly_sql_pool_connections{pool="main",state="idle"}') ?? NaN;
    expect(busy + idle).toBe(1); // DATABASE_POOL_SIZE of the tests
    expect(valueOf(text, 'orderly_sql_pool_waiting{pool="main"}')).toBe(0);
    expect(valueOf(text, 'nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0);
    await app.close();
  });

  it('leave the lag of the shop to the worker', async () => {
    const app = await startApp();

    expect(await page(app)).not.toMatch(/orderly_(event_lag|job_lag|queue)/);
    await app.close();
  });
});

describe('the metrics of the worker', () => {
  it('say how long its jobs take', async () => {
    const app = await startApp({ worker: true });
    await aPlacedOrder(app);

    const count = 'orderly_job_duration_seconds_count{queue="order-mails",outcome="done"}';
    const seen = await until(async () => valueOf(await page(app), count), 'the time of the mail');

    expect(seen).toBe(1);
    await app.close();
  });

  it('count the open jobs of each queue and say since when the oldest waits', async () => {
    const app = await startApp({ worker: true });
    await app.database.query(`INSERT INTO queue_pauses VALUES ('order-mails', 'planted', now())`);
    await app.database.query(`INSERT INTO jobs (id, queue, payload, state, run_at, check_at, actor, created_at)
      SELECT gen_random_uuid(), 'order-mails', '{}', 'pending', t, t, 'planted', t
      FROM (VALUES (now() - interval '90 seconds'), (now() + interval '1 hour')) AS due (t)`);

    const text = await until(async () => {
      const seen = await page(app);
      return valueOf(seen, 'orderly_queue_jobs{queue="order-mails"}') === 2 && seen;
    }, 'the planted jobs');

    expect(valueOf(text, 'orderly_queue_jobs{queue="tasks"}')).toBe(0);
    expect(valueOf(text, 'orderly_queue_lag_seconds{queue="tasks"}')).toBe(0);
    expect(valueOf(text, 'orderly_queue_lag_seconds{queue="order-mails"}')).toBeGreaterThanOrEqual(90);
    expect(valueOf(text, 'orderly_job_lag_seconds')).toBeGreaterThanOrEqual(90);
    await app.close();
  });

  it('say how old the oldest event is that has no number', async () => {
    const app = await startApp({ worker: true });
    await aPlacedOrder(app);
    await until(
      async () => (await app.database.query('SELECT 1 FROM outbox_events WHERE log_position IS NULL')).length === 0,
      'the numbers',
    );
    await until(async () => valueOf(await page(app), 'orderly_event_lag_seconds') === 0, 'no lag');
    // Held by a session of the test until its connection closes: no relay can number.
    await app.database.query('SELECT pg_advisory_lock(1760000008)');
    await app.database.query(`UPDATE outbox_events SET log_position = NULL, occurred_at = now() - interval '1 minute'
      WHERE type = 'order.placed'`);

    const lag = await until(async () => {
      const seen = valueOf(await page(app), 'orderly_event_lag_seconds') ?? 0;
      return seen > 0 && seen;
    }, 'the lag');

    expect(lag).toBeGreaterThanOrEqual(60);
    await app.close();
  });

  it('come without the lag while PostgreSQL is away', async () => {
    const app = await startApp({ worker: true });
    await until(async () => valueOf(await page(app), 'orderly_queue_jobs{queue="tasks"}') !== undefined, 'the queues');
    await app.database.shutOut();

    const text = await until(async () => {
      const seen = await page(app);
      return valueOf(seen, 'orderly_queue_jobs{queue="tasks"}') === undefined && seen;
    }, 'a page without queues');

    expect(text).toContain('orderly_http_request_duration_seconds_count');
    expect(valueOf(text, 'orderly_event_lag_seconds')).toBeUndefined();
    expect(valueOf(text, 'orderly_job_lag_seconds')).toBeUndefined();
    await app.close();
  });
});
