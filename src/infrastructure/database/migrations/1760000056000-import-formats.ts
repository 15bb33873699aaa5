import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lets products be imported from NDJSON as well. */
export class ImportFormats1760000056000 implements MigrationInterface {
  readonly name = 'ImportFormats1760000056000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE product_imports DROP CONSTRAINT product_imports_format_check;
      ALTER TABLE product_imports ADD CONSTRAINT product_imports_format_check
        CHECK (format IN ('shopify-csv', 'ndjson'));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM product_imports WHERE format = 'ndjson';
      ALTER TABLE product_imports DROP CONSTRAINT product_imports_format_check;
      ALTER TABLE product_imports ADD CONSTRAINT product_imports_format_check CHECK (format IN ('shopify-csv'));
    `);
  }
}
