import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Collections: lists of products that staff order by hand, and rules that choose products. */
export class Collections1760000047000 implements MigrationInterface {
  readonly name = 'Collections1760000047000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE collections (
        id uuid PRIMARY KEY,
        slug text NOT NULL CONSTRAINT collections_slug_key UNIQUE,
        title text NOT NULL,
        description text NOT NULL,
        rules jsonb,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX collections_title_idx ON collections (title, id);
      CREATE TABLE collection_products (
        collection_id uuid NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
        product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
        position integer NOT NULL,
        PRIMARY KEY (collection_id, product_id)
      );
      CREATE INDEX collection_products_position_idx ON collection_products (collection_id, position, product_id);
      CREATE INDEX collection_products_product_id_idx ON collection_products (product_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE collection_products, collections`);
  }
}
