import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Clock } from '../clock/clock.js';
import { currentContext } from '../context/request-context.js';
import type { Transaction } from '../database/transaction.js';
import { currentTraceParent } from '../tracing/trace-parent.js';
import type { DomainEvent } from './event-registry.js';

/** Channel on which PostgreSQL wakes the relays when a transaction with events commits. */
export const OUTBOX_CHANNEL = 'orderly_outbox';

/** Writes domain events in the transaction that makes them true. */
@Injectable()
export class Outbox {
  private readonly pending = new WeakMap<Transaction, DomainEvent[]>();

  constructor(private readonly clock: Clock) {}

  /**
   * Adds an event to the transaction; all of a transaction's events are written in
   * one statement right before it commits. The caller must hold a lock on the
   * aggregate's row: it is what keeps the events of one aggregate in order.
   */
  append(tx: Transaction, event: DomainEvent): void {
    const events = this.pending.get(tx);
    if (events) {
      events.push(event);
      return;
    }
    const first = [event];
    this.pending.set(tx, first);
    tx.onBeforeCommit(this, (open) => this.write(open, first));
  }

  private async write(tx: Transaction, events: readonly DomainEvent[]): Promise<void> {
    const context = currentContext();
    // One statement. The next sequence is read under the aggregate's lock; the unique
    // constraint on it turns a missing lock into an error instead of a wrong order.
    await tx.query(
      `WITH added AS (
         SELECT e.*, row_number() OVER (PARTITION BY e.aggregate_type, e.aggregate_id ORDER BY e.ordinal) AS step
         FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::int[], $6::jsonb[])
              WITH ORDINALITY AS e (id, aggregate_type, aggregate_id, type, version, payload, ordinal)
       )
       INSERT INTO outbox_events
         (id, aggregate_type, aggregate_id, sequence, type, version, payload, actor, request_id, occurred_at, trace_parent)
       SELECT a.id, a.aggregate_type, a.aggregate_id,
              a.step + coalesce((SELECT max(o.sequence) FROM outbox_events o
                WHERE o.aggregate_type = a.aggregate_type AND o.aggregate_id = a.aggregate_id), 0),
              a.type, a.version, a.payload, $7, $8, $9, $10
       FROM added a ORDER BY a.ordinal`,
      [
        events.map(() => uuidv7()),
        events.map(({ definition }) => definition.aggregate),
        events.map(({ aggregateId }) => aggregateId),
        events.map(({ definition }) => definition.type),
        events.map(({ definition }) => definition.version),
        events.map(({ payload }) => JSON.stringify(payload)),
        context?.actor ?? 'system',
        context?.requestId ?? null,
        this.clock.now(),
        currentTraceParent(),
      ],
    );
  }
}
