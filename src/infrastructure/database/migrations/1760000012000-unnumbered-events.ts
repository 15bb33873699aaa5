import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The relay finds the events that it has not numbered. */
export class UnnumberedEvents1760000012000 implements MigrationInterface {
  readonly name = 'UnnumberedEvents1760000012000';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET lock_timeout = 0`);
    await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS outbox_events_unnumbered_idx`);
    await runner.query(`CREATE INDEX CONCURRENTLY outbox_events_unnumbered_idx ON outbox_events (position) WHERE log_position IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX outbox_events_unnumbered_idx`);
  }
}
