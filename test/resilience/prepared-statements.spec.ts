import { Pool } from 'pg';
import { PreparedStatements } from '../../src/infrastructure/database/prepared-statements.js';
import { SearchConnections } from '../../src/infrastructure/database/search-connections.js';
import { startApp, type TestApp } from '../support/app.js';

const MAX = 3;

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('the statements that a connection keeps prepared', () => {
  let pool: Pool;
  let statements: PreparedStatements;

  beforeAll(() => {
    pool = new Pool({ connectionString: app.database.url, max: 1 });
    pool.on('error', () => undefined);
    statements = new PreparedStatements(pool, MAX);
  });
  afterAll(() => pool.end());

  const answer = async (n: number): Promise<unknown> => (await statements.query<{ sum: number }>(`SELECT ${String(n)} + $1::int AS sum`, [1]))[0]?.sum;
  const kept = async (): Promise<string[]> =>
    (await pool.query<{ statement: string }>('SELECT statement FROM pg_prepared_statements ORDER BY prepare_time')).rows.map(({ statement }) => statement);

  it('are those that it used last, and what was let go is prepared again', async () => {
    for (const n of [1, 2, 3, 1, 4]) expect(await answer(n)).toBe(n + 1);
    expect((await kept()).map((sql) => sql.slice(0, 8))).toEqual(['SELECT 1', 'SELECT 3', 'SELECT 4']);

    for (const n of [2, 1, 3, 4, 2]) expect(await answer(n)).toBe(n + 1);
    expect(await kept()).toHaveLength(MAX);
  });

  it('are forgotten with a connection on which one has failed', async () => {
    await answer(1);
    const [before] = await statements.query<{ pid: number }>('SELECT pg_backend_pid() AS pid', []);

    await expect(statements.query('SELECT 1 / $1::int', [0])).rejects.toMatchObject({ code: '22012' });

    const [after] = await statements.query<{ pid: number }>('SELECT pg_backend_pid() AS pid', []);
    expect(after?.pid).not.toBe(before?.pid);
    expect(await answer(1)).toBe(2);
  });

  it('may end with a connection that is broken from outside', async () => {
    const [connection] = await statements.query<{ pid: number }>('SELECT pg_backend_pid() AS pid', []);

    await expect(statements.query('SELECT pg_terminate_backend($1::int), pg_sleep(1)', [connection?.pid])).rejects.toThrow();

    expect(await answer(5)).toBe(6);
  });
});

describe('searches of many kinds', () => {
  it('are kept planned up to a bound', async () => {
    const sorts = ['relevance', '-createdAt', 'createdAt', 'price', '-price', 'title', '-title', 'bestSelling'];
    const filters = ['', '&inStock=true', '&inStock=true&vendor=Acme', '&priceMin=1', '&priceMax=9', '&priceMin=1&priceMax=9'];
    const paths = sorts.flatMap((sort) => filters.flatMap((more) => ['', '&facets=true'].map((facets) => `/v1/products?q=shirt&sort=${sort}${more}${facets}`)));
    for (const path of paths) expect(await app.api.get(path)).toMatchObject({ status: 200 });

    const [row] = await app.nest.get(SearchConnections).query<{ count: number }>('SELECT count(*)::int AS count FROM pg_prepared_statements');
    expect(paths.length).toBeGreaterThan(64);
    expect(row?.count).toBe(64);
  });
});
