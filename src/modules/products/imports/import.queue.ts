import { defineConsumer } from '../../../infrastructure/outbox/event-consumer.js';
import { IMPORT_REQUESTED } from './import.events.js';

/** The imports of product files. */
export const PRODUCT_IMPORTS = defineConsumer({
  name: 'product-imports',
  events: [IMPORT_REQUESTED],
  concurrency: 1,
  attempts: 5,
  timeoutMs: 3_600_000,
});
