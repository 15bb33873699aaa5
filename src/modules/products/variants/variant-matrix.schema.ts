import { z } from 'zod';
import { PriceSchema } from '../../../common/money/money.schema.js';
import { line } from '../../../common/text/text.schema.js';

/** What the missing variants of a product are made from. */
export const VariantMatrixSchema = z
  .strictObject({
    skuPattern: line(200).meta({
      description: 'The SKU of each variant, with `{Option}` for the value of an option of the product.',
      examples: ['SHIRT-{Size}-{Color}'],
    }),
    price: PriceSchema,
    stock: z.int().min(0).max(1_000_000_000).default(0).meta({ description: 'Units on hand of each to begin with.' }),
  })
  .meta({
    id: 'VariantMatrix',
    examples: [{ skuPattern: 'SHIRT-{Size}-{Color}', price: { amount: 1999, currency: 'EUR' }, stock: 0 }],
  });

/** What the missing variants of a product are made from. */
export type VariantMatrix = z.output<typeof VariantMatrixSchema>;
