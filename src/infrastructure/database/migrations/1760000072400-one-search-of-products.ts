import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Takes the first search of products away: `product_search` has taken its place, and each
 * product was stemmed twice.
 *
 * A process of the version before may still ask for `p.search` for a while. PostgreSQL reads
 * that as `search(p)` where there is no such column: the function answers what the column
 * held, slowly, so that nobody's list fails. It goes with a later version.
 */
export class OneSearchOfProducts1760000072400 implements MigrationInterface {
  readonly name = 'OneSearchOfProducts1760000072400';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE products DROP COLUMN search;
      CREATE FUNCTION search(product products) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $body$
        SELECT ${WORDS}
      $body$;
    `);
  }

  /** The index of the column does not come back: it is to be built concurrently, which the way back cannot do. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION search(products);
      ALTER TABLE products ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (${WORDS.replaceAll('product.', '')}) STORED;
    `);
  }
}

const WORDS = `setweight(to_tsvector('english'::regconfig, product.title), 'A') ||
  setweight(to_tsvector('english'::regconfig, coalesce(product.vendor, '') || ' ' || coalesce(product.category, '')), 'B') ||
  setweight(to_tsvector('english'::regconfig, left(product.description, 20000)), 'C')`;
