import { z } from 'zod';
import { defineEvent } from '../../../infrastructure/outbox/event-registry.js';

const define = (type: string, meaning: string) =>
  defineEvent({ type, version: 1, aggregate: 'collection', meaning, payload: z.strictObject({ collectionId: z.uuid() }) });

/** A collection was made. */
export const COLLECTION_CREATED = define('collection.created', 'A collection of products was made.');

/** A collection was changed. */
export const COLLECTION_UPDATED = define('collection.updated', 'A collection, its rules or its list of products was changed.');

/** A collection was deleted. */
export const COLLECTION_DELETED = define('collection.deleted', 'A collection was deleted; its products were not.');
