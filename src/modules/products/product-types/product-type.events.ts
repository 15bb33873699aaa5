import { z } from 'zod';
import { defineEvent } from '../../../infrastructure/outbox/event-registry.js';

const define = (type: string, meaning: string) =>
  defineEvent({ type, version: 1, aggregate: 'product_type', meaning, payload: z.strictObject({ productTypeId: z.uuid() }) });

/** A product type was made. */
export const PRODUCT_TYPE_CREATED = define('product_type.created', 'A product type was made.');

/** A product type was changed. */
export const PRODUCT_TYPE_UPDATED = define('product_type.updated', 'A product type or the attributes of its products were changed.');

/** A product type was deleted. */
export const PRODUCT_TYPE_DELETED = define('product_type.deleted', 'A product type that no product had was deleted.');
