import { z } from 'zod';
import { TimestampSchema } from '../../../common/text/text.schema.js';
import { LongOperationSchema } from '../../../infrastructure/operations/operation.schema.js';
import { EventTypesSchema } from '../webhook-endpoint.schema.js';

/** How far a replay has come: what it goes on from after a break. */
export const ReplayResultSchema = z
  .strictObject({
    position: z.int().meta({ description: 'The last position of the event log that was delivered.' }),
    deliveries: z.int().meta({ description: 'Deliveries that were made.' }),
  })
  .meta({ id: 'WebhookReplayResult' });

/** A replay as a long operation. */
export const ReplayOperationSchema = LongOperationSchema.extend({ result: ReplayResultSchema.nullable() }).meta({
  id: 'WebhookReplayOperation',
});

/** Which events are delivered again. */
export const CreateReplaySchema = z
  .strictObject({
    from: TimestampSchema.meta({ description: 'The first moment of the events.' }),
    to: TimestampSchema.meta({ description: 'The moment that the events are before.', examples: ['2026-02-01T00:00:00.000Z'] }),
    eventTypes: EventTypesSchema.optional().meta({
      description: 'Types of the events; those that the receiver wants unless given.',
    }),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ['to'], message: 'must be after `from`' })
  .meta({
    id: 'CreateWebhookReplay',
    examples: [{ from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z', eventTypes: ['order.placed'] }],
  });

export type ReplayResult = z.infer<typeof ReplayResultSchema>;
export type CreateReplay = z.output<typeof CreateReplaySchema>;
