import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the products that show an image of ours. */
export class ProductImages1760000051000 implements MigrationInterface {
  readonly name = 'ProductImages1760000051000';
  /** An index is built without locking the table, which PostgreSQL does outside of a transaction alone. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = 0`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS products_image_ids_idx`);
    await runner.query(`
      CREATE INDEX CONCURRENTLY products_image_ids_idx ON products USING gin (jsonb_path_query_array(images, '$[*].imageId'))
      WHERE images @? '$[*].imageId'
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX products_image_ids_idx`);
  }
}
