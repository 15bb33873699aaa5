import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keeps the files of imports in pieces of 256 KiB, so that nobody holds one whole. A piece is
 * written before its import is: an upload that is cut off has no import.
 */
export class ImportChunks1760000064000 implements MigrationInterface {
  readonly name = 'ImportChunks1760000064000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE import_chunks (
        import_id uuid NOT NULL,
        position integer NOT NULL,
        data bytea NOT NULL,
        created_at timestamptz NOT NULL,
        PRIMARY KEY (import_id, position)
      );
      ALTER TABLE import_chunks ALTER COLUMN data SET STORAGE EXTERNAL;
      INSERT INTO import_chunks (import_id, position, data, created_at)
        SELECT i.id, n, substring(i.file FROM n * 262144 + 1 FOR 262144), i.created_at
        FROM product_imports i, generate_series(0, (length(i.file) - 1) / 262144) n
        WHERE i.file IS NOT NULL;
      ALTER TABLE product_imports
        ADD COLUMN bytes_total bigint NOT NULL DEFAULT 0,
        ADD COLUMN bytes_processed bigint NOT NULL DEFAULT 0,
        ADD COLUMN lines_processed integer NOT NULL DEFAULT 0;
      UPDATE product_imports SET bytes_total = length(file), rows_processed = 0, result = jsonb_build_object(
        'rows', 0, 'productsCreated', 0, 'productsUpdated', 0, 'productsUnchanged', 0, 'variantsCreated', 0,
        'variantsUpdated', 0, 'errorCount', 0, 'errors', '[]'::jsonb)
        WHERE file IS NOT NULL;
      ALTER TABLE product_imports DROP COLUMN file, DROP COLUMN rows_total;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE product_imports ADD COLUMN file bytea, ADD COLUMN rows_total integer NOT NULL DEFAULT 0;
      UPDATE product_imports i SET rows_processed = 0, file = (
        SELECT string_agg(c.data, ''::bytea ORDER BY c.position) FROM import_chunks c WHERE c.import_id = i.id);
      ALTER TABLE product_imports DROP COLUMN bytes_total, DROP COLUMN bytes_processed, DROP COLUMN lines_processed;
      DROP TABLE import_chunks;
    `);
  }
}
