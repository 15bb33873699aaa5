import { z } from 'zod';
import { pageQueryShape, pageSchema } from '../../../common/pagination/page.schema.js';
import { IdSchema, line, TimestampSchema } from '../../../common/text/text.schema.js';

const DeliveryStateSchema = z.enum(['pending', 'succeeded', 'failed', 'cancelled']);

const deliveryShape = {
  id: IdSchema,
  endpointId: IdSchema,
  eventId: IdSchema.nullable().meta({ description: 'The event of the log; `null` for a test.' }),
  eventType: z.string().meta({ examples: ['order.placed'] }),
  state: DeliveryStateSchema,
  createdAt: TimestampSchema,
  settledAt: TimestampSchema.nullable(),
};

/** What is sent to an endpoint. */
export const WebhookDeliverySchema = z.strictObject(deliveryShape).meta({ id: 'WebhookDelivery' });

const WebhookAttemptSchema = z
  .strictObject({
    number: z.int().meta({ examples: [1] }),
    status: z.int().nullable().meta({ description: 'What the receiver answered.', examples: [200] }),
    error: z.string().nullable().meta({ description: 'Why it failed; `null` for a success.', examples: [null] }),
    durationMs: z.int(),
    responseBody: z.string().nullable().meta({ description: 'The first 1,024 bytes of the answer.' }),
    attemptedAt: TimestampSchema,
  })
  .meta({ id: 'WebhookAttempt' });

/** A delivery with its body and the attempts to send it. */
export const WebhookDeliveryDetailsSchema = z
  .strictObject({
    ...deliveryShape,
    body: z.string().meta({ description: 'The JSON that is sent, byte for byte.', examples: ['{"type":"order.placed"}'] }),
    attempts: z.array(WebhookAttemptSchema).meta({ description: 'The last 100, the newest first.' }),
  })
  .meta({ id: 'WebhookDeliveryDetails' });

/** A page of deliveries. */
export const WebhookDeliveryPageSchema = pageSchema(WebhookDeliverySchema, 'WebhookDeliveryPage');

/** Query of the list of deliveries. */
export const ListDeliveriesSchema = z.strictObject({
  ...pageQueryShape,
  endpointId: IdSchema.optional(),
  state: DeliveryStateSchema.optional(),
  eventType: line(100).optional(),
});

export type DeliveryState = z.infer<typeof DeliveryStateSchema>;
export type WebhookDelivery = z.infer<typeof WebhookDeliverySchema>;
export type WebhookAttempt = z.infer<typeof WebhookAttemptSchema>;
export type WebhookDeliveryDetails = z.infer<typeof WebhookDeliveryDetailsSchema>;
export type ListDeliveries = z.output<typeof ListDeliveriesSchema>;
