import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The event log is filtered by type. */
export class EventTypes1760000013000 implements MigrationInterface {
  readonly name = 'EventTypes1760000013000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = 0`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS outbox_events_type_idx`);
    await runner.query(`CREATE INDEX CONCURRENTLY outbox_events_type_idx ON outbox_events (type, log_position)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX outbox_events_type_idx`);
  }
}
