import { z } from 'zod';
import { defineEvent } from '../../infrastructure/outbox/event-registry.js';
import type { PaymentOperationKind } from './payment-operation.entity.js';

const payload = z.strictObject({
  paymentId: z.uuid(),
  orderId: z.uuid(),
  operationId: z.uuid(),
  amount: z.int(),
  currency: z.string(),
});

const define = (type: string, meaning: string) =>
  defineEvent({ type, version: 1, aggregate: 'payment', meaning, payload });

/** The event of each operation that succeeded. */
export const PAYMENT_EVENTS = {
  authorise: define('payment.authorised', 'The provider holds the amount for the shop.'),
  capture: define('payment.captured', 'The amount was taken.'),
  void: define('payment.voided', 'The provider holds the amount no longer.'),
  refund: define('payment.refunded', 'The amount was given back.'),
} as const satisfies Record<PaymentOperationKind, unknown>;

/** An operation that the provider refused. */
export const PAYMENT_FAILED = defineEvent({
  type: 'payment.failed',
  version: 1,
  aggregate: 'payment',
  meaning: 'The provider refused an authorisation, capture, void or refund.',
  payload: payload.extend({ failure: z.string() }),
});
