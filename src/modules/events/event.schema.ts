import { z } from 'zod';
import { pageQueryShape, pageSchema } from '../../common/pagination/page.schema.js';
import { IdSchema } from '../../common/text/text.schema.js';
import { eventDefinitions } from '../../infrastructure/outbox/event-registry.js';
import { EventSchema } from '../../infrastructure/outbox/event.schema.js';

const MAX_TYPES = 20;

const typeNames = (): string[] => eventDefinitions().map(({ type }) => type);

/** The kinds of things that events happen to. */
export const aggregateTypes = (): string[] => [...new Set(eventDefinitions().map(({ aggregate }) => aggregate))].sort();

// Modules register their events when they are loaded, which may be after this file is.
const EventTypeSchema = z.string().refine((type) => typeNames().includes(type), {
  error: () => `must be one of ${typeNames().join(', ')}`,
});
const AggregateTypeSchema = z.string().max(100).refine((type) => aggregateTypes().includes(type), {
  error: () => `must be one of ${aggregateTypes().join(', ')}`,
});

/** What the list of events takes. */
export const ListEventsSchema = z.strictObject({
  ...pageQueryShape,
  after: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .meta({ description: 'Only events after this position.' }),
  type: z
    .string()
    .min(1)
    .max(1_000)
    .transform((types) => types.split(','))
    .pipe(z.array(EventTypeSchema).max(MAX_TYPES))
    .optional()
    .meta({ description: `Only events of these types, separated by commas, ${String(MAX_TYPES)} at most.` }),
  aggregateType: AggregateTypeSchema.optional().meta({ description: 'Only events of aggregates of this type.' }),
  aggregateId: IdSchema.optional().meta({ description: 'Only events of this aggregate.' }),
});

/** What the list of events takes. */
export type ListEvents = z.infer<typeof ListEventsSchema>;

/** A page of events. */
export const EventPageSchema = pageSchema(EventSchema, 'EventPage');
