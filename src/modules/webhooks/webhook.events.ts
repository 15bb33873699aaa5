import { z } from 'zod';
import { IdSchema, TimestampSchema } from '../../common/text/text.schema.js';
import { defineEvent } from '../../infrastructure/outbox/event-registry.js';

const aboutEndpoint = { version: 1, aggregate: 'webhook_endpoint', payload: z.strictObject({ endpointId: IdSchema }) };

/** A webhook endpoint was made. */
export const WEBHOOK_ENDPOINT_CREATED = defineEvent({
  ...aboutEndpoint,
  type: 'webhook_endpoint.created',
  meaning: 'A webhook endpoint was made.',
});

/** A webhook endpoint was changed. */
export const WEBHOOK_ENDPOINT_UPDATED = defineEvent({
  ...aboutEndpoint,
  type: 'webhook_endpoint.updated',
  meaning: 'A webhook endpoint was changed, or its secret was.',
});

/** A webhook endpoint was deleted. */
export const WEBHOOK_ENDPOINT_DELETED = defineEvent({
  ...aboutEndpoint,
  type: 'webhook_endpoint.deleted',
  meaning: 'A webhook endpoint was deleted with its deliveries.',
});

/** A webhook endpoint was disabled. */
export const WEBHOOK_ENDPOINT_DISABLED = defineEvent({
  ...aboutEndpoint,
  type: 'webhook_endpoint.disabled',
  meaning: 'A webhook endpoint was disabled because its deliveries failed again and again.',
});

/** Events are to be delivered again. */
export const WEBHOOK_REPLAY_REQUESTED = defineEvent({
  type: 'webhook_replay.requested',
  version: 1,
  aggregate: 'webhook_replay',
  meaning: 'Events of the past are to be delivered to a webhook endpoint again.',
  payload: z.strictObject({
    operationId: IdSchema,
    endpointId: IdSchema,
    from: TimestampSchema,
    to: TimestampSchema,
    /** None for all. */
    eventTypes: z.array(z.string()),
  }),
});
