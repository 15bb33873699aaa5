import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import type { JobFailure, NewJob, StoredEvent, StoredJob } from './job.js';

/** Channel on which PostgreSQL wakes the dispatchers when a job may have become due. */
export const JOBS_CHANNEL = 'orderly_jobs';
/** Jobs that are taken at most at once. */
export const DISPATCH_BATCH = 500;
const SWEEP_BATCH = 2_000;

/** A job that is to be put on its queue. */
export interface DueJob {
  readonly id: string;
  readonly queue: string;
  readonly payload: unknown;
  readonly priority: number;
  /** Whether it was put on its queue before. */
  readonly again: boolean;
}

/** How much a queue has to do. */
export interface QueueDepth {
  readonly queue: string;
  /** Jobs that wait or run, counted to 10,000 at most. */
  readonly pending: number;
  /** When the oldest of them might have run first; `null` without any. */
  readonly oldestAt: Date | null;
}

interface JobRow extends Omit<StoredJob, 'event'> {
  readonly eventId: string | null;
  readonly type: string;
  readonly version: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly eventPayload: unknown;
  readonly occurredAt: Date;
}

/** The jobs of every queue; the truth that Redis can be refilled from. */
@Injectable()
export class JobsRepository {
  constructor(private readonly database: Database) {}

  /** Adds jobs and wakes the dispatchers; a second job of a queue for the same event is left out. */
  async insert(tx: Transaction, jobs: readonly NewJob[], now: Date): Promise<void> {
    if (jobs.length === 0) return;
    await tx.query(
      `INSERT INTO jobs (id, queue, event_id, order_key, payload, priority, state, run_at, check_at, actor, request_id,
                         trace_parent, created_at)
       SELECT j.id, j.queue, j.event_id, j.order_key, j.payload, j.priority, 'pending', j.run_at, j.run_at, j.actor,
              j.request_id, j.trace_parent, $11
       FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::jsonb[], $6::int[], $7::timestamptz[], $8::text[],
                   $9::text[], $10::text[]) WITH ORDINALITY
            AS j (id, queue, event_id, order_key, payload, priority, run_at, actor, request_id, trace_parent, ordinal)
       ORDER BY j.ordinal
       ON CONFLICT (event_id, queue) DO NOTHING`,
      [
        jobs.map(({ id }) => id),
        jobs.map(({ queue }) => queue),
        jobs.map(({ eventId }) => eventId),
        jobs.map(({ orderKey }) => orderKey),
        jobs.map(({ payload }) => JSON.stringify(payload)),
        jobs.map(({ priority }) => priority),
        jobs.map(({ runAt }) => runAt),
        jobs.map(({ actor }) => actor),
        jobs.map(({ requestId }) => requestId),
        jobs.map(({ traceParent }) => traceParent),
        now,
      ],
    );
    await this.wake(tx);
  }

  /** Wakes the dispatchers when the transaction commits. */
  async wake(tx: Transaction): Promise<void> {
    await tx.query(`SELECT pg_notify('${JOBS_CHANNEL}', '')`);
  }

  /**
   * Takes the jobs that are due, and looks at them again at `checkAgainAt` if they
   * are not done by then. Of the jobs with one order key only the first is due;
   * those of a paused queue are not.
   */
  takeDue(tx: Transaction, now: Date, checkAgainAt: Date): Promise<DueJob[]> {
    return tx.query<DueJob>(
      `UPDATE jobs j SET check_at = $2
       FROM (
         SELECT p.id, p.check_at > p.run_at AS again FROM jobs p
         WHERE p.state = 'pending' AND p.check_at <= $1
           AND NOT EXISTS (SELECT 1 FROM queue_pauses q WHERE q.queue = p.queue)
           AND (p.order_key IS NULL OR NOT EXISTS (
             SELECT 1 FROM jobs e
             WHERE e.queue = p.queue AND e.order_key = p.order_key AND e.position < p.position AND e.state = 'pending'))
         ORDER BY p.check_at, p.position
         LIMIT ${String(DISPATCH_BATCH)} FOR UPDATE SKIP LOCKED
       ) due
       WHERE j.id = due.id
       RETURNING j.id, j.queue, j.payload, j.priority, due.again`,
      [now, checkAgainAt],
    );
  }

  /** Jobs that are still to be done, by id; those that are done already are left out. */
  async findPending(ids: readonly string[]): Promise<Map<string, StoredJob>> {
    const rows = await this.database.query<JobRow>(
      `SELECT j.id, j.queue, j.payload, j.attempts, j.actor, j.request_id AS "requestId", j.trace_parent AS "traceParent",
              e.id AS "eventId", e.type, e.version, e.aggregate_type AS "aggregateType", e.aggregate_id AS "aggregateId",
              e.sequence, e.payload AS "eventPayload", e.occurred_at AS "occurredAt"
       FROM jobs j LEFT JOIN outbox_events e ON e.id = j.event_id
       WHERE j.id = ANY($1::uuid[]) AND j.state = 'pending'`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, toStoredJob(row)]));
  }

  /** Locks a job; false when it was done or given up meanwhile. */
  async lockPending(tx: Transaction, id: string): Promise<boolean> {
    const rows = await tx.query(`SELECT 1 FROM jobs WHERE id = $1 AND state = 'pending' FOR UPDATE`, [id]);
    return rows.length === 1;
  }

  /** Ends jobs that are done, and wakes the dispatchers when others wait for them. */
  async complete(tx: Transaction, ids: readonly string[], now: Date): Promise<void> {
    // Locked by id first: two workers that end jobs of each other's batch must not wait in a circle.
    await tx.query(
      `WITH locked AS MATERIALIZED (
         SELECT id FROM jobs WHERE id = ANY($1::uuid[]) AND state = 'pending' ORDER BY id FOR NO KEY UPDATE
       ),
       settled AS (
         UPDATE jobs SET state = 'done', progress = 100, failure = NULL, settled_at = $2
         WHERE id IN (SELECT id FROM locked) RETURNING queue, order_key, position
       )
       SELECT pg_notify('${JOBS_CHANNEL}', '') FROM settled s
       WHERE s.order_key IS NOT NULL AND EXISTS (
         SELECT 1 FROM jobs e
         WHERE e.queue = s.queue AND e.order_key = s.order_key AND e.position > s.position AND e.state = 'pending')
       LIMIT 1`,
      [ids, now],
    );
  }

  /** Records a failed run; `checkAgainAt` is `null` when it was the last. */
  async fail(
    tx: Transaction,
    id: string,
    { failure, checkAgainAt, now }: { failure: JobFailure; checkAgainAt: Date | null; now: Date },
  ): Promise<void> {
    await tx.query(
      `UPDATE jobs SET attempts = attempts + 1, failure = $2,
              state = CASE WHEN $3::timestamptz IS NULL THEN 'failed' ELSE state END,
              settled_at = CASE WHEN $3::timestamptz IS NULL THEN $4::timestamptz END,
              check_at = coalesce($3::timestamptz, check_at)
       WHERE id = $1 AND state = 'pending'`,
      [id, JSON.stringify(failure), checkAgainAt, now],
    );
    if (checkAgainAt === null) await this.wake(tx);
  }

  /** Says how far a job is, in percent. */
  async report(tx: Transaction, id: string, percent: number): Promise<void> {
    await tx.query(`UPDATE jobs SET progress = $2 WHERE id = $1 AND state = 'pending'`, [id, percent]);
  }

  /** How much each queue has to do that has anything to do. */
  depths(): Promise<QueueDepth[]> {
    return this.database.query<QueueDepth & { [column: string]: unknown }>(
      `SELECT queue, count(*)::int AS pending, min(run_at) AS "oldestAt"
       FROM (SELECT queue, run_at FROM jobs WHERE state = 'pending' LIMIT 10000) open GROUP BY queue`,
    );
  }

  /** The queues that are paused. */
  async listPaused(): Promise<string[]> {
    const rows = await this.database.query<{ queue: string }>('SELECT queue FROM queue_pauses');
    return rows.map(({ queue }) => queue);
  }

  /** Forgets jobs that were done or cancelled before a moment, 2,000 at most; true when there may be more. */
  async deleteSettled(tx: Transaction, before: Date): Promise<boolean> {
    const deleted = await tx.query(
      `DELETE FROM jobs WHERE id IN (
         SELECT id FROM jobs WHERE state IN ('done', 'cancelled') AND settled_at < $1 ORDER BY id
         LIMIT ${String(SWEEP_BATCH)} FOR UPDATE SKIP LOCKED) RETURNING 1`,
      [before],
    );
    return deleted.length === SWEEP_BATCH;
  }
}

function toStoredJob(row: JobRow): StoredJob {
  const { id, queue, payload, attempts, actor, requestId, traceParent } = row;
  const event: StoredEvent | null =
    row.eventId === null
      ? null
      : {
          id: row.eventId,
          type: row.type,
          version: row.version,
          aggregateType: row.aggregateType,
          aggregateId: row.aggregateId,
          sequence: row.sequence,
          payload: row.eventPayload,
          actor,
          requestId,
          occurredAt: row.occurredAt,
        };
  return { id, queue, payload, attempts, actor, requestId, traceParent, event };
}
