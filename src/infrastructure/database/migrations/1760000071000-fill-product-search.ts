import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Writes the search row of every product that is there already; the shop goes on meanwhile. */
export class FillProductSearch1760000071000 implements MigrationInterface {
  readonly name = 'FillProductSearch1760000071000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET LOCAL statement_timeout = 0`);
    await runner.query(`SELECT index_products(ARRAY(SELECT id FROM products))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM product_search`);
  }
}
