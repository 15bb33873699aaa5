import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import type { JobFailure, JobState } from './job.js';

/** Jobs that one call changes at most. */
export const CONTROL_BATCH = 1_000;

/** A job as staff see it. */
export interface JobRecord {
  readonly id: string;
  readonly queue: string;
  readonly state: JobState;
  readonly payload: Record<string, unknown>;
  readonly eventId: string | null;
  readonly priority: number;
  readonly progress: number;
  readonly attempts: number;
  readonly failure: JobFailure | null;
  readonly actor: string;
  readonly requestId: string | null;
  readonly traceParent: string | null;
  readonly runAt: Date;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

/** What is listed of the jobs. */
export interface JobFilter {
  readonly queue?: string | undefined;
  readonly state?: JobState | undefined;
  readonly limit: number;
  /** Only jobs with a lesser id, which are older. */
  readonly beforeId?: string | undefined;
}

/** What PostgreSQL knows of a queue. */
export interface QueueRecord {
  readonly queue: string;
  /** Counted to 10,000 at most. */
  readonly pending: number;
  /** Dead letters, counted to 10,000 at most. */
  readonly failed: number;
  readonly oldestPendingAt: Date | null;
  readonly pausedAt: Date | null;
}

const COLUMNS = `id, queue, state, payload, event_id AS "eventId", priority, progress, attempts, failure, actor,
  request_id AS "requestId", trace_parent AS "traceParent", run_at AS "runAt", created_at AS "createdAt",
  settled_at AS "settledAt"`;

type Row = JobRecord & { [column: string]: unknown };

/** What staff see and change of jobs and queues. */
@Injectable()
export class JobControlRepository {
  constructor(private readonly database: Database) {}

  /** A job, or `null`. */
  async find(id: string): Promise<JobRecord | null> {
    const [row] = await this.database.query<Row>(`SELECT ${COLUMNS} FROM jobs WHERE id = $1`, [id]);
    return row ?? null;
  }

  /** Jobs, the newest first, one more than the limit if there are. */
  list({ queue, state, limit, beforeId }: JobFilter): Promise<JobRecord[]> {
    const values: unknown[] = [];
    const conditions: string[] = [];
    const add = (value: unknown, condition: (parameter: string) => string): void => {
      if (value !== undefined) conditions.push(condition(`$${String(values.push(value))}`));
    };
    add(queue, (parameter) => `queue = ${parameter}`);
    // Written out, not bound, so that the partial index of open jobs can be used.
    if (state !== undefined) conditions.push(`state = '${state}'`);
    add(beforeId, (parameter) => `id < ${parameter}::uuid`);
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return this.database.query<Row>(
      `SELECT ${COLUMNS} FROM jobs ${where} ORDER BY id DESC LIMIT $${String(values.push(limit + 1))}`,
      values,
    );
  }

  /** The given queues with what they have to do. */
  queues(names: readonly string[]): Promise<QueueRecord[]> {
    return this.database.query<QueueRecord & { [column: string]: unknown }>(queuesStatement, [names]);
  }

  /** The same within a transaction. */
  queuesIn(tx: Transaction, names: readonly string[]): Promise<QueueRecord[]> {
    return tx.query<QueueRecord & { [column: string]: unknown }>(queuesStatement, [names]);
  }

  /** Locks a job; `null` when there is none. */
  async lock(tx: Transaction, id: string): Promise<JobRecord | null> {
    const [row] = await tx.query<Row>(`SELECT ${COLUMNS} FROM jobs WHERE id = $1 FOR UPDATE`, [id]);
    return row ?? null;
  }

  /** Lets a locked job that waits or has failed run at once, with all its attempts. */
  async retry(tx: Transaction, id: string, now: Date): Promise<JobRecord | null> {
    const [row] = await tx.query<Row>(
      `UPDATE jobs SET state = 'pending', attempts = 0, failure = NULL, settled_at = NULL, run_at = $2, check_at = $2
       WHERE id = $1 AND state IN ('pending', 'failed') RETURNING ${COLUMNS}`,
      [id, now],
    );
    return row ?? null;
  }

  /** Ends a job that waits or has failed without doing it. */
  async cancel(tx: Transaction, id: string, now: Date): Promise<JobRecord | null> {
    const [row] = await tx.query<Row>(
      `UPDATE jobs SET state = 'cancelled', settled_at = $2
       WHERE id = $1 AND state IN ('pending', 'failed') RETURNING ${COLUMNS}`,
      [id, now],
    );
    return row ?? null;
  }

  /** Lets the dead letters of a queue run again, the oldest first, 1,000 at most. */
  async redrive(tx: Transaction, queue: string, now: Date): Promise<number> {
    const rows = await tx.query(
      `UPDATE jobs SET state = 'pending', attempts = 0, settled_at = NULL, run_at = $2, check_at = $2
       WHERE id IN (SELECT id FROM jobs WHERE queue = $1 AND state = 'failed' ORDER BY id
                    LIMIT ${String(CONTROL_BATCH)} FOR UPDATE SKIP LOCKED) RETURNING 1`,
      [queue, now],
    );
    return rows.length;
  }

  /** Ends the jobs of a queue that wait without doing them, the oldest first, 1,000 at most. */
  async drain(tx: Transaction, queue: string, now: Date): Promise<number> {
    const rows = await tx.query(
      `UPDATE jobs SET state = 'cancelled', settled_at = $2
       WHERE id IN (SELECT id FROM jobs WHERE queue = $1 AND state = 'pending' ORDER BY id
                    LIMIT ${String(CONTROL_BATCH)} FOR UPDATE SKIP LOCKED) RETURNING 1`,
      [queue, now],
    );
    return rows.length;
  }

  /** Pauses a queue; a second pause changes nothing. */
  async pause(tx: Transaction, queue: string, actor: string, now: Date): Promise<void> {
    await tx.query(
      'INSERT INTO queue_pauses (queue, actor, paused_at) VALUES ($1, $2, $3) ON CONFLICT (queue) DO NOTHING',
      [queue, actor, now],
    );
  }

  /** Lets a paused queue go on. */
  async resume(tx: Transaction, queue: string): Promise<void> {
    await tx.query('DELETE FROM queue_pauses WHERE queue = $1', [queue]);
  }
}

const queuesStatement = `SELECT n.queue, p.pending, f.failed, p.oldest AS "oldestPendingAt", q.paused_at AS "pausedAt"
  FROM unnest($1::text[]) WITH ORDINALITY AS n (queue, ordinal)
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS pending, min(run_at) AS oldest FROM (
      SELECT run_at FROM jobs j WHERE j.queue = n.queue AND j.state = 'pending' LIMIT 10000) open) p
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS failed FROM (
      SELECT 1 FROM jobs j WHERE j.queue = n.queue AND j.state = 'failed' LIMIT 10000) dead) f
  LEFT JOIN queue_pauses q ON q.queue = n.queue
  ORDER BY n.ordinal`;
