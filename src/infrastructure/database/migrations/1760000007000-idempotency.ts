import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Idempotency keys with the fingerprint of the request and its sealed answer. */
export class Idempotency1760000007000 implements MigrationInterface {
  readonly name = 'Idempotency1760000007000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotency_keys (
        key_hash bytea PRIMARY KEY,
        operation text NOT NULL,
        fingerprint bytea NOT NULL,
        state text NOT NULL CHECK (state IN ('running', 'answered')),
        sealed_result bytea,
        attempt uuid NOT NULL,
        locked_until timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX idempotency_keys_expires_at_idx ON idempotency_keys (expires_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE idempotency_keys`);
  }
}
