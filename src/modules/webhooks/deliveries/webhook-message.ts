import type { StoredEvent } from '../../../infrastructure/queues/job.js';

/** Type of the made-up event that only a test sends. */
export const TEST_EVENT_TYPE = 'webhook.test';

/** What is told to an endpoint. */
export interface WebhookMessage {
  /** `null` for a test. */
  readonly eventId: string | null;
  readonly type: string;
  /** Messages about one aggregate are sent in their order; `null` for one that waits for none. */
  readonly orderedBy: string | null;
  readonly body: string;
}

/** The message of an event; it has the ids of what changed and no personal data. */
export function eventMessage(event: StoredEvent): WebhookMessage {
  const { id, type, version, aggregateType, aggregateId, sequence, payload, occurredAt } = event;
  const body = JSON.stringify({
    id,
    type,
    version,
    timestamp: occurredAt.toISOString(),
    aggregate: { type: aggregateType, id: aggregateId, sequence },
    data: payload,
  });
  return { eventId: id, type, orderedBy: aggregateId, body };
}

/** The message of a test, which has the form of an event. */
export function testMessage(deliveryId: string, endpointId: string, now: Date): WebhookMessage {
  const body = JSON.stringify({
    id: deliveryId,
    type: TEST_EVENT_TYPE,
    version: 1,
    timestamp: now.toISOString(),
    aggregate: { type: 'webhook_endpoint', id: endpointId, sequence: 0 },
    data: { endpointId },
  });
  return { eventId: null, type: TEST_EVENT_TYPE, orderedBy: null, body };
}
