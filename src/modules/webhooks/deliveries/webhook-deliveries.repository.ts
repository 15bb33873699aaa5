import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { WebhookAttemptEntity } from './webhook-attempt.entity.js';
import type { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import type { DeliveryState } from './webhook-delivery.schema.js';

const SWEEP_BATCH = 1_000;
const ATTEMPTS_SHOWN = 100;

/** A delivery as it is listed. */
export type DeliveryRow = Omit<WebhookDeliveryEntity, 'body' | 'jobId'>;

/** What is listed of the deliveries. */
export interface DeliveryFilter {
  readonly endpointId?: string | undefined;
  readonly state?: DeliveryState | undefined;
  readonly eventType?: string | undefined;
  readonly limit: number;
  /** Only deliveries with a lesser id, which are older. */
  readonly beforeId?: string | undefined;
}

/** A delivery that is to be sent, with what is needed of its endpoint. */
export interface DueDelivery {
  readonly id: string;
  readonly eventId: string | null;
  readonly body: string;
  readonly endpointId: string;
  readonly endpointState: 'active' | 'disabled';
  readonly url: string;
  readonly secret: Buffer;
  readonly previousSecret: Buffer | null;
  readonly previousSecretExpiresAt: Date | null;
}

/** A delivery and the job that speaks for it. */
export interface DeliveryJob {
  readonly deliveryId: string;
  readonly jobId: string;
}

/** How one request went. */
export type AttemptOutcome = Pick<WebhookAttemptEntity, 'status' | 'error' | 'durationMs' | 'responseBody'>;

const COLUMNS = `d.id, d.endpoint_id AS "endpointId", d.event_id AS "eventId", d.event_type AS "eventType", d.state,
  d.created_at AS "createdAt", d.settled_at AS "settledAt"`;

type Row<T> = T & { [column: string]: unknown };

/** What is sent to endpoints, and how it went. */
@Injectable()
export class WebhookDeliveriesRepository {
  constructor(private readonly database: Database) {}

  /** Deliveries, the newest first, one more than the limit if there are. */
  list({ endpointId, state, eventType, limit, beforeId }: DeliveryFilter): Promise<DeliveryRow[]> {
    const values: unknown[] = [];
    const conditions: string[] = [];
    const add = (value: unknown, condition: (parameter: string) => string): void => {
      if (value !== undefined) conditions.push(condition(`$${String(values.push(value))}`));
    };
    add(endpointId, (parameter) => `d.endpoint_id = ${parameter}::uuid`);
    add(state, (parameter) => `d.state = ${parameter}`);
    add(eventType, (parameter) => `d.event_type = ${parameter}`);
    add(beforeId, (parameter) => `d.id < ${parameter}::uuid`);
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return this.database.query<Row<DeliveryRow>>(
      `SELECT ${COLUMNS} FROM webhook_deliveries d ${where} ORDER BY d.id DESC LIMIT $${String(values.push(limit + 1))}`,
      values,
    );
  }

  /** A delivery with its body, or `null`. */
  async find(id: string): Promise<(DeliveryRow & { body: string }) | null> {
    const [row] = await this.database.query<Row<DeliveryRow & { body: string }>>(
      `SELECT ${COLUMNS}, d.body FROM webhook_deliveries d WHERE d.id = $1`,
      [id],
    );
    return row ?? null;
  }

  /** The last 100 attempts of a delivery, the newest first. */
  attemptsOf(deliveryId: string): Promise<WebhookAttemptEntity[]> {
    return this.database.query<Row<WebhookAttemptEntity>>(
      `SELECT id, delivery_id AS "deliveryId", number, status, error, duration_ms AS "durationMs",
              response_body AS "responseBody", attempted_at AS "attemptedAt"
       FROM webhook_attempts WHERE delivery_id = $1 ORDER BY number DESC LIMIT ${String(ATTEMPTS_SHOWN)}`,
      [deliveryId],
    );
  }

  /** Adds deliveries; the caller holds their endpoints. */
  async insert(tx: Transaction, rows: readonly WebhookDeliveryEntity[]): Promise<void> {
    await tx.query(
      `INSERT INTO webhook_deliveries (id, endpoint_id, event_id, event_type, body, job_id, state, created_at, settled_at)
       SELECT id, endpoint_id, event_id, event_type, body, job_id, 'pending', created_at, NULL
       FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::timestamptz[])
            AS d (id, endpoint_id, event_id, event_type, body, job_id, created_at)`,
      [
        rows.map(({ id }) => id),
        rows.map(({ endpointId }) => endpointId),
        rows.map(({ eventId }) => eventId),
        rows.map(({ eventType }) => eventType),
        rows.map(({ body }) => body),
        rows.map(({ jobId }) => jobId),
        rows.map(({ createdAt }) => createdAt),
      ],
    );
  }

  /** The endpoint of a delivery, or `null`. */
  async endpointOf(tx: Transaction, id: string): Promise<string | null> {
    const [row] = await tx.query<{ endpointId: string }>(
      'SELECT endpoint_id AS "endpointId" FROM webhook_deliveries WHERE id = $1',
      [id],
    );
    return row?.endpointId ?? null;
  }

  /** Lets a delivery wait to be sent by another job; `null` when there is none. */
  async reopen(tx: Transaction, { deliveryId, jobId }: DeliveryJob): Promise<DeliveryRow | null> {
    const [row] = await tx.query<Row<DeliveryRow>>(
      `UPDATE webhook_deliveries d SET state = 'pending', settled_at = NULL, job_id = $2 WHERE d.id = $1 RETURNING ${COLUMNS}`,
      [deliveryId, jobId],
    );
    return row ?? null;
  }

  /**
   * A delivery that a job has still to send, with its endpoint; `null` when it is
   * gone or done, or another job speaks for it. A dead letter is sent when it is retried.
   */
  async findDue({ deliveryId, jobId }: DeliveryJob): Promise<DueDelivery | null> {
    const [row] = await this.database.query<Row<DueDelivery>>(
      `SELECT d.id, d.event_id AS "eventId", d.body, e.id AS "endpointId", e.state AS "endpointState", e.url, e.secret,
              e.previous_secret AS "previousSecret", e.previous_secret_expires_at AS "previousSecretExpiresAt"
       FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
       WHERE d.id = $1 AND d.job_id = $2 AND d.state IN ('pending', 'failed')`,
      [deliveryId, jobId],
    );
    return row ?? null;
  }

  /** Ends a delivery on behalf of its job; false when it is gone or done, or another job speaks for it. */
  async settle(
    tx: Transaction,
    { deliveryId, jobId }: DeliveryJob,
    state: Exclude<DeliveryState, 'pending'>,
    now: Date,
  ): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE webhook_deliveries SET state = $3, settled_at = $4
       WHERE id = $1 AND job_id = $2 AND state IN ('pending', 'failed') RETURNING 1`,
      [deliveryId, jobId, state, now],
    );
    return rows.length === 1;
  }

  /** Records an attempt; nothing when the delivery is gone. */
  async addAttempt(tx: Transaction, deliveryId: string, outcome: AttemptOutcome, now: Date): Promise<void> {
    // A statement of its own: the next number is read after the lock was given.
    const held = await tx.query('SELECT 1 FROM webhook_deliveries WHERE id = $1 FOR NO KEY UPDATE', [deliveryId]);
    if (held.length === 0) return;
    await tx.query(
      `INSERT INTO webhook_attempts (id, delivery_id, number, status, error, duration_ms, response_body, attempted_at)
       SELECT $1, $2, coalesce(max(number), 0) + 1, $3::int, $4, $5::int, $6, $7::timestamptz
       FROM webhook_attempts WHERE delivery_id = $2`,
      [uuidv7(), deliveryId, outcome.status, outcome.error, outcome.durationMs, outcome.responseBody, now],
    );
  }

  /** Forgets deliveries that were settled before a moment, 1,000 at most; true when there may be more. */
  async deleteSettled(tx: Transaction, before: Date): Promise<boolean> {
    const deleted = await tx.query(
      `DELETE FROM webhook_deliveries WHERE id IN (
         SELECT id FROM webhook_deliveries WHERE settled_at < $1 ORDER BY settled_at
         LIMIT ${String(SWEEP_BATCH)} FOR UPDATE SKIP LOCKED) RETURNING 1`,
      [before],
    );
    return deleted.length === SWEEP_BATCH;
  }
}
