import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the variants that show an image of ours. */
export class VariantImages1760000052000 implements MigrationInterface {
  readonly name = 'VariantImages1760000052000';
  /** An index is built without locking the table, which PostgreSQL does outside of a transaction alone. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = 0`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS variants_own_image_idx`);
    await runner.query(`
      CREATE INDEX CONCURRENTLY variants_own_image_idx ON variants (image_url) WHERE image_url LIKE '/v1/images/%'
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX variants_own_image_idx`);
  }
}
