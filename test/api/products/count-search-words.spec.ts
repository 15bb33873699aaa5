import pg from 'pg';
import { SearchIndexService } from '../../../src/modules/products/search/search-index.service.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { until } from '../../support/until.js';

let app: TestApp;
/** A worker elsewhere that counts words, and takes its time. */
let elsewhere: pg.Client;

beforeAll(async () => {
  app = await startApp();
  elsewhere = new pg.Client({ connectionString: app.database.url });
  await elsewhere.connect();
});
afterAll(async () => {
  await elsewhere.end();
  await app.close();
});
beforeEach(async () => {
  await elsewhere.query('BEGIN');
  await elsewhere.query(`SELECT pg_advisory_xact_lock(hashtextextended('search-words', 0))`);
});
afterEach(async () => {
  await elsewhere.query('ROLLBACK');
});

const WAITING = `SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database
  WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`;
const isKnown = async (word: string): Promise<boolean> =>
  (await app.database.query('SELECT 1 FROM search_terms WHERE term = $1', [`=${word}`])).length > 0;

describe('while words are counted', () => {
  it('no other count of new words begins, and the next one finds them', async () => {
    await aProductOnSale(app, { title: 'Uncounted zeppelin' });
    const index = app.nest.get(SearchIndexService);

    await index.countWords();
    const during = await isKnown('zeppelin');
    await elsewhere.query('ROLLBACK');
    await index.countWords();

    expect([during, await isKnown('zeppelin')]).toEqual([false, true]);
  });

  it('a count of all words waits for its end', async () => {
    await aProductOnSale(app, { title: 'Patient airship' });

    const counted = app.nest.get(SearchIndexService).countAllWords();
    await until(
      async () => (await app.database.query(WAITING)).length > 0,
      'the count to wait',
    );
    const during = await isKnown('airship');
    await elsewhere.query('ROLLBACK');
    await counted;

    expect([during, await isKnown('airship')]).toEqual([false, true]);
  });

  it('a worker that starts brings stale products up to date all the same', async () => {
    const { product } = await aProductOnSale(app, { title: 'Stale balloon' });
    await elsewhere.query('LOCK TABLE search_terms IN ACCESS EXCLUSIVE MODE');
    await app.database.query('DELETE FROM product_search WHERE product_id = $1', [product.id]);
    await app.database.query('INSERT INTO product_search_stale (product_id) VALUES ($1)', [product.id]);

    const worker = await startApp({ worker: true, database: app.database });
    try {
      await until(
        async () => (await app.database.query('SELECT 1 FROM product_search WHERE product_id = $1', [product.id])).length > 0,
        'the stale row to be written',
      );
    } finally {
      await elsewhere.query('ROLLBACK');
      await worker.close();
    }
  });
});
