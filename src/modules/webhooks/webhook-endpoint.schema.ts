import { z } from 'zod';
import { pageQueryShape, pageSchema } from '../../common/pagination/page.schema.js';
import { IdSchema, line, text, TimestampSchema } from '../../common/text/text.schema.js';

const EXAMPLE_URL = 'https://hooks.example.com/orderly';
const EndpointStateSchema = z.enum(['active', 'disabled']);

/** A URL that events are posted to; where it leads is checked apart. */
const TargetUrlSchema = z
  .url({ protocol: /^https?$/ })
  .max(2_048)
  .meta({ description: 'HTTPS, of a public address, without user name and password.', examples: [EXAMPLE_URL] });

/** Types of events; none for all. */
export const EventTypesSchema = z
  .array(line(100))
  .max(200)
  .refine((types) => new Set(types).size === types.length, 'names a type twice')
  .meta({ uniqueItems: true, description: 'Types of the events that are delivered; none for all.', examples: [['order.placed']] });

/** A receiver of events. */
export const WebhookEndpointSchema = z
  .strictObject({
    id: IdSchema,
    url: z.string().meta({ examples: [EXAMPLE_URL] }),
    description: z.string(),
    eventTypes: z.array(z.string()).meta({ description: 'None for all.', examples: [['order.placed']] }),
    state: EndpointStateSchema,
    disabledReason: z.string().nullable().meta({ examples: [null] }),
    failingSince: TimestampSchema.nullable().meta({ description: 'The first failure since the last success.' }),
    previousSecretExpiresAt: TimestampSchema.nullable().meta({ description: 'Until then the secret before signs as well.' }),
    version: z.int(),
    createdAt: TimestampSchema,
    updatedAt: TimestampSchema,
  })
  .meta({ id: 'WebhookEndpoint' });

/** An endpoint with its secret, which is shown this once. */
export const WebhookEndpointWithSecretSchema = WebhookEndpointSchema.extend({
  secret: z.string().meta({
    description: 'Key of the signatures; it is not shown again.',
    examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  }),
}).meta({ id: 'WebhookEndpointWithSecret' });

/** A page of endpoints. */
export const WebhookEndpointPageSchema = pageSchema(WebhookEndpointSchema, 'WebhookEndpointPage');

/** Query of the list of endpoints. */
export const ListEndpointsSchema = z.strictObject({ ...pageQueryShape, state: EndpointStateSchema.optional() });

/** A new endpoint. */
export const CreateEndpointSchema = z
  .strictObject({
    url: TargetUrlSchema,
    description: text(500).default(''),
    eventTypes: EventTypesSchema.default([]),
  })
  .meta({ id: 'CreateWebhookEndpoint', examples: [{ url: EXAMPLE_URL, eventTypes: ['order.placed'] }] });

/** Changes of an endpoint. */
export const UpdateEndpointSchema = z
  .strictObject({
    url: TargetUrlSchema.optional(),
    description: text(500).optional(),
    eventTypes: EventTypesSchema.optional(),
    state: EndpointStateSchema.optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .meta({ id: 'UpdateWebhookEndpoint', examples: [{ eventTypes: ['order.placed'] }] });

export type WebhookEndpoint = z.infer<typeof WebhookEndpointSchema>;
export type WebhookEndpointWithSecret = z.infer<typeof WebhookEndpointWithSecretSchema>;
export type ListEndpoints = z.output<typeof ListEndpointsSchema>;
export type CreateEndpoint = z.output<typeof CreateEndpointSchema>;
export type UpdateEndpoint = z.output<typeof UpdateEndpointSchema>;
