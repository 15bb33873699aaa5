import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists the products of a vendor in their order: few among many would else be looked for among all. */
export class VendorLists1760000074200 implements MigrationInterface {
  readonly name = 'VendorLists1760000074200';
  /** An index is built without locking the table, which PostgreSQL does outside of a transaction alone. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = 0`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS products_vendor_created_at_idx`);
    await runner.query(`
      CREATE INDEX CONCURRENTLY products_vendor_created_at_idx ON products (vendor, created_at, id) WHERE vendor IS NOT NULL
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX products_vendor_created_at_idx`);
  }
}
