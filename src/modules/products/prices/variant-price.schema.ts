import { z } from 'zod';
import { MAX_PRICE_AMOUNT } from '../../../common/money/money.schema.js';

const AmountSchema = z.int().min(0).max(MAX_PRICE_AMOUNT);

/** What a variant shows of its price in a further currency. */
export const VariantPriceSchema = z
  .strictObject({
    amount: z.int(),
    currency: z.string().regex(/^[A-Z]{3}$/),
    compareAtAmount: z.int().nullable().meta({ description: 'The price before, for crossing out.' }),
  })
  .meta({ id: 'VariantPrice' });

/** A variant's price in the currency that the path names. */
export const SetVariantPriceSchema = z
  .strictObject({
    amount: AmountSchema.meta({ description: 'In minor units.' }),
    compareAtAmount: AmountSchema.nullable().default(null).meta({ description: 'The price before, for crossing out.' }),
  })
  .meta({ id: 'SetVariantPrice', examples: [{ amount: 2199 }] });

export type SetVariantPrice = z.output<typeof SetVariantPriceSchema>;
