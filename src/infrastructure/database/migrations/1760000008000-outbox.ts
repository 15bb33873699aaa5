import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The event log, and what each consumer has still to do with each event. */
export class Outbox1760000008000 implements MigrationInterface {
  readonly name = 'Outbox1760000008000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox_events (
        id uuid PRIMARY KEY,
        position bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        aggregate_type text NOT NULL,
        aggregate_id uuid NOT NULL,
        sequence integer NOT NULL CHECK (sequence > 0),
        type text NOT NULL,
        version integer NOT NULL,
        payload jsonb NOT NULL,
        actor text NOT NULL,
        request_id text,
        occurred_at timestamptz NOT NULL,
        relayed_at timestamptz,
        CONSTRAINT outbox_events_sequence_key UNIQUE (aggregate_type, aggregate_id, sequence)
      );
      CREATE INDEX outbox_events_unrelayed_idx ON outbox_events (position) WHERE relayed_at IS NULL;
      CREATE FUNCTION wake_outbox_relay() RETURNS trigger LANGUAGE plpgsql AS $body$
      BEGIN
        PERFORM pg_notify('orderly_outbox', '');
        RETURN NULL;
      END
      $body$;
      CREATE TRIGGER outbox_events_wake AFTER INSERT ON outbox_events
        FOR EACH STATEMENT EXECUTE FUNCTION wake_outbox_relay();
      CREATE TABLE event_deliveries (
        consumer text NOT NULL,
        event_id uuid NOT NULL REFERENCES outbox_events (id) ON DELETE CASCADE,
        aggregate_id uuid NOT NULL,
        position bigint NOT NULL,
        state text NOT NULL CHECK (state IN ('pending', 'done', 'failed')),
        queued_at timestamptz,
        settled_at timestamptz,
        failure text,
        PRIMARY KEY (consumer, event_id)
      );
      CREATE INDEX event_deliveries_pending_idx ON event_deliveries (consumer, aggregate_id, position)
        WHERE state = 'pending';
      CREATE INDEX event_deliveries_queue_idx ON event_deliveries (queued_at NULLS FIRST, position)
        WHERE state = 'pending';
      CREATE INDEX event_deliveries_event_id_idx ON event_deliveries (event_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE event_deliveries, outbox_events; DROP FUNCTION wake_outbox_relay`);
  }
}
