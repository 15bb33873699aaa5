import { z } from 'zod';
import { defineQueue, type QueueDefinition } from '../queues/queue-registry.js';
import type { EventDefinition } from './event-registry.js';
import type { StoredEvent } from './deliveries.repository.js';
import type { Transaction } from '../database/transaction.js';

/** A job of a consumer: the event to deliver. */
export const DeliveryJobSchema = z.strictObject({ eventId: z.uuid() });

/** How a consumer runs. */
export interface ConsumerOptions {
  /** Also the name of its queue. */
  readonly name: string;
  readonly events: readonly EventDefinition[];
  readonly concurrency?: number;
  readonly attempts?: number;
  readonly backoffMs?: number;
  readonly timeoutMs?: number;
}

/** A consumer as it is declared: its queue and its events. */
export interface ConsumerDefinition {
  readonly name: string;
  readonly events: readonly EventDefinition[];
  readonly queue: QueueDefinition<typeof DeliveryJobSchema>;
}

/** Declares a consumer with a queue of its own. */
export function defineConsumer(options: ConsumerOptions): ConsumerDefinition {
  const queue = defineQueue({
    name: options.name,
    payload: DeliveryJobSchema,
    concurrency: options.concurrency ?? 5,
    attempts: options.attempts ?? 8,
    backoffMs: options.backoffMs ?? 1_000,
    timeoutMs: options.timeoutMs ?? 60_000,
    keepCompleted: 100,
  });
  return { name: options.name, events: options.events, queue };
}

/** How far a consumer has come, in percent; shown with its job. */
export type ReportProgress = (percent: number) => Promise<void>;

/**
 * Does something about events, at least once each and in order for one aggregate.
 *
 * `handle` runs outside of a transaction and must be safe to repeat; `effect`
 * runs in the transaction that records the event as done, so it happens once.
 */
export abstract class EventConsumer {
  abstract readonly definition: ConsumerDefinition;

  /** Work outside of the database, or in transactions of its own. */
  handle(_event: StoredEvent, _report: ReportProgress): Promise<void> {
    return Promise.resolve();
  }

  /** What is written together with the record that the event failed for good. */
  abandon(_tx: Transaction, _event: StoredEvent): Promise<void> {
    return Promise.resolve();
  }

  /** What is written together with the record that the event is done. */
  effect(_tx: Transaction, _event: StoredEvent): Promise<void> {
    return Promise.resolve();
  }
}
