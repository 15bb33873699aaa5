import type { BullModuleOptions } from '@nestjs/bull';
import { z } from 'zod';

/** A queue: what its jobs carry and how they run. */
export interface QueueDefinition<T extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** Schema of a job's payload: ids and settings, no personal data. */
  readonly payload: T;
  /** Jobs that one worker runs at once. */
  readonly concurrency: number;
  /** Runs of a job at most, the first included. */
  readonly attempts: number;
  /** Milliseconds before the second run; doubled for each further one. */
  readonly backoffMs: number;
  /** Milliseconds that one run may take. */
  readonly timeoutMs: number;
  /** Finished jobs that Redis keeps for looking at. */
  readonly keepCompleted: number;
}

/** What a job carries in Redis; the truth about it is its row in PostgreSQL. */
export const JobDataSchema = z.strictObject({ jobId: z.uuid(), payload: z.unknown() });

const definitions = new Map<string, QueueDefinition>();

/**
 * Declares a queue.
 *
 * @throws Error when the name is declared already
 */
export function defineQueue<T extends z.ZodType>(definition: QueueDefinition<T>): QueueDefinition<T> {
  if (definitions.has(definition.name)) throw new Error(`The queue ${definition.name} is declared twice.`);
  definitions.set(definition.name, definition);
  return definition;
}

/** Every declared queue, by name. */
export function queueDefinitions(): QueueDefinition[] {
  return [...definitions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The declaration of a queue, or `undefined`. */
export function findQueue(name: string): QueueDefinition | undefined {
  return definitions.get(name);
}

/** Milliseconds before the run that follows a failed one, as Bull's exponential back-off counts them. */
export function backoffOf(queue: QueueDefinition, attemptsMade: number): number {
  return (2 ** Math.min(attemptsMade, 40) - 1) * queue.backoffMs;
}

/** Bull's options of a queue; the braces keep all keys of a queue in one slot of a Redis Cluster. */
export function bullOptions(queue: QueueDefinition, keyPrefix: string): BullModuleOptions {
  return {
    name: queue.name,
    prefix: `{${keyPrefix}:${queue.name}}`,
    // A job whose worker was killed runs again after 15 s at most; running twice changes nothing.
    settings: { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 10 },
    defaultJobOptions: {
      attempts: queue.attempts,
      backoff: { type: 'exponential', delay: queue.backoffMs },
      timeout: queue.timeoutMs,
      removeOnComplete: queue.keepCompleted,
      removeOnFail: true,
    },
  };
}
