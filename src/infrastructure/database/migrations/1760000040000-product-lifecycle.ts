import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Drafts and times of sale of products, what staff and search engines read of them, and the slugs that they had. */
export class ProductLifecycle1760000040000 implements MigrationInterface {
  readonly name = 'ProductLifecycle1760000040000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE products
        ADD COLUMN publish_at timestamptz,
        ADD COLUMN unpublish_at timestamptz,
        ADD COLUMN seo jsonb NOT NULL DEFAULT '{"title": null, "description": null}',
        ADD COLUMN metadata jsonb NOT NULL DEFAULT '{}',
        ADD COLUMN external_reference text,
        DROP CONSTRAINT products_state_check,
        ADD CONSTRAINT products_state_check CHECK (state IN ('draft', 'active', 'archived')) NOT VALID;
      ALTER TABLE variants
        ADD COLUMN gtin text,
        ADD COLUMN length_mm integer CHECK (length_mm >= 0),
        ADD COLUMN width_mm integer CHECK (width_mm >= 0),
        ADD COLUMN height_mm integer CHECK (height_mm >= 0);
      CREATE TABLE product_slugs (
        slug text PRIMARY KEY,
        product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX product_slugs_product_id_idx ON product_slugs (product_id);
    `);
    // A check of its own, so that the table can be written while its rows are read.
    await runner.query(`ALTER TABLE products VALIDATE CONSTRAINT products_state_check`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE product_slugs;
      ALTER TABLE variants DROP COLUMN gtin, DROP COLUMN length_mm, DROP COLUMN width_mm, DROP COLUMN height_mm;
      UPDATE products SET state = 'archived' WHERE state = 'draft';
      ALTER TABLE products
        DROP COLUMN publish_at, DROP COLUMN unpublish_at, DROP COLUMN seo, DROP COLUMN metadata,
        DROP COLUMN external_reference,
        DROP CONSTRAINT products_state_check,
        ADD CONSTRAINT products_state_check CHECK (state IN ('active', 'archived'));
    `);
  }
}
