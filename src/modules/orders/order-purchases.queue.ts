import { defineConsumer } from '../../infrastructure/outbox/event-consumer.js';
import { ORDER_CANCELLED, ORDER_PLACED } from './order.events.js';

/** What products hear of orders. */
export const ORDER_PURCHASES = defineConsumer({ name: 'order-purchases', events: [ORDER_PLACED, ORDER_CANCELLED] });
