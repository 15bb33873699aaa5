import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { currentContext } from '../context/request-context.js';
import { currentTraceParent } from '../tracing/trace-parent.js';
import type { QueueDefinition } from './queue-registry.js';

/** Where a job stands; `failed` jobs are the dead letters of their queue. */
export type JobState = 'pending' | 'done' | 'failed' | 'cancelled';

/** Why the last run of a job failed; addresses of people are cut out. */
export interface JobFailure {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
}

/** An event as its consumer reads it. */
export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly sequence: number;
  readonly payload: unknown;
  readonly actor: string;
  readonly requestId: string | null;
  readonly occurredAt: Date;
}

/** A job that is still to be done, as its processor reads it. */
export interface StoredJob {
  readonly id: string;
  readonly queue: string;
  readonly payload: unknown;
  /** Runs that have failed. */
  readonly attempts: number;
  readonly actor: string;
  readonly requestId: string | null;
  readonly traceParent: string | null;
  /** The event that it is about, for queues of event consumers. */
  readonly event: StoredEvent | null;
}

/** A job that is about to be written. */
export interface NewJob {
  readonly id: string;
  readonly queue: string;
  readonly payload: unknown;
  /** The event that it delivers; one job of a queue for each event. */
  readonly eventId: string | null;
  /** Jobs of one queue with the same key run one after another, in the order in which they were written. */
  readonly orderKey: string | null;
  /** 1 is the most urgent, 100 the least; 0 is not ranked. */
  readonly priority: number;
  /** When it may run first. */
  readonly runAt: Date;
  readonly actor: string;
  readonly requestId: string | null;
  readonly traceParent: string | null;
}

/** How a job differs from a plain one. */
export interface JobOptions {
  readonly orderKey?: string;
  readonly priority?: number;
}

/**
 * Makes a job of a queue, on behalf of the running work.
 *
 * @throws ZodError when the payload is not the queue's
 */
export function newJob<T extends z.ZodType>(
  queue: QueueDefinition<T>,
  payload: z.input<T>,
  runAt: Date,
  { orderKey, priority = 0 }: JobOptions = {},
): NewJob {
  const context = currentContext();
  return {
    id: uuidv7(),
    queue: queue.name,
    payload: queue.payload.parse(payload),
    eventId: null,
    orderKey: orderKey ?? null,
    priority,
    runAt,
    actor: context?.actor ?? 'system',
    requestId: context?.requestId ?? null,
    traceParent: currentTraceParent(),
  };
}

/** What is kept of an error that ended a run. */
export function toFailure(error: unknown): JobFailure {
  if (!(error instanceof Error)) return { type: typeof error, message: '', stack: '' };
  const { name, message, stack = '' } = error;
  return { type: name, message: withoutAddresses(message).slice(0, 1_000), stack: withoutAddresses(stack).slice(0, 8_000) };
}

function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, '…@…');
}
