import pg from 'pg';
import type { AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { plantEvents } from '../../support/builders/events.js';
import { aCapturedOrder } from '../../support/builders/orders.js';
import { until } from '../../support/until.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ worker: true });
});
afterAll(async () => {
  await app.close();
});

const list = (query = '') => app.api.get(`/v1/admin/events${query}`, { as: app.adminToken });

async function numbered(): Promise<number> {
  return until(async () => {
    const [row] = await app.database.query<{ last: number; open: number }>(
      'SELECT coalesce(max(log_position), 0)::int AS last, count(*) FILTER (WHERE log_position IS NULL)::int AS open FROM outbox_events',
    );
    return row?.open === 0 && row.last;
  }, 'every event to have its number');
}

/** Reads all pages from a position on, as a client does. */
async function walk(after: number, limit: number): Promise<AnswerBody[]> {
  const found: AnswerBody[] = [];
  let cursor: string | null = null;
  do {
    const { status, body } = await list(`?after=${String(after)}&limit=${String(limit)}${cursor ? `&cursor=${cursor}` : ''}`);
    expect(status).toBe(200);
    found.push(...(body.data as AnswerBody[]));
    cursor = body.nextCursor as string | null;
  } while (cursor !== null);
  return found;
}

describe('the event log', () => {
  it('tells what happened to an order and its payment in the order in which it happened', async () => {
    const order = await aCapturedOrder(app);
    await numbered();

    const { body } = await list('?limit=100&type=order.created,payment.authorised,order.placed,payment.captured');

    expect(body.nextCursor).toBeNull();
    expect(body.data.map(({ type }: AnswerBody) => type as string)).toEqual([
      'order.created',
      'order.placed',
      'payment.authorised',
      'payment.captured',
    ]);
    expect(body.data[0]).toEqual({
      id: expect.any(String),
      position: expect.any(Number),
      type: 'order.created',
      version: 1,
      aggregate: { type: 'order', id: order.id },
      sequence: 1,
      actor: 'guest',
      requestId: expect.any(String),
      occurredAt: expect.any(String),
      payload: { orderId: order.id },
    });
  });

  it('is filtered by aggregate, and by nothing that it does not know', async () => {
    const order = await aCapturedOrder(app);
    await numbered();

    const ofOrder = await list(`?aggregateId=${order.id}`);
    const ofPayments = await list(`?aggregateType=payment&aggregateId=${order.id}`);
    const payments = await list('?aggregateType=payment');
    const unknown = await Promise.all(
      ['?type=order.created,order.eaten', '?type=', '?aggregateType=house', '?aggregateId=1', '?after=-1', '?cursor=x'].map(list),
    );

    expect(ofOrder.body.data.map(({ type }: AnswerBody) => type as string)).toEqual(['order.created', 'order.placed']);
    expect(ofPayments.body.data).toEqual([]);
    expect(new Set(payments.body.data.map(({ aggregate }: AnswerBody) => aggregate.type as string))).toEqual(new Set(['payment']));
    expect(unknown.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400]);
    expect(unknown[0]?.body.errors).toEqual([{ pointer: '/type/1', detail: expect.stringContaining('order.created') }]);
  });

  it('refuses the cursor of a list with other filters', async () => {
    await plantEvents(app.database, 3);
    await numbered();
    const { body } = await list('?limit=1');

    const { status, body: refused } = await list(`?limit=1&after=1&cursor=${String(body.nextCursor)}`);

    expect({ status, code: refused.code }).toEqual({ status: 400, code: 'invalid_cursor' });
  });

  it('is read page by page, each event once', async () => {
    const before = await numbered();
    const ids = await plantEvents(app.database, 25);
    await numbered();

    const found = await walk(before, 10);

    expect(found.map(({ id }) => id as string)).toEqual(ids);
    expect(found.map(({ position }) => position as number)).toEqual(ids.map((_, index) => before + index + 1));
  });

  it('hides nothing from a reader who follows it while transactions commit in another order than they began', async () => {
    const before = await numbered();
    const slow = new pg.Client({ connectionString: app.database.url });
    await slow.connect();
    await slow.query('BEGIN');
    const late = await plantEvents(slow, 2);
    const early = await plantEvents(app.database, 3);
    const first = await until(async () => {
      const found = await walk(before, 2);
      return found.length === 3 && found;
    }, 'the events of the short transaction');
    await slow.query('COMMIT');
    await slow.end();
    const last = Number(first.at(-1)?.position);
    const second = await until(async () => {
      const found = await walk(last, 2);
      return found.length === 2 && found;
    }, 'the events of the long transaction');

    const both = [...first, ...second];
    expect(both.map(({ id }) => id as string)).toEqual([...early, ...late]);
    expect(both.map(({ position }) => position as number)).toEqual(both.map((_, index) => before + index + 1));
  });

  it('is for staff', async () => {
    expect((await app.api.get('/v1/admin/events')).body.code).toBe('unauthenticated');
  });
});
