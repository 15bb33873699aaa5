import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Orders, their lines, their moves and their fulfilments. */
export class Orders1760000005000 implements MigrationInterface {
  readonly name = 'Orders1760000005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SEQUENCE order_numbers AS bigint START 1001;
      CREATE TABLE orders (
        id uuid PRIMARY KEY,
        number bigint NOT NULL UNIQUE DEFAULT nextval('order_numbers'),
        cart_id uuid REFERENCES carts (id),
        user_id uuid REFERENCES users (id),
        email text NOT NULL,
        token_hash bytea NOT NULL,
        state text NOT NULL CHECK (
          state IN ('pending_payment', 'placed', 'partially_fulfilled', 'fulfilled', 'cancelled')
        ),
        currency char(3) NOT NULL,
        subtotal_amount bigint NOT NULL CHECK (subtotal_amount >= 0),
        discount_amount bigint NOT NULL DEFAULT 0 CHECK (discount_amount >= 0),
        shipping_amount bigint NOT NULL DEFAULT 0 CHECK (shipping_amount >= 0),
        tax_amount bigint NOT NULL DEFAULT 0 CHECK (tax_amount >= 0),
        total_amount bigint NOT NULL CHECK (total_amount >= 0),
        shipping_address jsonb NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT orders_total_adds_up CHECK (
          total_amount = subtotal_amount - discount_amount + shipping_amount + tax_amount
        )
      );
      CREATE UNIQUE INDEX orders_one_per_cart ON orders (cart_id) WHERE state <> 'cancelled';
      CREATE INDEX orders_created_at_idx ON orders (created_at, id);
      CREATE INDEX orders_user_id_created_at_idx ON orders (user_id, created_at, id) WHERE user_id IS NOT NULL;
      CREATE INDEX orders_state_created_at_idx ON orders (state, created_at, id);
      CREATE INDEX orders_email_idx ON orders (email, created_at, id);
      CREATE TABLE order_lines (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL REFERENCES orders (id),
        position integer NOT NULL,
        product_id uuid NOT NULL,
        variant_id uuid NOT NULL,
        sku text NOT NULL,
        title text NOT NULL,
        variant_title text NOT NULL,
        quantity integer NOT NULL CHECK (quantity > 0),
        fulfilled_quantity integer NOT NULL DEFAULT 0,
        unit_amount bigint NOT NULL CHECK (unit_amount >= 0),
        total_amount bigint NOT NULL,
        CONSTRAINT order_lines_total_adds_up CHECK (total_amount = unit_amount * quantity),
        CONSTRAINT order_lines_fulfilled CHECK (fulfilled_quantity BETWEEN 0 AND quantity),
        CONSTRAINT order_lines_position_key UNIQUE (order_id, position)
      );
      CREATE TABLE order_transitions (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL REFERENCES orders (id),
        action text NOT NULL,
        from_state text,
        to_state text NOT NULL,
        actor text NOT NULL,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX order_transitions_order_id_idx ON order_transitions (order_id, created_at);
      CREATE TABLE fulfilments (
        id uuid PRIMARY KEY,
        order_id uuid NOT NULL REFERENCES orders (id),
        carrier text,
        tracking_number text,
        tracking_url text,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX fulfilments_order_id_idx ON fulfilments (order_id);
      CREATE TABLE fulfilment_lines (
        fulfilment_id uuid NOT NULL REFERENCES fulfilments (id),
        order_line_id uuid NOT NULL REFERENCES order_lines (id),
        quantity integer NOT NULL CHECK (quantity > 0),
        PRIMARY KEY (fulfilment_id, order_line_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE fulfilment_lines, fulfilments, order_transitions, order_lines, orders; DROP SEQUENCE order_numbers`);
  }
}
