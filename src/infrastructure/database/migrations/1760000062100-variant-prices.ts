import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Prices of variants in further currencies, beside the price that each variant has itself.
 *
 * A variant that is priced anew in one of them itself leaves its price here behind: there
 * is one price in a currency, whichever statement sets it.
 */
export class VariantPrices1760000062100 implements MigrationInterface {
  readonly name = 'VariantPrices1760000062100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE variant_prices (
        variant_id uuid NOT NULL REFERENCES variants (id) ON DELETE CASCADE,
        currency char(3) NOT NULL,
        amount bigint NOT NULL CHECK (amount BETWEEN 0 AND 9000000000),
        compare_at_amount bigint CHECK (compare_at_amount >= 0),
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (variant_id, currency)
      );
      CREATE FUNCTION tell_of_variant_price() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        PERFORM pg_notify('orderly_products', v.product_id::text)
        FROM variants v WHERE v.id = coalesce(NEW.variant_id, OLD.variant_id);
        RETURN NULL;
      END
      $body$;
      CREATE TRIGGER variant_prices_told AFTER INSERT OR UPDATE OR DELETE ON variant_prices
        FOR EACH ROW EXECUTE FUNCTION tell_of_variant_price();
      CREATE FUNCTION drop_second_price() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        DELETE FROM variant_prices WHERE variant_id = NEW.id AND currency = NEW.currency;
        RETURN NULL;
      END
      $body$;
      CREATE TRIGGER variants_priced_anew AFTER UPDATE OF currency ON variants FOR EACH ROW
        WHEN (OLD.currency IS DISTINCT FROM NEW.currency) EXECUTE FUNCTION drop_second_price();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER variants_priced_anew ON variants;
      DROP TABLE variant_prices;
      DROP FUNCTION drop_second_price, tell_of_variant_price;
    `);
  }
}
