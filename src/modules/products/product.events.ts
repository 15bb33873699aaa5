import { z } from 'zod';
import { defineEvent } from '../../infrastructure/outbox/event-registry.js';

const productIds = z.strictObject({ productId: z.uuid() });

/** A product was made. */
export const PRODUCT_CREATED = defineEvent({
  type: 'product.created',
  version: 1,
  aggregate: 'product',
  meaning: 'A product was made, with its variants.',
  payload: productIds,
});

/** A product or one of its variants was changed. */
export const PRODUCT_UPDATED = defineEvent({
  type: 'product.updated',
  version: 1,
  aggregate: 'product',
  meaning: 'A product or one of its variants was changed.',
  payload: productIds,
});

/** A draft has gone on sale. */
export const PRODUCT_PUBLISHED = defineEvent({
  type: 'product.published',
  version: 1,
  aggregate: 'product',
  meaning: 'A draft has gone on sale: at once by staff, or within a minute of the time that they set.',
  payload: productIds,
});

/** A product was deleted. */
export const PRODUCT_DELETED = defineEvent({
  type: 'product.deleted',
  version: 1,
  aggregate: 'product',
  meaning: 'A product that was never in stock was deleted, with its variants.',
  payload: productIds,
});

/** A product was taken off sale. */
export const PRODUCT_ARCHIVED = defineEvent({
  type: 'product.archived',
  version: 1,
  aggregate: 'product',
  meaning: 'A product was taken off sale.',
  payload: productIds,
});

/** An archived product is on sale again. */
export const PRODUCT_RESTORED = defineEvent({
  type: 'product.restored',
  version: 1,
  aggregate: 'product',
  meaning: 'An archived product is on sale again.',
  payload: productIds,
});
