import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Products are found by the reference that another system has for them, which is unique. */
export class ExternalReferences1760000043000 implements MigrationInterface {
  readonly name = 'ExternalReferences1760000043000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = 0`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS products_external_reference_key`);
    await runner.query(`CREATE UNIQUE INDEX CONCURRENTLY products_external_reference_key ON products (external_reference) WHERE external_reference IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX products_external_reference_key`);
  }
}
