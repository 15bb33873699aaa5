import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Products that are shown beside a product, by why they are. */
export class RelatedProducts1760000048000 implements MigrationInterface {
  readonly name = 'RelatedProducts1760000048000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE related_products (
        product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
        type text NOT NULL CHECK (type IN ('similar', 'accessory', 'upsell', 'cross_sell')),
        related_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
        position integer NOT NULL,
        PRIMARY KEY (product_id, type, related_id),
        CONSTRAINT related_products_not_itself CHECK (product_id <> related_id)
      );
      CREATE INDEX related_products_position_idx ON related_products (product_id, type, position);
      CREATE INDEX related_products_related_id_idx ON related_products (related_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE related_products`);
  }
}
