import { defineConsumer } from '../../../infrastructure/outbox/event-consumer.js';
import { WEBHOOK_ENDPOINT_DISABLED } from '../webhook.events.js';

/** The mails about webhooks. */
export const WEBHOOK_MAILS = defineConsumer({
  name: 'webhook-mails',
  events: [WEBHOOK_ENDPOINT_DISABLED],
  concurrency: 1,
  attempts: 12,
  timeoutMs: 600_000,
});
