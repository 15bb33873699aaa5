import { z } from 'zod';
import { IdSchema, TimestampSchema } from '../../common/text/text.schema.js';

/** Where long work stands. */
export const OperationStateSchema = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);

/** Long work that a person started and that goes on by itself. */
export const LongOperationSchema = z
  .strictObject({
    id: IdSchema,
    kind: z.string().meta({ description: 'What is done.', examples: ['product-import'] }),
    state: OperationStateSchema,
    progress: z.int().min(0).max(100).meta({ description: 'Percent of the work.' }),
    result: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'What was done so far; its fields are those of the kind.', examples: [{ rows: 12 }] }),
    failure: z.strictObject({ detail: z.string() }).nullable(),
    cancelRequested: z.boolean(),
    version: z.int(),
    createdAt: TimestampSchema,
    updatedAt: TimestampSchema,
  })
  .meta({ id: 'LongOperation' });

export type OperationState = z.infer<typeof OperationStateSchema>;
export type LongOperation = z.infer<typeof LongOperationSchema>;
