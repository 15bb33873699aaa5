import { z } from 'zod';
import { defineQueue } from '../queues/queue-registry.js';

/** The runs of scheduled tasks. */
export const TASKS = defineQueue({
  name: 'tasks',
  payload: z.strictObject({ task: z.string(), dueAt: z.iso.datetime() }),
  concurrency: 2,
  attempts: 5,
  backoffMs: 5_000,
  timeoutMs: 3_600_000,
  keepCompleted: 100,
});
