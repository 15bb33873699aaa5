import { z } from 'zod';
import { defineEvent } from '../../../../infrastructure/outbox/event-registry.js';

const define = (type: string, meaning: string) =>
  defineEvent({ type, version: 1, aggregate: 'search_synonyms', meaning, payload: z.strictObject({ synonymSetId: z.uuid() }) });

/** A set of synonyms was made. */
export const SYNONYMS_CREATED = define('search_synonyms.created', 'A set of synonyms of the search was made.');

/** A set of synonyms was changed. */
export const SYNONYMS_UPDATED = define('search_synonyms.updated', 'A set of synonyms of the search was changed.');

/** A set of synonyms was deleted. */
export const SYNONYMS_DELETED = define('search_synonyms.deleted', 'A set of synonyms of the search was deleted.');
