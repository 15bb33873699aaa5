import { z } from 'zod';
import { IdSchema } from '../../../common/text/text.schema.js';

/** What became of a product that was to be deleted. */
export const RemovalSchema = z
  .strictObject({
    id: IdSchema,
    outcome: z.enum(['deleted', 'archived']).meta({
      description: 'A product that was ever in stock, or is in a cart, is kept for the books: it is archived.',
    }),
  })
  .meta({ id: 'ProductRemoval' });

/** What became of a product that was to be deleted. */
export type Removal = z.infer<typeof RemovalSchema>;
