import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Finds variants by their SKU however it is typed: folded, and without what separates its
 * parts. The expression calls no function of ours but `search_fold`, which calls none: such
 * an index can be built and restored whatever the search path is.
 */
export class BareSkus1760000072200 implements MigrationInterface {
  readonly name = 'BareSkus1760000072200';
  /** An index is built without locking the table, which PostgreSQL does outside of a transaction alone. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = 0`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS variants_bare_sku_idx`);
    await runner.query(`CREATE INDEX CONCURRENTLY variants_bare_sku_idx ON variants (replace(search_fold(sku), ' ', ''))`);
    // What a new index finds is not known before.
    await runner.query(`ANALYZE variants`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX variants_bare_sku_idx`);
  }
}
