import { z } from 'zod';
import { defineEvent } from '../../infrastructure/outbox/event-registry.js';

const payload = z.strictObject({ cartId: z.uuid(), version: z.int() });

const define = (type: string, meaning: string) => defineEvent({ type, version: 1, aggregate: 'cart', meaning, payload });

/** A cart was made. */
export const CART_CREATED = define('cart.created', 'A cart was made.');

/** A cart's line items or its state changed. */
export const CART_UPDATED = define('cart.updated', "The cart's line items or its state changed.");
