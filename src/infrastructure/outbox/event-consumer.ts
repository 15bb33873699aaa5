import { z } from 'zod';
import type { Transaction } from '../database/transaction.js';
import type { StoredEvent, StoredJob } from '../queues/job.js';
import { JobProcessor, type ReportProgress } from '../queues/job-processor.js';
import { defineQueue, type QueueDefinition } from '../queues/queue-registry.js';
import type { EventDefinition } from './event-registry.js';

/** A job of a consumer: the event to deliver. */
export const DeliveryPayloadSchema = z.strictObject({ eventId: z.uuid() });

/** How a consumer runs. */
export interface ConsumerOptions {
  /** Also the name of its queue. */
  readonly name: string;
  /** What it is told; `all` for every event that there is. */
  readonly events: readonly EventDefinition[] | 'all';
  readonly concurrency?: number;
  readonly attempts?: number;
  readonly backoffMs?: number;
  readonly timeoutMs?: number;
}

/** A consumer as it is declared: its queue and its events. */
export interface ConsumerDefinition {
  readonly name: string;
  readonly events: readonly EventDefinition[] | 'all';
  readonly queue: QueueDefinition<typeof DeliveryPayloadSchema>;
}

/** Declares a consumer with a queue of its own. */
export function defineConsumer(options: ConsumerOptions): ConsumerDefinition {
  const queue = defineQueue({
    name: options.name,
    payload: DeliveryPayloadSchema,
    concurrency: options.concurrency ?? 5,
    attempts: options.attempts ?? 8,
    backoffMs: options.backoffMs ?? 1_000,
    timeoutMs: options.timeoutMs ?? 60_000,
    keepCompleted: 100,
  });
  return { name: options.name, events: options.events, queue };
}

/**
 * Does something about events, at least once each and in order for one aggregate.
 *
 * `handle` runs outside of a transaction and must be safe to repeat; `effect`
 * runs in the transaction that records the event as done, so it happens once.
 */
export abstract class EventConsumer extends JobProcessor {
  abstract readonly definition: ConsumerDefinition;

  /** The queue of its jobs. */
  override get queue(): QueueDefinition {
    return this.definition.queue;
  }

  /** Whether it writes anything together with the record. */
  override get writes(): boolean {
    return this.effect !== EventConsumer.prototype.effect;
  }

  /**
   * Whether events are wanted at all just now, asked in the transaction that makes their
   * jobs: a consumer that has nothing to do costs nothing.
   */
  wantsEvents(_tx: Transaction): Promise<boolean> {
    return Promise.resolve(true);
  }

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

  override work(job: StoredJob, report: ReportProgress): Promise<void> {
    return this.handle(eventOf(job), report);
  }

  override finish(tx: Transaction, job: StoredJob): Promise<void> {
    return this.effect(tx, eventOf(job));
  }

  override giveUp(tx: Transaction, job: StoredJob): Promise<void> {
    return this.abandon(tx, eventOf(job));
  }
}

function eventOf({ id, event }: StoredJob): StoredEvent {
  if (!event) throw new Error(`The job ${id} of an event consumer has no event.`);
  return event;
}
