import { defineConsumer } from '../../../../infrastructure/outbox/event-consumer.js';
import { SEARCH_REBUILD_REQUESTED } from './rebuild.events.js';

/** The rebuilds of the search. */
export const SEARCH_REBUILDS = defineConsumer({
  name: 'search-rebuilds',
  events: [SEARCH_REBUILD_REQUESTED],
  concurrency: 1,
  attempts: 5,
  timeoutMs: 3_600_000,
});
