import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Checks the types of products in a transaction of its own, so that products can be written while they are read. */
export class KnownProductTypes1760000060200 implements MigrationInterface {
  readonly name = 'KnownProductTypes1760000060200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE products VALIDATE CONSTRAINT products_product_type_id_fkey`);
  }

  async down(): Promise<void> {
    // A key that was checked needs not become unchecked.
  }
}
