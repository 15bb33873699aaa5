import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stock levels and the append-only movements that explain them. */
export class Inventory1760000003000 implements MigrationInterface {
  readonly name = 'Inventory1760000003000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE stock_levels (
        id uuid PRIMARY KEY,
        variant_id uuid NOT NULL UNIQUE REFERENCES variants (id),
        on_hand integer NOT NULL,
        reserved integer NOT NULL DEFAULT 0,
        updated_at timestamptz NOT NULL,
        CONSTRAINT stock_levels_never_oversold CHECK (0 <= reserved AND reserved <= on_hand)
      );
      CREATE TABLE stock_movements (
        id uuid PRIMARY KEY,
        stock_level_id uuid NOT NULL REFERENCES stock_levels (id),
        reason text NOT NULL CHECK (reason IN ('received', 'adjusted', 'reserved', 'released', 'fulfilled')),
        on_hand_delta integer NOT NULL,
        reserved_delta integer NOT NULL,
        reference_id uuid,
        actor text NOT NULL,
        created_at timestamptz NOT NULL,
        CHECK (on_hand_delta <> 0 OR reserved_delta <> 0),
        CONSTRAINT stock_movements_once UNIQUE (stock_level_id, reference_id, reason)
      );
      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
      END
      $body$;
      CREATE TRIGGER stock_movements_append_only BEFORE UPDATE OR DELETE ON stock_movements
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE stock_movements, stock_levels; DROP FUNCTION refuse_change`);
  }
}
