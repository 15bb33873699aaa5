import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Webhooks: who is told of events, what they were sent, and how each attempt went. */
export class Webhooks1760000020000 implements MigrationInterface {
  readonly name = 'Webhooks1760000020000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhook_endpoints (
        id uuid PRIMARY KEY,
        url text NOT NULL,
        description text NOT NULL,
        event_types text[] NOT NULL,
        secret bytea NOT NULL,
        previous_secret bytea,
        previous_secret_expires_at timestamptz,
        state text NOT NULL CHECK (state IN ('active', 'disabled')),
        disabled_reason text,
        failing_since timestamptz,
        failures_in_row integer NOT NULL DEFAULT 0,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CHECK ((previous_secret IS NULL) = (previous_secret_expires_at IS NULL)),
        CHECK ((state = 'disabled') = (disabled_reason IS NOT NULL))
      );
      CREATE TABLE webhook_deliveries (
        id uuid PRIMARY KEY,
        endpoint_id uuid NOT NULL REFERENCES webhook_endpoints ON DELETE CASCADE,
        event_id uuid,
        event_type text NOT NULL,
        body text NOT NULL,
        job_id uuid NOT NULL,
        state text NOT NULL CHECK (state IN ('pending', 'succeeded', 'failed', 'cancelled')),
        created_at timestamptz NOT NULL,
        settled_at timestamptz,
        CHECK ((state = 'pending') = (settled_at IS NULL))
      );
      CREATE INDEX webhook_deliveries_endpoint_id_idx ON webhook_deliveries (endpoint_id, id);
      CREATE INDEX webhook_deliveries_state_idx ON webhook_deliveries (state, id);
      CREATE INDEX webhook_deliveries_settled_at_idx ON webhook_deliveries (settled_at);
      CREATE TABLE webhook_attempts (
        id uuid PRIMARY KEY,
        delivery_id uuid NOT NULL REFERENCES webhook_deliveries ON DELETE CASCADE,
        number integer NOT NULL,
        status integer,
        error text,
        duration_ms integer NOT NULL,
        response_body text,
        attempted_at timestamptz NOT NULL,
        CONSTRAINT webhook_attempts_number_key UNIQUE (delivery_id, number)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE webhook_attempts, webhook_deliveries, webhook_endpoints`);
  }
}
