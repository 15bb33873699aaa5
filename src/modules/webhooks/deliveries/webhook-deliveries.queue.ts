import { z } from 'zod';
import { defineQueue } from '../../../infrastructure/queues/queue-registry.js';

/** The requests to the receivers of events; the back-off doubles, so that the last attempt is three days after the first. */
export const WEBHOOK_DELIVERIES = defineQueue({
  name: 'webhook-deliveries',
  payload: z.strictObject({ deliveryId: z.uuid(), endpointId: z.uuid() }),
  concurrency: 20,
  attempts: 16,
  backoffMs: 4_000,
  timeoutMs: 30_000,
  keepCompleted: 100,
});

/** What a job of the queue carries. */
export type WebhookJob = z.output<typeof WEBHOOK_DELIVERIES.payload>;
