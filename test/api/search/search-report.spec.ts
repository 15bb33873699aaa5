import { Database } from '../../../src/infrastructure/database/database.js';
import { SearchLog } from '../../../src/modules/products/search/log/search-log.service.js';
import type { AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { logStatements } from '../../support/sql-log.js';
import { until } from '../../support/until.js';

const DAY_SECONDS = 86_400;
const path = '/v1/admin/search/report';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ worker: true });
});
afterAll(async () => {
  await app.close();
});
beforeEach(async () => {
  await log().flush();
  await app.database.query('DELETE FROM search_log');
});

const log = (): SearchLog => app.nest.get(SearchLog);
const report = async (query = ''): Promise<AnswerBody> => (await app.api.get(`${path}${query}`, { as: app.adminToken })).body;
const rows = (): Promise<unknown[]> =>
  app.database.query('SELECT day::text, query, searches, without_hits AS "withoutHits" FROM search_log ORDER BY day, query');
const logged = async (...searches: readonly (readonly [query: string, hits: number])[]): Promise<unknown[]> => {
  for (const [query, hits] of searches) log().record({ query, hits });
  await log().flush();
  return rows();
};
const addDay = (day: string, query: string, searches: number, withoutHits: number): Promise<unknown> =>
  app.database.query('INSERT INTO search_log VALUES ($1, $2, $3, $4)', [day, query, searches, withoutHits]);
const daysAgo = async (days: number): Promise<string> => {
  const [row] = await app.database.query<{ day: string }>(`SELECT ((now() AT TIME ZONE 'UTC')::date - $1::int)::text AS day`, [days]);
  return row!.day;
};

describe('the log of searches', () => {
  it('counts the searches of a day by their words', async () => {
    await logged(['Linen  Shirt', 3], ['linen shirt', 0], ['sofà', 0]);
    const counted = await logged(['LINEN-SHIRT', 0]);

    expect(counted).toEqual([
      { day: expect.any(String), query: 'linen shirt', searches: 3, withoutHits: 2 },
      { day: expect.any(String), query: 'sofa', searches: 1, withoutHits: 1 },
    ]);
  });

  it('keeps nothing that may name a person, and nothing of a dry run', async () => {
    const searched = async (): Promise<void> => { log().record({ query: 'tried', hits: 1 }); await Promise.resolve(); };
    await app.nest.get(Database).rehearse(searched);

    expect(await logged(['ada@example.com', 0], ['order 10029384', 0], ['…', 0])).toEqual([]);
  });

  it('adds what was counted with one statement, and sends none when nothing was', async () => {
    log().record({ query: 'a', hits: 1 });
    log().record({ query: 'b', hits: 1 });

    const adding = await logStatements(() => log().flush());
    const idle = await logStatements(() => log().flush());

    const inserts = adding.filter((sql) => sql.startsWith('INSERT INTO search_log'));
    expect(inserts).toHaveLength(1);
    expect(idle.filter((sql) => sql.includes('search_log'))).toEqual([]);
  });

  it('is written by itself', async () => {
    log().record({ query: 'in time', hits: 1 });

    await until(async () => (await rows()).length === 1, 'the search to be logged');
  });

  it('loses nothing to a database that fails for a while', async () => {
    await app.database.query('ALTER TABLE search_log RENAME TO away');
    log().record({ query: 'patient', hits: 0 });
    await expect(log().flush()).rejects.toThrow('search_log');
    log().record({ query: 'patient', hits: 1 });
    await app.database.query('ALTER TABLE away RENAME TO search_log');

    expect(await logged()).toMatchObject([{ query: 'patient', searches: 2, withoutHits: 1 }]);
  });

  it('holds 10,000 different queries between two writes', async () => {
    const statements = await logStatements(async () => {
      for (let number = 0; number < 10_050; number += 1) log().record({ query: `query ${String(number)}`, hits: 1 });
      log().record({ query: 'query 0', hits: 1 });
      await log().flush();
    });
    const [{ queries, searches } = {}] = await app.database.query(
      'SELECT count(*)::int AS queries, sum(searches)::int AS searches FROM search_log',
    );

    expect(statements.filter((sql) => sql.startsWith('INSERT INTO search_log'))).toHaveLength(1);
    expect({ queries, searches }).toEqual({ queries: 10_000, searches: 10_001 });
  });

  it('forgets days that are older than it is kept', async () => {
    const [old, young] = [await daysAgo(91), await daysAgo(89)];
    await app.database.query(`INSERT INTO search_log SELECT $1, 'query ' || n, 1, 0 FROM generate_series(1, 2001) n`, [old]);
    await addDay(young, 'young', 1, 0);

    const run = await app.api.post('/v1/admin/tasks/sweep-search-log/runs', undefined, { as: app.adminToken });

    expect(run.status).toBe(202);
    await until(async () => (await rows()).length === 1, 'the old days to be forgotten');
    expect(await rows()).toMatchObject([{ day: young, query: 'young' }]);
  });
});

describe('the report on searches', () => {
  it('shows what was searched for most often, and what most often in vain', async () => {
    const [today, before] = [await daysAgo(0), await daysAgo(1)];
    await addDay(before, 'sofa', 4, 0);
    await addDay(before, 'couch', 3, 1);
    await logged(['Couch', 0], ['couch', 5], ['settee', 0], ['divan', 0]);

    expect(await report()).toEqual({
      kind: 'top',
      from: await daysAgo(29),
      to: today,
      data: [
        { query: 'couch', searches: 5, withoutHits: 2 },
        { query: 'sofa', searches: 4, withoutHits: 0 },
        { query: 'divan', searches: 1, withoutHits: 1 },
        { query: 'settee', searches: 1, withoutHits: 1 },
      ],
    });
    expect((await report('?kind=without-hits&limit=2')).data).toEqual([
      { query: 'couch', searches: 5, withoutHits: 2 },
      { query: 'divan', searches: 1, withoutHits: 1 },
    ]);
    expect((await report(`?from=${before}&to=${before}&kind=without-hits`)).data).toEqual([
      { query: 'couch', searches: 3, withoutHits: 1 },
    ]);
  });

  it('counts the first and the last of its days, as days of UTC', async () => {
    await addDay('2026-01-01', 'first', 1, 0);
    await addDay('2026-12-31', 'last', 1, 0);
    await addDay('2027-01-01', 'after', 1, 0);

    expect(await report('?from=2026-01-01&to=2026-12-31')).toMatchObject({ data: [{ query: 'first' }, { query: 'last' }] });
    expect(await report('?from=2026-01-02&to=2026-12-30')).toEqual({ kind: 'top', from: '2026-01-02', to: '2026-12-30', data: [] });
  });

  it.each([
    ['from=2026-02-01&to=2026-01-31', '/from'],
    ['from=2024-12-31&to=2026-01-01', '/from'],
    ['from=2026-02-30', '/from'],
    ['from=1999-12-31&to=2000-01-01', '/from'],
    ['to=tomorrow', '/to'],
    ['kind=bottom', '/kind'],
    ['limit=101', '/limit'],
  ])('refuses %s', async (query, pointer) => {
    expect(await report(`?${query}`)).toMatchObject({ code: 'invalid_request', errors: [{ pointer }] });
  });

  it('takes 366 days', async () => {
    expect((await report('?from=2024-01-01&to=2024-12-31')).data).toEqual([]);
  });

  it('reads its days alone, by the key', async () => {
    const statements = await logStatements(() => report());
    const sql = statements.find((statement) => statement.includes('FROM search_log')) ?? '';

    const plan = await app.nest.get(Database).transaction(async (tx) => {
      await tx.query('SET LOCAL enable_seqscan = off');
      return tx.query(`EXPLAIN ${sql}`, ['2026-01-01', '2026-01-02', 10]);
    });

    expect(JSON.stringify(plan)).toMatch(/search_log_pkey.*Index Cond: \(\(day >= /);
  });

  it('counts a search of the next day as one of that day', async () => {
    await logged(['night', 1]);
    app.clock.advance(DAY_SECONDS);

    expect(await logged(['night', 1])).toMatchObject([{ searches: 1 }, { searches: 1 }]);
  });
});

// The last of all: signing in belongs to the application that was started last.
describe('a process that stops', () => {
  it('writes what it has counted', async () => {
    const other = await startApp({ database: app.database });
    other.nest.get(SearchLog).record({ query: 'the last', hits: 1 });

    await other.close();

    expect(await rows()).toMatchObject([{ query: 'the last' }]);
  });
});
