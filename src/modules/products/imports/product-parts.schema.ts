import { z } from 'zod';
import { IdSchema, line } from '../../../common/text/text.schema.js';

/** What a file says of a product beside the body that makes it; what it does not name stays as it is. */
export const ProductPartsSchema = z.object({
  /** Its code counts alone: the id is of the shop that wrote the file. */
  productType: z
    .strictObject({ code: line(100), id: IdSchema.optional(), name: z.string().max(500).optional() })
    .nullable()
    .optional(),
  searchBoost: z.int().min(-100).max(100).optional(),
});

export type ProductParts = z.output<typeof ProductPartsSchema>;
