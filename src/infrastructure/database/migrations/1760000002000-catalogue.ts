import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Products with their variants; texts are searched through a generated tsvector. */
export class Catalogue1760000002000 implements MigrationInterface {
  readonly name = 'Catalogue1760000002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE products (
        id uuid PRIMARY KEY,
        slug text NOT NULL CONSTRAINT products_slug_key UNIQUE,
        title text NOT NULL,
        description text NOT NULL DEFAULT '',
        vendor text,
        category text,
        tags text[] NOT NULL DEFAULT '{}',
        options jsonb NOT NULL DEFAULT '[]',
        images jsonb NOT NULL DEFAULT '[]',
        state text NOT NULL CHECK (state IN ('active', 'archived')),
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        search tsvector NOT NULL GENERATED ALWAYS AS (
          setweight(to_tsvector('english'::regconfig, title), 'A') ||
          setweight(to_tsvector('english'::regconfig, coalesce(vendor, '') || ' ' || coalesce(category, '')), 'B') ||
          setweight(to_tsvector('english'::regconfig, left(description, 20000)), 'C')
        ) STORED
      );
      CREATE INDEX products_active_created_at_idx ON products (created_at, id) WHERE state = 'active';
      CREATE INDEX products_active_title_idx ON products (title, id) WHERE state = 'active';
      CREATE INDEX products_category_created_at_idx ON products (category, created_at, id) WHERE state = 'active';
      CREATE INDEX products_created_at_idx ON products (created_at, id);
      CREATE INDEX products_search_idx ON products USING gin (search);
      CREATE INDEX products_tags_idx ON products USING gin (tags);
      CREATE TABLE variants (
        id uuid PRIMARY KEY,
        product_id uuid NOT NULL REFERENCES products (id),
        position integer NOT NULL,
        sku text NOT NULL CONSTRAINT variants_sku_key UNIQUE,
        title text NOT NULL,
        options jsonb NOT NULL DEFAULT '{}',
        price_amount bigint NOT NULL CHECK (price_amount BETWEEN 0 AND 9000000000),
        currency char(3) NOT NULL,
        compare_at_amount bigint CHECK (compare_at_amount >= 0),
        barcode text,
        weight_grams integer CHECK (weight_grams >= 0),
        image_url text,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT variants_product_id_options_key UNIQUE (product_id, options)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE variants, products`);
  }
}
