import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The task that takes products off sale finds those that are due. */
export class ProductsToArchive1760000042000 implements MigrationInterface {
  readonly name = 'ProductsToArchive1760000042000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = 0`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS products_to_archive_idx`);
    await runner.query(`CREATE INDEX CONCURRENTLY products_to_archive_idx ON products (unpublish_at, id) WHERE state = 'active' AND unpublish_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX products_to_archive_idx`);
  }
}
