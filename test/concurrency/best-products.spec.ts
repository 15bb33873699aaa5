import pg from 'pg';
import { Database } from '../../src/infrastructure/database/database.js';
import { BestProductsService } from '../../src/modules/products/search/best-products.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { bestProducts, rankedCatalogue, relyOnBestProducts } from '../support/builders/ranked-catalogue.js';
import { faultsInTheSearch } from '../support/builders/searched.js';
import { until } from '../support/until.js';

const PRODUCTS = 200;
const ROUNDS = 20;

let few: TestApp;
let many: TestApp;

beforeAll(async () => {
  few = await startApp({ env: { SEARCH_BEST_PRODUCTS: '10' } });
  many = await startApp({ database: few.database, env: { SEARCH_BEST_PRODUCTS: '60', DATABASE_POOL_SIZE: '4' } });
  await rankedCatalogue(few, PRODUCTS);
});
afterAll(async () => {
  await many.close();
  await few.close();
});

const keepFew = (): Promise<void> => few.nest.get(BestProductsService).keep();
const keepMany = (): Promise<void> => many.nest.get(BestProductsService).keep();

/** Raises or lowers some products, publishes or takes back others, by a seed. */
async function change(seed: number): Promise<void> {
  await many.nest.get(Database).transaction((tx) =>
    tx.query(
      `UPDATE products SET search_boost = (substr(slug, 8)::int * $1) % 7 - 1,
         state = CASE WHEN (substr(slug, 8)::int + $1) % 9 = 0 THEN 'archived' ELSE 'active' END
       WHERE substr(slug, 8)::int % 10 = $1 % 10`,
      [seed],
    ));
}

describe('the best products', () => {
  it('miss none and differ from none, while products change and now more and now fewer are kept', async () => {
    const sizes = new Set<number>();
    // Who writes in another database is waited for as well, so that some rounds change nothing.
    for (let round = 0; round < ROUNDS || sizes.size < 3; round += 1) {
      await Promise.all([
        change(round * 3 + 1), change(round * 3 + 2),
        round % 3 === 0 ? keepFew() : keepMany(),
        faultsInTheSearch(few).then((faults) => { expect(faults).toEqual([]); }),
      ]);
      sizes.add(await bestProducts(few));
      expect(await faultsInTheSearch(few)).toEqual([]);
    }
  });

  it('are not relied on before who wrote without knowing of them has ended', async () => {
    await many.nest.get(BestProductsService).forget();
    const [holder, writer] = [new pg.Client({ connectionString: few.database.url }), new pg.Client({ connectionString: few.database.url })];
    await Promise.all([holder.connect(), writer.connect()]);
    try {
      await holder.query('BEGIN; SELECT 1 FROM search_settings FOR UPDATE');
      const keeping = keepMany();
      await until(
        async () => (await few.database.query(`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)).length > 0,
        'the settings to be waited for',
      );
      // The writer is the younger one, and has not seen what is about to be committed.
      await writer.query(`BEGIN; UPDATE products SET search_boost = 100, state = 'active' WHERE slug = 'ranked-9';
        SELECT index_products(ARRAY(SELECT id FROM products WHERE slug = 'ranked-9'))`);
      await holder.query('ROLLBACK');
      await keeping;
      const before = await bestProducts(few);
      await writer.query('COMMIT');
      await relyOnBestProducts(many);

      expect({ before, faults: await faultsInTheSearch(few) }).toEqual({ before: 0, faults: [] });
      expect(await bestProducts(few)).toBeGreaterThanOrEqual(60);
    } finally {
      await Promise.all([holder.end(), writer.end()]);
    }
  });

  it('are kept on in a shop that was restored elsewhere in the midst of it', async () => {
    await many.nest.get(BestProductsService).forget();
    await few.database.query(
      `UPDATE search_settings SET kept_since = '4000000000', (kept_rank, kept_id) =
         (SELECT rank, product_id FROM product_search WHERE visible_from < 'infinity' ORDER BY rank DESC, product_id DESC OFFSET 59 LIMIT 1)`,
    );
    await relyOnBestProducts(many);

    expect([await bestProducts(few), await faultsInTheSearch(few)]).toEqual([60, []]);
  });

  it('are let go when they are no longer wanted, and when the catalogue has become small', async () => {
    await relyOnBestProducts(many);
    await few.database.query(`UPDATE search_terms SET documents = 80 WHERE term = ''`);
    await keepMany();

    expect([await bestProducts(few), await few.database.query('SELECT 1 FROM product_search_best')]).toEqual([0, []]);
  });
});
