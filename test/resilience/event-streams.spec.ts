import { connect } from 'node:net';
import { startApp, type TestApp } from '../support/app.js';
import { plantEvents } from '../support/builders/events.js';
import { EventStreamClient, listen } from '../support/event-stream.js';
import { logStatements } from '../support/sql-log.js';
import { until } from '../support/until.js';

const PATH = '/v1/admin/events/stream';

/** The application that numbers events. */
let worker: TestApp;
let workerUrl: string;
const running: TestApp[] = [];

/** Another API on the same database. */
async function another(env: Readonly<Record<string, string>> = {}): Promise<{ app: TestApp; url: string }> {
  const app = await startApp({ database: worker.database, env: { REDIS_KEY_PREFIX: 'event-streams', ...env } });
  running.push(app);
  return { app, url: await listen(app) };
}

beforeAll(async () => {
  worker = await startApp({ worker: true, env: { REDIS_KEY_PREFIX: 'event-streams' } });
  workerUrl = await listen(worker);
});
afterAll(async () => {
  for (const app of running) await app.close();
  await worker.close();
});

const open = (url: string, as: string, lastEventId?: number) =>
  EventStreamClient.open(`${url}${PATH}`, {
    as,
    ...(lastEventId === undefined ? {} : { headers: { 'Last-Event-ID': String(lastEventId) } }),
  });

const lastPosition = () =>
  until(async () => {
    const [row] = await worker.database.query<{ last: number; open: number }>(
      'SELECT coalesce(max(log_position), 0)::int AS last, count(*) FILTER (WHERE log_position IS NULL)::int AS open FROM outbox_events',
    );
    return row?.open === 0 && { last: row.last };
  }, 'every event to have its number');

const connections = ({ nest }: TestApp): Promise<number> =>
  new Promise((resolve, reject) => {
    (nest.getHttpServer()).getConnections((error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });

describe('live events', () => {
  it('reach the clients of every instance', async () => {
    const { app, url } = await another();
    await lastPosition();
    const streams = [await open(workerUrl, worker.adminToken), await open(url, app.adminToken)];

    const { body } = await worker.api.post('/v1/carts', {});
    for (const stream of streams) {
      await until(() => stream.events.find(({ data }) => data.aggregate.id === body.id), 'the new cart');
      stream.close();
    }
  });

  it('reach the clients of an instance that has lost Redis', async () => {
    const { app, url } = await another({ REDIS_URL: 'redis://127.0.0.1:1' });
    await lastPosition();
    const stream = await open(url, app.adminToken);

    const ids = await plantEvents(worker.database, 3);
    await stream.waitFor(3);
    stream.close();

    expect(stream.events.map(({ data }) => data.id as string)).toEqual(ids);
  });

  it('are told once each and in order to clients that come while much happens', async () => {
    const { app, url } = await another();
    const { last } = await lastPosition();
    const streams: EventStreamClient[] = [];
    const planted: string[] = [];
    for (let round = 0; round < 10; round += 1) {
      planted.push(...(await plantEvents(worker.database, 70)));
      streams.push(await open(url, app.adminToken, last));
    }

    for (const stream of streams) {
      await stream.waitFor(planted.length);
      expect(stream.events.map(({ id }) => id)).toEqual(planted.map((_, index) => last + index + 1));
      stream.close();
    }
  });

  it('are not kept for a client that does not read, and can be read on by it when it comes back', async () => {
    const { app, url } = await another();
    const { last } = await lastPosition();
    const { hostname, port } = new URL(url);
    const deaf = connect(Number(port), hostname).pause();
    deaf.on('error', () => undefined);
    deaf.write(`GET ${PATH} HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer ${app.adminToken}\r\n\r\n`);
    await until(async () => (await connections(app)) === 1, 'the connection');

    const payload = { text: 'x'.repeat(100_000) };
    let count = 0;
    await until(async () => {
      count += (await plantEvents(worker.database, 100, { payload })).length;
      await lastPosition();
      return (await connections(app)) === 0;
    }, 'the end of the connection');
    deaf.destroy();

    const stream = await open(url, app.adminToken, last);
    await stream.waitFor(count);
    expect(stream.events.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, index) => last + index + 1));
    stream.close();
  });

  it('end when the instance stops, which waits for no client', async () => {
    const { app, url } = await another();
    const streams = [await open(url, app.adminToken), await open(url, app.adminToken)];

    await app.close();
    running.splice(running.indexOf(app), 1);

    await until(() => streams.every(({ ended }) => ended), 'the end of the streams');
  });

  it('are read from the log only while somebody listens', async () => {
    const { app, url } = await another();
    const stream = await open(url, app.adminToken);
    await plantEvents(worker.database, 1);
    await stream.waitFor(1);
    stream.close();
    await until(async () => (await connections(app)) === 0, 'the end of the connection');

    const statements = await logStatements(async () => {
      const { last } = await lastPosition();
      await plantEvents(worker.database, 1);
      await until(async () => (await lastPosition()).last > last, 'the number of the event');
    });

    expect(statements.filter((sql) => sql.includes('log_position > '))).toEqual([]);
  });
});
