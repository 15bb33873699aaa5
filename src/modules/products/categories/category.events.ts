import { z } from 'zod';
import { defineEvent } from '../../../infrastructure/outbox/event-registry.js';

const define = (type: string, meaning: string) =>
  defineEvent({ type, version: 1, aggregate: 'category', meaning, payload: z.strictObject({ categoryId: z.uuid() }) });

/** A category was made. */
export const CATEGORY_CREATED = define('category.created', 'A category was made.');

/** A category was changed, but for its place. */
export const CATEGORY_UPDATED = define('category.updated', 'The name, slug or description of a category was changed.');

/** A category was moved. */
export const CATEGORY_MOVED = define('category.moved', 'A category was moved in the tree, with all below it.');

/** A category was deleted. */
export const CATEGORY_DELETED = define('category.deleted', 'An empty category was deleted.');
