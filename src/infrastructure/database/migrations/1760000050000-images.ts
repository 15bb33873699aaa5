import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Images: what is known of each; their files are in the storage. */
export class Images1760000050000 implements MigrationInterface {
  readonly name = 'Images1760000050000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE images (
        id uuid PRIMARY KEY,
        state text NOT NULL CHECK (state IN ('awaiting_upload', 'ready')),
        content_type text NOT NULL,
        bytes integer NOT NULL CHECK (bytes > 0),
        width integer CHECK (width > 0),
        height integer CHECK (height > 0),
        sha256 text,
        original text,
        alt text,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CHECK (state <> 'ready' OR num_nulls(width, height, sha256, original) = 0)
      );
      CREATE INDEX images_awaiting_created_at_idx ON images (created_at) WHERE state = 'awaiting_upload';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE images`);
  }
}
