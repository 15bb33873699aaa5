import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Drafts that go on sale by themselves are few: the shop's lists and the task that publishes them find them here. */
export class ProductsToPublish1760000041000 implements MigrationInterface {
  readonly name = 'ProductsToPublish1760000041000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = 0`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS products_to_publish_idx`);
    await runner.query(`CREATE INDEX CONCURRENTLY products_to_publish_idx ON products (publish_at, id) WHERE state = 'draft' AND publish_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX products_to_publish_idx`);
  }
}
