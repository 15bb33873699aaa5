import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Product types with their attributes, and what products have of them. Products show the
 * names of their type, so a change of it ends all copies of products; it is rare.
 */
export class ProductTypes1760000060000 implements MigrationInterface {
  readonly name = 'ProductTypes1760000060000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE product_types (
        id uuid PRIMARY KEY,
        code text NOT NULL CONSTRAINT product_types_code_key UNIQUE,
        name text NOT NULL,
        attributes jsonb NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX product_types_name_idx ON product_types (name, id);
      ALTER TABLE products
        ADD COLUMN product_type_id uuid,
        ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}',
        ADD CONSTRAINT products_product_type_id_fkey
          FOREIGN KEY (product_type_id) REFERENCES product_types (id) NOT VALID;
      CREATE FUNCTION tell_of_product_type() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        PERFORM pg_notify('orderly_products', '');
        RETURN NULL;
      END
      $body$;
      CREATE TRIGGER product_types_told AFTER UPDATE ON product_types
        FOR EACH STATEMENT EXECUTE FUNCTION tell_of_product_type();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE products DROP COLUMN product_type_id, DROP COLUMN attributes;
      DROP TABLE product_types;
      DROP FUNCTION tell_of_product_type;
    `);
  }
}
