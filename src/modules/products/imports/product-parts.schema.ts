import { z } from 'zod';
import { CurrencySchema, MAX_PRICE_AMOUNT } from '../../../common/money/money.schema.js';
import { IdSchema, line } from '../../../common/text/text.schema.js';
import { TranslationOfFileSchema } from '../translations/translation.schema.js';

const MAX_LOCALES = 100;
const MAX_PRICES = 200;

const AmountSchema = z.int().min(0).max(MAX_PRICE_AMOUNT);

/** A price of a variant in a further currency, as a file says it. */
const PriceOfFileSchema = z.strictObject({
  amount: AmountSchema,
  currency: CurrencySchema,
  compareAtAmount: AmountSchema.nullable().default(null),
});

/** What a file says of a product beside the body that makes it; what it does not name stays as it is. */
export const ProductPartsSchema = z.object({
  /** Its code counts alone: the id is of the shop that wrote the file. */
  productType: z
    .strictObject({ code: line(100), id: IdSchema.optional(), name: z.string().max(500).optional() })
    .nullable()
    .optional(),
  searchBoost: z.int().min(-100).max(100).optional(),
  translations: z.array(TranslationOfFileSchema).max(MAX_LOCALES).optional(),
});

/** The prices in further currencies that a file says of a variant; those that it does not name are taken away. */
export const VariantPartsSchema = z.object({ prices: z.array(PriceOfFileSchema).max(MAX_PRICES).optional() });

export type ProductParts = z.output<typeof ProductPartsSchema>;
export type TranslationOfFile = z.output<typeof TranslationOfFileSchema>;
export type PriceOfFile = z.output<typeof PriceOfFileSchema>;
