import { defineConsumer } from '../../../infrastructure/outbox/event-consumer.js';

/** What makes the deliveries of events. */
export const WEBHOOKS = defineConsumer({ name: 'webhooks', events: 'all', concurrency: 10, attempts: 12 });
