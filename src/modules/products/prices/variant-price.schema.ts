import { z } from 'zod';
import { CurrencySchema, MAX_PRICE_AMOUNT } from '../../../common/money/money.schema.js';
import { repeated } from '../../../common/text/repeated.js';

/** More currencies than there are. */
const MAX_PRICES = 200;

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

/** A variant's price in a further currency, as it is made with the variant. */
export const NewVariantPriceSchema = z
  .strictObject({
    amount: AmountSchema.meta({ description: 'In minor units.' }),
    currency: CurrencySchema,
    compareAtAmount: AmountSchema.nullable().default(null).meta({ description: 'The price before, for crossing out.' }),
  })
  .meta({ id: 'NewVariantPrice', examples: [{ amount: 2199, currency: 'USD' }] });

/** All prices of a variant in further currencies. */
export const NewVariantPricesSchema = z
  .array(NewVariantPriceSchema)
  .max(MAX_PRICES)
  .superRefine((prices, context) => {
    for (const index of repeated(prices.map(({ currency }) => currency))) {
      context.addIssue({ code: 'custom', path: [index, 'currency'], message: 'is named twice' });
    }
  })
  .meta({
    description: 'All its prices in further currencies of the shop. Where a product is brought up to date, what is left out stays as it is.',
  });

export type NewVariantPrice = z.output<typeof NewVariantPriceSchema>;
export type SetVariantPrice = z.output<typeof SetVariantPriceSchema>;
