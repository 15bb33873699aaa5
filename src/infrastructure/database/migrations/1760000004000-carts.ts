import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Carts and their line items. */
export class Carts1760000004000 implements MigrationInterface {
  readonly name = 'Carts1760000004000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE carts (
        id uuid PRIMARY KEY,
        user_id uuid REFERENCES users (id),
        token_hash bytea NOT NULL,
        currency char(3) NOT NULL,
        state text NOT NULL CHECK (state IN ('open', 'ordered')),
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX carts_user_id_idx ON carts (user_id) WHERE user_id IS NOT NULL;
      CREATE TABLE cart_items (
        id uuid PRIMARY KEY,
        cart_id uuid NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
        variant_id uuid NOT NULL REFERENCES variants (id),
        quantity integer NOT NULL CONSTRAINT cart_items_quantity CHECK (quantity BETWEEN 1 AND 10000),
        shown_unit_amount bigint NOT NULL CHECK (shown_unit_amount >= 0),
        created_at timestamptz NOT NULL,
        CONSTRAINT cart_items_cart_id_variant_id_key UNIQUE (cart_id, variant_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE cart_items, carts`);
  }
}
