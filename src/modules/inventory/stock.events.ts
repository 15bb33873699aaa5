import { z } from 'zod';
import { defineEvent } from '../../infrastructure/outbox/event-registry.js';

/** Staff changed the units on hand. */
export const STOCK_ADJUSTED = defineEvent({
  type: 'stock.adjusted',
  version: 1,
  aggregate: 'stock_level',
  meaning: 'Staff changed the units on hand of a variant.',
  payload: z.strictObject({ variantId: z.uuid(), delta: z.int() }),
});
