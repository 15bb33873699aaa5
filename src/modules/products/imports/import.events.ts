import { z } from 'zod';
import { defineEvent } from '../../../infrastructure/outbox/event-registry.js';

/** A file was uploaded and waits to be imported. */
export const IMPORT_REQUESTED = defineEvent({
  type: 'product_import.requested',
  version: 1,
  aggregate: 'product_import',
  meaning: 'A product file was uploaded and waits to be imported.',
  payload: z.strictObject({ importId: z.uuid() }),
});
