import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the products of a type. */
export class ProductsByType1760000060100 implements MigrationInterface {
  readonly name = 'ProductsByType1760000060100';
  /** An index is built without locking the table, which PostgreSQL does outside of a transaction alone. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = 0`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS products_product_type_id_idx`);
    await runner.query(`
      CREATE INDEX CONCURRENTLY products_product_type_id_idx ON products (product_type_id) WHERE product_type_id IS NOT NULL
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX products_product_type_id_idx`);
  }
}
