import { RebuildRunner } from '../../../src/modules/products/search/rebuild/rebuild-runner.service.js';
import type { AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { faultsInTheSearch, foundTitles, searchedProducts } from '../../support/builders/searched.js';
import { until } from '../../support/until.js';

const TITLES = ['Apple', 'Banana', 'Cherry', 'Date', 'Elderberry'];

let app: TestApp;
let ids: string[];

beforeAll(async () => {
  app = await startApp({ worker: true });
  ids = [...(await searchedProducts(app, TITLES.map((title) => ({ title })))).values()];
});
afterAll(async () => {
  await app.close();
});

const staff = () => ({ as: app.adminToken });
const queue = async (action: 'pause' | 'resume') => {
  const { status } = await app.api.post(`/v1/admin/queues/search-rebuilds/${action}`, undefined, staff());
  expect(status).toBeLessThan(300);
};

async function begin(): Promise<AnswerBody> {
  const { status, body, text } = await app.api.post('/v1/admin/search/rebuild', undefined, staff());
  if (status !== 202) throw new Error(text);
  return body;
}

const operation = async ({ id }: AnswerBody): Promise<AnswerBody> => (await app.api.get(`/v1/admin/operations/${String(id)}`, staff())).body;
const once = (begun: AnswerBody, state: string): Promise<AnswerBody> =>
  until(async () => {
    const body = await operation(begun);
    return body.state === state ? body : undefined;
  }, `the rebuild to be ${state}`);

async function spoil(): Promise<void> {
  await app.database.query(`UPDATE product_search SET price = 1, title = 'spoilt', words = '', facets = '{}' WHERE product_id <> $1`, [ids[0]]);
  await app.database.query('DELETE FROM product_search WHERE product_id = $1', [ids[0]]);
}

describe('a rebuild of the search', () => {
  it('mends every row and counts the words, while the list goes on', async () => {
    await spoil();
    await app.database.query('DELETE FROM search_terms');
    expect(await faultsInTheSearch(app)).toHaveLength(5);

    const answer = await app.api.post('/v1/admin/search/rebuild', undefined, staff());

    const statuses = new Set<number>();
    const ended = await until(async () => {
      statuses.add((await app.api.get('/v1/products?q=banana&facets=true')).status);
      statuses.add((await app.api.get('/v1/products')).status);
      const body = await operation(answer.body);
      return body.state === 'succeeded' ? body : undefined;
    }, 'the rebuild to end');
    expect(answer).toMatchObject({
      status: 202,
      headers: { location: `/v1/admin/operations/${String(answer.body.id)}` },
      body: { kind: 'search-rebuild', state: 'queued', progress: 0, result: { products: 0, after: null } },
    });
    expect(ended).toMatchObject({ progress: 100, result: { products: 5, after: ids.at(-1) } });
    expect([...statuses]).toEqual([200]);
    expect(await faultsInTheSearch(app)).toEqual([]);
    expect(await foundTitles(app, 'q=apple')).toEqual(['Apple']);
    expect(await app.database.query(`SELECT documents FROM search_terms WHERE term IN ('', '=cherry') ORDER BY term`)).toEqual([
      { documents: 5 }, { documents: 1 },
    ]);
    const events = await app.database.query(`SELECT payload FROM outbox_events WHERE type = 'product_search.rebuild_requested'`);
    expect(events).toEqual([{ payload: { operationId: answer.body.id } }]);
  });

  it('goes on behind the last product that was written when its worker was killed', async () => {
    await queue('pause');
    const begun = await begin();
    await app.database.query(`UPDATE operations SET state = 'running', result = $2 WHERE id = $1`, [
      begun.id, JSON.stringify({ products: 2, after: ids[1] }),
    ]);
    await spoil();

    await queue('resume');

    expect(await once(begun, 'succeeded')).toMatchObject({ result: { products: 5, after: ids.at(-1) } });
    expect((await faultsInTheSearch(app)).map((fault) => fault.slice(0, 36)).sort()).toEqual(ids.slice(0, 2).sort());
    await once(await begin(), 'succeeded');
    expect(await faultsInTheSearch(app)).toEqual([]);
  });

  it('may run twice at once', async () => {
    await queue('pause');
    const begun = await begin();
    await spoil();
    const runner = app.nest.get(RebuildRunner);

    await Promise.all([1, 2].map(() => runner.run(String(begun.id), () => Promise.resolve())));

    expect(await faultsInTheSearch(app)).toEqual([]);
    await queue('resume');
    expect(await once(begun, 'succeeded')).toMatchObject({ progress: 100 });
  });

  it('ends when it is cancelled, also on the way', async () => {
    await queue('pause');
    const [waiting, running] = [await begin(), await begin()];
    await app.database.query(`UPDATE operations SET state = 'running' WHERE id = $1`, [running.id]);

    for (const { id } of [waiting, running]) await app.api.post(`/v1/admin/operations/${String(id)}/cancel`, undefined, staff());
    await queue('resume');

    expect(await once(waiting, 'cancelled')).toMatchObject({ result: { products: 0, after: null } });
    expect(await once(running, 'cancelled')).toMatchObject({ failure: null, cancelRequested: true });
    await until(
      async () => (await app.database.query(`SELECT 1 FROM jobs WHERE queue = 'search-rebuilds' AND state = 'pending'`)).length === 0,
      'the jobs to end',
    );
    expect(await operation(running)).toMatchObject({ state: 'cancelled' });
  });

  it('fails when the worker cannot do it, and says so', async () => {
    await queue('pause');
    const begun = await begin();
    const last = `UPDATE jobs SET attempts = 4 WHERE queue = 'search-rebuilds' AND state = 'pending' RETURNING id`;
    await until(async () => (await app.database.query(last)).length > 0, 'the job');
    await app.database.query('ALTER FUNCTION search_rows RENAME TO search_rows_away');

    await queue('resume');

    expect(await once(begun, 'failed')).toMatchObject({ failure: { detail: 'The rebuild was broken off by a fault on our side.' } });
    await app.database.query('ALTER FUNCTION search_rows_away RENAME TO search_rows');
  });
});
