import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Jobs of every queue, numbers for the event log in the order of commits, the schedule,
 * pauses of queues, and long work that people started.
 */
export class Jobs1760000010000 implements MigrationInterface {
  readonly name = 'Jobs1760000010000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE outbox_events ADD COLUMN log_position bigint, ADD COLUMN trace_parent text;
      CREATE TABLE jobs (
        id uuid PRIMARY KEY,
        position bigint GENERATED ALWAYS AS IDENTITY,
        queue text NOT NULL,
        event_id uuid,
        order_key uuid,
        payload jsonb NOT NULL,
        priority integer NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 100),
        state text NOT NULL CHECK (state IN ('pending', 'done', 'failed', 'cancelled')),
        progress integer NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
        attempts integer NOT NULL DEFAULT 0,
        run_at timestamptz NOT NULL,
        check_at timestamptz NOT NULL,
        failure jsonb,
        actor text NOT NULL,
        request_id text,
        trace_parent text,
        created_at timestamptz NOT NULL,
        settled_at timestamptz,
        CONSTRAINT jobs_once_per_event UNIQUE (event_id, queue)
      );
      CREATE INDEX jobs_due_idx ON jobs (check_at) WHERE state = 'pending';
      CREATE INDEX jobs_order_idx ON jobs (queue, order_key, position)
        WHERE state = 'pending' AND order_key IS NOT NULL;
      CREATE INDEX jobs_open_idx ON jobs (queue, id) WHERE state IN ('pending', 'failed');
      CREATE TABLE queue_pauses (
        queue text PRIMARY KEY,
        actor text NOT NULL,
        paused_at timestamptz NOT NULL
      );
      CREATE TABLE task_schedules (
        task text PRIMARY KEY,
        last_due_at timestamptz NOT NULL
      );
      CREATE TABLE operations (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        state text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
        progress integer NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
        result jsonb,
        failure jsonb,
        cancel_requested_at timestamptz,
        created_by uuid NOT NULL,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX operations_created_at_idx ON operations (created_at, id);
      INSERT INTO operations (id, kind, state, progress, result, failure, created_by, created_at, updated_at)
        SELECT id, 'product-import', state,
               CASE WHEN state = 'succeeded' THEN 100 WHEN rows_total = 0 THEN 0
                    ELSE least(100, rows_processed * 100 / rows_total) END,
               result, failure, created_by, created_at, updated_at
        FROM product_imports;
      INSERT INTO jobs (id, queue, event_id, order_key, payload, state, run_at, check_at, actor, request_id, created_at,
                        settled_at, failure)
        SELECT gen_random_uuid(), d.consumer, d.event_id, d.aggregate_id, jsonb_build_object('eventId', d.event_id),
               d.state, e.occurred_at, now(), e.actor, e.request_id, e.occurred_at, d.settled_at,
               CASE WHEN d.failure IS NOT NULL THEN jsonb_build_object('type', d.failure, 'message', '', 'stack', '') END
        FROM event_deliveries d JOIN outbox_events e ON e.id = d.event_id
        ORDER BY d.position;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE operations, task_schedules, queue_pauses, jobs;
      ALTER TABLE outbox_events DROP COLUMN log_position, DROP COLUMN trace_parent;
    `);
  }
}
