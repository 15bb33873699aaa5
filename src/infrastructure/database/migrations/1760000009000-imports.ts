import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Product imports: the file, how far it came, and what came of it. */
export class Imports1760000009000 implements MigrationInterface {
  readonly name = 'Imports1760000009000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE product_imports (
        id uuid PRIMARY KEY,
        format text NOT NULL CHECK (format IN ('shopify-csv')),
        currency char(3) NOT NULL,
        file bytea,
        state text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed')),
        rows_total integer NOT NULL DEFAULT 0,
        rows_processed integer NOT NULL DEFAULT 0,
        result jsonb NOT NULL,
        failure jsonb,
        created_by uuid NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX product_imports_created_at_idx ON product_imports (created_at, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE product_imports`);
  }
}
