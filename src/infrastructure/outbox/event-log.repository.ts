import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import type { StoredEvent } from '../queues/job.js';

/** Number of the advisory lock that lets one relay at a time number events. */
const NUMBERING_LOCK = 1_760_000_008;
/** Events that are numbered at most at once. */
export const NUMBERING_BATCH = 500;
const SWEEP_BATCH = 1_000;

/** An event of the log. */
export interface LoggedEvent extends StoredEvent {
  /** Its place in the log: 1, 2, 3 … in the order of commits. */
  readonly position: number;
}

/** An event that has just got its number. */
export interface NumberedEvent {
  readonly id: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly actor: string;
  readonly requestId: string | null;
  readonly traceParent: string | null;
  readonly position: number;
  readonly numberedAt: Date;
  /** False for an event whose deliveries were made before it had a number. */
  readonly fresh: boolean;
}

/** Something that events happen to. */
export interface EventSubject {
  readonly type: string;
  readonly id: string;
}

/** What of the log is read. */
export interface LogFilter {
  /** Only events after this position. */
  readonly after: number;
  readonly limit: number;
  readonly types?: readonly string[] | undefined;
  readonly aggregateType?: string | undefined;
  readonly aggregateId?: string | undefined;
  /** Only events of one of these. */
  readonly subjects?: readonly EventSubject[] | undefined;
  /** Only events that happened from then on. */
  readonly from?: Date | undefined;
  /** Only events that happened before then. */
  readonly before?: Date | undefined;
}

const COLUMNS = `e.id, e.log_position::float8 AS position, e.type, e.version, e.aggregate_type AS "aggregateType",
  e.aggregate_id AS "aggregateId", e.sequence, e.payload, e.actor, e.request_id AS "requestId", e.occurred_at AS "occurredAt"`;

/**
 * The event log. An event gets its number after its transaction has committed, by
 * one relay at a time: a reader that has seen a number has seen all below it.
 */
@Injectable()
export class EventLogRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes the right to number until the transaction ends; false while another relay has
   * it. A statement of its own: the next one must see what that relay has committed.
   */
  async lockNumbering(tx: Transaction): Promise<boolean> {
    const [row] = await tx.query<{ held: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS held', [NUMBERING_LOCK]);
    return row?.held ?? false;
  }

  /** Numbers the events that have committed, 500 at most; the caller holds the right to. */
  number(tx: Transaction, now: Date): Promise<NumberedEvent[]> {
    return tx.query<NumberedEvent & { [column: string]: unknown }>(
      `WITH batch AS (
         SELECT id, relayed_at IS NULL AS fresh, position FROM outbox_events
         WHERE log_position IS NULL ORDER BY position LIMIT ${String(NUMBERING_BATCH)}
       ),
       placed AS (
         SELECT b.id, b.fresh, row_number() OVER (ORDER BY b.position)
                + coalesce((SELECT max(log_position) FROM outbox_events), 0) AS place
         FROM batch b
       ),
       numbered AS (
         UPDATE outbox_events e SET log_position = p.place, relayed_at = coalesce(e.relayed_at, $1::timestamptz)
         FROM placed p WHERE e.id = p.id
         RETURNING e.id, e.type, e.aggregate_id AS "aggregateId", e.actor, e.request_id AS "requestId",
                   e.trace_parent AS "traceParent", e.log_position::float8 AS position, $1::timestamptz AS "numberedAt", p.fresh
       )
       SELECT * FROM numbered ORDER BY position`,
      [now],
    );
  }

  /** The next events after a position, in order. */
  list(filter: LogFilter): Promise<LoggedEvent[]> {
    const values: unknown[] = [filter.after];
    const conditions = ['e.log_position > $1'];
    const add = (value: unknown, condition: (parameter: string) => string): void => {
      if (value !== undefined) conditions.push(condition(`$${String(values.push(value))}`));
    };
    add(filter.types, (parameter) => `e.type = ANY(${parameter}::text[])`);
    add(filter.aggregateType, (parameter) => `e.aggregate_type = ${parameter}`);
    add(filter.aggregateId, (parameter) => `e.aggregate_id = ${parameter}::uuid`);
    add(filter.subjects?.map(({ type }) => type), (types) => {
      const ids = `$${String(values.push(filter.subjects?.map(({ id }) => id)))}`;
      return `(e.aggregate_type, e.aggregate_id) IN (SELECT * FROM unnest(${types}::text[], ${ids}::uuid[]))`;
    });
    add(filter.from, (parameter) => `e.occurred_at >= ${parameter}`);
    add(filter.before, (parameter) => `e.occurred_at < ${parameter}`);
    return this.database.query<LoggedEvent & { [column: string]: unknown }>(
      `SELECT ${COLUMNS} FROM outbox_events e WHERE ${conditions.join(' AND ')}
       ORDER BY e.log_position LIMIT $${String(values.push(filter.limit))}`,
      values,
    );
  }

  /** The position of the last event of the log; 0 when it is empty. */
  async lastPosition(): Promise<number> {
    const [row] = await this.database.query<{ position: number }>(
      'SELECT coalesce(max(log_position), 0)::float8 AS position FROM outbox_events',
    );
    return row?.position ?? 0;
  }

  /** When the oldest event without a number happened; `null` when all have one. */
  async oldestUnnumberedAt(): Promise<Date | null> {
    const [row] = await this.database.query<{ at: Date }>(
      'SELECT occurred_at AS at FROM outbox_events WHERE log_position IS NULL ORDER BY position LIMIT 1',
    );
    return row?.at ?? null;
  }

  /**
   * Forgets events that happened before a moment, 1,000 at most; true when there may
   * be more. The last event of each aggregate stays, for the next one counts on
   * from it, and so does each with a job that is not done.
   */
  async deleteBefore(tx: Transaction, before: Date): Promise<boolean> {
    const deleted = await tx.query(
      `DELETE FROM outbox_events WHERE id IN (
         SELECT e.id FROM outbox_events e
         WHERE e.log_position IS NOT NULL AND e.occurred_at < $1
           AND EXISTS (
             SELECT 1 FROM outbox_events l WHERE l.aggregate_type = e.aggregate_type
               AND l.aggregate_id = e.aggregate_id AND l.sequence > e.sequence)
           AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.event_id = e.id AND j.state IN ('pending', 'failed'))
         ORDER BY e.log_position LIMIT ${String(SWEEP_BATCH)}) RETURNING 1`,
      [before],
    );
    return deleted.length === SWEEP_BATCH;
  }
}
