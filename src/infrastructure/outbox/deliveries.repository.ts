import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';

/** Which consumer takes which type of event. */
export interface Subscription {
  readonly consumer: string;
  readonly type: string;
}

/** A delivery that is to be put on its consumer's queue. */
export interface DueDelivery {
  readonly consumer: string;
  readonly eventId: string;
}

/** An event as its consumer reads it. */
export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly aggregateId: string;
  readonly payload: unknown;
  readonly requestId: string | null;
  readonly occurredAt: Date;
}

/** Number of the advisory lock that lets one relay at a time fan out. */
const FAN_OUT_LOCK = 1_760_000_008;
const BATCH = 200;

/** What each consumer has still to do with each event; the truth that Redis can be refilled from. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Makes the deliveries of new events, at most 200 events at a time.
   *
   * One relay at a time: with two, a later event of an aggregate could be
   * delivered before an earlier one is seen.
   *
   * @returns how many events were taken
   */
  async fanOut(tx: Transaction, subscriptions: readonly Subscription[], now: Date): Promise<number> {
    const [row] = await tx.query<{ taken: number }>(
      `WITH lock AS MATERIALIZED (SELECT pg_try_advisory_xact_lock($1) AS held),
       taken AS (
         UPDATE outbox_events SET relayed_at = $2
         WHERE id IN (
           SELECT id FROM outbox_events WHERE relayed_at IS NULL AND (SELECT held FROM lock)
           ORDER BY position LIMIT ${String(BATCH)} FOR UPDATE)
         RETURNING id, aggregate_id, position, type
       ),
       delivered AS (
         INSERT INTO event_deliveries (consumer, event_id, aggregate_id, position, state)
         SELECT s.consumer, t.id, t.aggregate_id, t.position, 'pending'
         FROM taken t JOIN unnest($3::text[], $4::text[]) AS s (consumer, type) ON s.type = t.type
         ON CONFLICT DO NOTHING
       )
       SELECT count(*)::int AS taken FROM taken`,
      [FAN_OUT_LOCK, now, subscriptions.map(({ consumer }) => consumer), subscriptions.map(({ type }) => type)],
    );
    return row?.taken ?? 0;
  }

  /**
   * Takes the deliveries that are due: never queued, or queued before `staleBefore`
   * and still not done. Of one aggregate and consumer only the earliest is due.
   */
  takeDue(tx: Transaction, now: Date, staleBefore: Date): Promise<DueDelivery[]> {
    return tx.query<DueDelivery>(
      `UPDATE event_deliveries d SET queued_at = $1
       FROM (
         SELECT p.consumer, p.event_id FROM event_deliveries p
         WHERE p.state = 'pending' AND (p.queued_at IS NULL OR p.queued_at <= $2)
           AND NOT EXISTS (
             SELECT 1 FROM event_deliveries e
             WHERE e.consumer = p.consumer AND e.aggregate_id = p.aggregate_id
               AND e.position < p.position AND e.state = 'pending')
         ORDER BY p.queued_at NULLS FIRST, p.position
         LIMIT ${String(BATCH)} FOR UPDATE SKIP LOCKED
       ) due
       WHERE d.consumer = due.consumer AND d.event_id = due.event_id
       RETURNING d.consumer, d.event_id AS "eventId"`,
      [now, staleBefore],
    );
  }

  /** The event of a delivery that is still to be done, or `null`. */
  async findPending(consumer: string, eventId: string): Promise<StoredEvent | null> {
    const [event] = await this.database.query<StoredEvent>(
      `SELECT e.id, e.type, e.version, e.aggregate_id AS "aggregateId", e.payload,
              e.request_id AS "requestId", e.occurred_at AS "occurredAt"
       FROM event_deliveries d JOIN outbox_events e ON e.id = d.event_id
       WHERE d.consumer = $1 AND d.event_id = $2 AND d.state = 'pending'`,
      [consumer, eventId],
    );
    return event ?? null;
  }

  /** Locks a delivery; false when it was done or given up meanwhile. */
  async lockPending(tx: Transaction, consumer: string, eventId: string): Promise<boolean> {
    const rows = await tx.query(
      `SELECT 1 FROM event_deliveries
       WHERE consumer = $1 AND event_id = $2 AND state = 'pending' FOR UPDATE`,
      [consumer, eventId],
    );
    return rows.length === 1;
  }

  /** Ends a delivery and wakes the relay when the aggregate has a later one waiting. */
  async settle(
    tx: Transaction,
    delivery: { consumer: string; eventId: string; failure: string | null; now: Date },
  ): Promise<void> {
    await tx.query(
      `WITH settled AS (
         UPDATE event_deliveries SET state = $3, failure = $4, settled_at = $5
         WHERE consumer = $1 AND event_id = $2 AND state = 'pending'
         RETURNING consumer, aggregate_id, position
       )
       SELECT pg_notify('orderly_outbox', '') FROM settled s
       WHERE EXISTS (
         SELECT 1 FROM event_deliveries e
         WHERE e.consumer = s.consumer AND e.aggregate_id = s.aggregate_id
           AND e.position > s.position AND e.state = 'pending')`,
      [
        delivery.consumer,
        delivery.eventId,
        delivery.failure === null ? 'done' : 'failed',
        delivery.failure,
        delivery.now,
      ],
    );
  }

  /** How many deliveries wait, counted to 10,000 at most. */
  async countPending(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM (
         SELECT 1 FROM event_deliveries WHERE state = 'pending' LIMIT 10000) pending`,
    );
    return row?.count ?? 0;
  }
}
