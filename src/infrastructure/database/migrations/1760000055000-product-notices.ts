import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tells on the channel `orderly_products` which products a transaction has changed: the
 * product itself, its variants, or whether one of them is in stock. Whoever changes them,
 * by whatever statement, need not know who keeps copies. What is new has no copies.
 */
export class ProductNotices1760000055000 implements MigrationInterface {
  readonly name = 'ProductNotices1760000055000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION tell_of_product() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        PERFORM pg_notify('orderly_products', OLD.id::text);
        RETURN NULL;
      END
      $body$;
      CREATE FUNCTION tell_of_variant() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        PERFORM pg_notify('orderly_products', OLD.product_id::text);
        RETURN NULL;
      END
      $body$;
      CREATE FUNCTION tell_of_availability() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        PERFORM pg_notify('orderly_products', v.product_id::text) FROM variants v WHERE v.id = OLD.variant_id;
        RETURN NULL;
      END
      $body$;
      CREATE TRIGGER products_told AFTER UPDATE OR DELETE ON products
        FOR EACH ROW EXECUTE FUNCTION tell_of_product();
      CREATE TRIGGER variants_told AFTER UPDATE OR DELETE ON variants
        FOR EACH ROW EXECUTE FUNCTION tell_of_variant();
      CREATE TRIGGER stock_levels_told AFTER UPDATE ON stock_levels FOR EACH ROW
        WHEN ((OLD.on_hand > OLD.reserved) IS DISTINCT FROM (NEW.on_hand > NEW.reserved))
        EXECUTE FUNCTION tell_of_availability();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER stock_levels_told ON stock_levels;
      DROP TRIGGER variants_told ON variants;
      DROP TRIGGER products_told ON products;
      DROP FUNCTION tell_of_availability, tell_of_variant, tell_of_product;
    `);
  }
}
