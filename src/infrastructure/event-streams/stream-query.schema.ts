import { z } from 'zod';

/** What a stream takes. */
export const StreamQuerySchema = z.strictObject({
  lastEventId: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .nullable()
    .default(null)
    .meta({ description: '`position` of the last event that you have, where the header `Last-Event-ID` cannot be sent.' }),
});

/** What a stream takes. */
export type StreamQuery = z.infer<typeof StreamQuerySchema>;
