import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The category tree; each category carries its whole path, so that no read climbs. */
export class Categories1760000045000 implements MigrationInterface {
  readonly name = 'Categories1760000045000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE categories (
        id uuid PRIMARY KEY,
        parent_id uuid REFERENCES categories (id),
        slug text NOT NULL CONSTRAINT categories_slug_key UNIQUE,
        name text NOT NULL,
        description text NOT NULL,
        position integer NOT NULL CHECK (position >= 0),
        path uuid[] NOT NULL,
        depth integer NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT categories_position_key UNIQUE NULLS NOT DISTINCT (parent_id, position) DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT categories_path_ends_here CHECK (path[cardinality(path)] = id),
        CONSTRAINT categories_path_leads_here CHECK (parent_id IS NOT DISTINCT FROM path[cardinality(path) - 1]),
        CONSTRAINT categories_depth_of_path CHECK (depth = cardinality(path) - 1)
      );
      CREATE INDEX categories_path_idx ON categories USING gin (path);
      CREATE INDEX categories_depth_idx ON categories (depth, position, id);
      CREATE TABLE product_categories (
        product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
        category_id uuid NOT NULL REFERENCES categories (id),
        PRIMARY KEY (product_id, category_id)
      );
      CREATE INDEX product_categories_category_id_idx ON product_categories (category_id, product_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE product_categories, categories`);
  }
}
