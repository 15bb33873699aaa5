import { z } from 'zod';
import { IdSchema } from '../../../../common/text/text.schema.js';
import { LongOperationSchema } from '../../../../infrastructure/operations/operation.schema.js';

/** How far a rebuild has come: what it goes on from after a break. */
export const RebuildResultSchema = z
  .strictObject({
    products: z.int().meta({ description: 'Products whose row was written.' }),
    after: IdSchema.nullable().meta({ description: 'The last of them.' }),
  })
  .meta({ id: 'SearchRebuildResult' });

/** A rebuild as a long operation. */
export const RebuildOperationSchema = LongOperationSchema.extend({ result: RebuildResultSchema.nullable() }).meta({
  id: 'SearchRebuildOperation',
});

export type RebuildResult = z.infer<typeof RebuildResultSchema>;
