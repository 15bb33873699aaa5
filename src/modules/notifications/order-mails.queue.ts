import { defineConsumer } from '../../infrastructure/outbox/event-consumer.js';
import { ORDER_PLACED } from '../orders/index.js';

/** The mails to buyers. */
export const ORDER_MAILS = defineConsumer({ name: 'order-mails', events: [ORDER_PLACED], concurrency: 5, attempts: 12 });
