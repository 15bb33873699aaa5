import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Texts of the catalogue in further languages; what is null is taken from the next language. */
export class Translations1760000062000 implements MigrationInterface {
  readonly name = 'Translations1760000062000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE product_translations (
        product_id uuid NOT NULL REFERENCES products (id) ON DELETE CASCADE,
        locale text NOT NULL,
        title text,
        description text,
        seo jsonb NOT NULL,
        options jsonb NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (product_id, locale)
      );
      CREATE TABLE category_translations (
        category_id uuid NOT NULL REFERENCES categories (id) ON DELETE CASCADE,
        locale text NOT NULL,
        name text,
        description text,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (category_id, locale)
      );
      CREATE TABLE collection_translations (
        collection_id uuid NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
        locale text NOT NULL,
        title text,
        description text,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (collection_id, locale)
      );
      CREATE FUNCTION tell_of_product_part() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        PERFORM pg_notify('orderly_products', coalesce(NEW.product_id, OLD.product_id)::text);
        RETURN NULL;
      END
      $body$;
      CREATE TRIGGER product_translations_told AFTER INSERT OR UPDATE OR DELETE ON product_translations
        FOR EACH ROW EXECUTE FUNCTION tell_of_product_part();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE collection_translations, category_translations, product_translations;
      DROP FUNCTION tell_of_product_part;
    `);
  }
}
