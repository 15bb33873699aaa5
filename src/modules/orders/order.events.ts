import { z } from 'zod';
import { defineEvent } from '../../infrastructure/outbox/event-registry.js';

const orderId = z.strictObject({ orderId: z.uuid() });

const define = (type: string, meaning: string) =>
  defineEvent({ type, version: 1, aggregate: 'order', meaning, payload: orderId });

/** An order was made and its stock reserved; its payment is not authorised yet. */
export const ORDER_CREATED = define('order.created', 'An order was made and its stock reserved; its payment is being authorised.');

/** The payment is authorised: the order stands. */
export const ORDER_PLACED = define('order.placed', 'The payment is authorised: the order stands.');

/** An order came to nothing; its stock is free again. */
export const ORDER_CANCELLED = define('order.cancelled', 'The order came to nothing; its stock is free again.');

/** Units of an order left the house. */
export const ORDER_FULFILLED = defineEvent({
  type: 'order.fulfilled',
  version: 1,
  aggregate: 'order',
  meaning: 'Units of the order left the house; `complete` says whether they were the last.',
  payload: z.strictObject({ orderId: z.uuid(), fulfilmentId: z.uuid(), complete: z.boolean() }),
});
