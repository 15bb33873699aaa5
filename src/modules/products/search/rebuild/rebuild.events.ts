import { z } from 'zod';
import { defineEvent } from '../../../../infrastructure/outbox/event-registry.js';

/** All rows of the search are to be written anew. */
export const SEARCH_REBUILD_REQUESTED = defineEvent({
  type: 'product_search.rebuild_requested',
  version: 1,
  aggregate: 'product_search',
  meaning: 'Staff want the search of the products to be built anew.',
  payload: z.strictObject({ operationId: z.uuid() }),
});
