import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The search rows of the best products once more, in a small table of their own: what many products
 * match is found among these without reading the rows of all.
 *
 * It holds what stands at `kept_rank, kept_id` of the order of relevance or above, as every writer sees
 * to; who searches relies on what stands at `best_rank, best_id` or above. A worker moves both.
 */
export class BestProducts1760000073000 implements MigrationInterface {
  readonly name = 'BestProducts1760000073000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE product_search_best (
        product_id uuid PRIMARY KEY REFERENCES product_search (product_id) ON DELETE CASCADE,
        rank bigint NOT NULL,
        title text NOT NULL,
        price bigint NOT NULL,
        visible_from timestamptz NOT NULL,
        visible_until timestamptz NOT NULL,
        facets text[] NOT NULL,
        title_words tsvector NOT NULL,
        words tsvector NOT NULL
      ) WITH (toast_tuple_target = 8000);
      ALTER TABLE product_search_best ALTER COLUMN words SET STORAGE MAIN, ALTER COLUMN title_words SET STORAGE MAIN,
        ALTER COLUMN facets SET STORAGE MAIN;
      CREATE INDEX product_search_best_words_idx ON product_search_best USING gin (title_words, words)
        WITH (gin_pending_list_limit = 256);
      CREATE INDEX product_search_best_rank_idx ON product_search_best (rank, product_id);
      ALTER TABLE search_settings
        ADD COLUMN kept_rank bigint,
        ADD COLUMN kept_id uuid,
        ADD COLUMN kept_since xid8,
        ADD COLUMN best_rank bigint,
        ADD COLUMN best_id uuid,
        ADD COLUMN best_products integer NOT NULL DEFAULT 0;
    `);
    await runner.query(indexProducts(`
      WITH written AS (${WRITE} RETURNING s.*),
      kept AS (
        INSERT INTO product_search_best AS b
        SELECT w.product_id, w.rank, w.title, w.price, w.visible_from, w.visible_until, w.facets, w.title_words, w.words
        FROM written w CROSS JOIN search_settings l
        WHERE (w.rank, w.product_id) >= (l.kept_rank, l.kept_id) AND w.visible_from < 'infinity'
        ON CONFLICT (product_id) DO UPDATE SET
          rank = EXCLUDED.rank, title = EXCLUDED.title, price = EXCLUDED.price, visible_from = EXCLUDED.visible_from,
          visible_until = EXCLUDED.visible_until, facets = EXCLUDED.facets, title_words = EXCLUDED.title_words, words = EXCLUDED.words
      )
      DELETE FROM product_search_best b USING written w, search_settings l
      WHERE b.product_id = w.product_id 
        AND (((w.rank, w.product_id) >= (l.kept_rank, l.kept_id)) IS NOT TRUE OR w.visible_from = 'infinity');`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(indexProducts(`${WRITE};`));
    await runner.query(`
      DROP TABLE product_search_best;
      ALTER TABLE search_settings DROP COLUMN kept_rank, DROP COLUMN kept_id, DROP COLUMN kept_since,
        DROP COLUMN best_rank, DROP COLUMN best_id, DROP COLUMN best_products;
    `);
  }
}

const WRITE = `
      INSERT INTO product_search AS s
      SELECT * FROM search_rows(ids) ORDER BY product_id
      ON CONFLICT (product_id) DO UPDATE SET
        rank = EXCLUDED.rank, created_at = EXCLUDED.created_at, title = EXCLUDED.title, price = EXCLUDED.price,
        sales = EXCLUDED.sales, visible_from = EXCLUDED.visible_from, visible_until = EXCLUDED.visible_until,
        changed_at = EXCLUDED.changed_at, skus = EXCLUDED.skus, facets = EXCLUDED.facets,
        title_words = EXCLUDED.title_words, words = EXCLUDED.words
      WHERE (s.rank, s.created_at, s.title, s.price, s.sales, s.visible_from, s.visible_until, s.skus, s.facets, s.title_words, s.words)
        IS DISTINCT FROM (EXCLUDED.rank, EXCLUDED.created_at, EXCLUDED.title, EXCLUDED.price, EXCLUDED.sales,
          EXCLUDED.visible_from, EXCLUDED.visible_until, EXCLUDED.skus, EXCLUDED.facets, EXCLUDED.title_words, EXCLUDED.words)`;

function indexProducts(write: string): string {
  return `
    CREATE OR REPLACE FUNCTION index_products(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $body$
    BEGIN
      -- Locked before they are read: who waits here reads what the other has written. Where there is no row yet, the
      -- product is locked in its place.
      PERFORM 1 FROM products p WHERE p.id = ANY(ids) AND NOT EXISTS (SELECT 1 FROM product_search s WHERE s.product_id = p.id)
        ORDER BY p.id FOR NO KEY UPDATE;
      PERFORM 1 FROM product_search WHERE product_id = ANY(ids) ORDER BY product_id FOR NO KEY UPDATE;
      ${write}
    END
    $body$;`;
}
