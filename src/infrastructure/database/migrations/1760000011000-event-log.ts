import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The event log is read by its numbers; an event that has none yet waits for the relay. */
export class EventLog1760000011000 implements MigrationInterface {
  readonly name = 'EventLog1760000011000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = 0`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS outbox_events_log_position_key`);
    await runner.query(`CREATE UNIQUE INDEX CONCURRENTLY outbox_events_log_position_key ON outbox_events (log_position)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX outbox_events_log_position_key`);
  }
}
