import { defineConsumer } from '../../../infrastructure/outbox/event-consumer.js';
import { WEBHOOK_REPLAY_REQUESTED } from '../webhook.events.js';

/** The replays of past events. */
export const WEBHOOK_REPLAYS = defineConsumer({
  name: 'webhook-replays',
  events: [WEBHOOK_REPLAY_REQUESTED],
  concurrency: 1,
  attempts: 5,
  timeoutMs: 3_600_000,
});
