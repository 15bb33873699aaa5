import type { MigrationInterface, QueryRunner } from 'typeorm';

const NIL = '00000000-0000-0000-0000-000000000000';

/**
 * A transaction that changes many products writes their search rows with one call: a note of
 * no product tells that there are notes, and calls for the work. With a call a product each
 * walked over the notes of all, which took the square of their number.
 */
export class SearchNotes1760000072900 implements MigrationInterface {
  readonly name = 'SearchNotes1760000072900';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION note_products_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        INSERT INTO product_search_changes (product_id)
        SELECT id FROM changed UNION ALL SELECT '${NIL}' WHERE EXISTS (SELECT FROM changed) ON CONFLICT DO NOTHING;
        RETURN NULL;
      END
      $body$;
      CREATE OR REPLACE FUNCTION note_product_variants_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        INSERT INTO product_search_changes (product_id)
        SELECT product_id FROM changed UNION SELECT '${NIL}' WHERE EXISTS (SELECT FROM changed) ON CONFLICT DO NOTHING;
        RETURN NULL;
      END
      $body$;
      CREATE OR REPLACE FUNCTION note_stock_opened() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        INSERT INTO product_search_changes (product_id)
        SELECT v.product_id FROM changed c JOIN variants v ON v.id = c.variant_id
        UNION SELECT '${NIL}' WHERE EXISTS (SELECT FROM changed) ON CONFLICT DO NOTHING;
        RETURN NULL;
      END
      $body$;
      DROP TRIGGER product_search_changes_indexed ON product_search_changes;
      CREATE CONSTRAINT TRIGGER product_search_changes_indexed AFTER INSERT ON product_search_changes
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.product_id = '${NIL}')
        EXECUTE FUNCTION index_changed_products();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER product_search_changes_indexed ON product_search_changes;
      CREATE CONSTRAINT TRIGGER product_search_changes_indexed AFTER INSERT ON product_search_changes
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION index_changed_products();
      CREATE OR REPLACE FUNCTION note_products_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        INSERT INTO product_search_changes (product_id) SELECT id FROM changed ON CONFLICT DO NOTHING;
        RETURN NULL;
      END
      $body$;
      CREATE OR REPLACE FUNCTION note_product_variants_changed() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        INSERT INTO product_search_changes (product_id) SELECT DISTINCT product_id FROM changed ON CONFLICT DO NOTHING;
        RETURN NULL;
      END
      $body$;
      CREATE OR REPLACE FUNCTION note_stock_opened() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        INSERT INTO product_search_changes (product_id)
        SELECT DISTINCT v.product_id FROM changed c JOIN variants v ON v.id = c.variant_id ON CONFLICT DO NOTHING;
        RETURN NULL;
      END
      $body$;
    `);
  }
}
