import { z } from 'zod';
import { IdSchema, TimestampSchema } from '../../common/text/text.schema.js';
import type { LoggedEvent } from './event-log.repository.js';

const shopEventShape = {
  id: IdSchema,
  position: z.int().meta({ description: 'Its place in the log: 1, 2, 3 … in the order of commits.' }),
  type: z.string(),
  version: z.int().meta({ description: 'Version of the shape of `payload`.' }),
  aggregate: z.strictObject({ type: z.string(), id: IdSchema }),
  sequence: z.int().meta({ description: 'Its place among the events of its aggregate: 1, 2, 3 …' }),
  occurredAt: TimestampSchema,
  payload: z.record(z.string(), z.unknown()).meta({ examples: [{ orderId: '01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f' }] }),
};

/** An event as a buyer may see it. */
export const ShopEventSchema = z.strictObject(shopEventShape).meta({ id: 'ShopEvent' });

/** An event as staff see it. */
export const EventSchema = z
  .strictObject({
    ...shopEventShape,
    actor: z.string().meta({ description: 'Who did it: `guest`, `system` or `user:` and an id.' }),
    requestId: z.string().nullable(),
  })
  .meta({ id: 'Event' });

/** An event as a buyer may see it. */
export type ShopEvent = z.infer<typeof ShopEventSchema>;

/** An event as staff see it. */
export type Event = z.infer<typeof EventSchema>;

/** A logged event as a buyer may see it: not who did it, nor in which request. */
export function toShopEvent(row: LoggedEvent): ShopEvent {
  return {
    id: row.id,
    position: row.position,
    type: row.type,
    version: row.version,
    aggregate: { type: row.aggregateType, id: row.aggregateId },
    sequence: row.sequence,
    occurredAt: row.occurredAt.toISOString(),
    payload: row.payload as ShopEvent['payload'],
  };
}

/** A logged event as staff see it. */
export function toEvent(row: LoggedEvent): Event {
  return { ...toShopEvent(row), actor: row.actor, requestId: row.requestId };
}
