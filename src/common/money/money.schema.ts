import { z } from 'zod';
import { isCurrency } from './money.js';

/**
 * Largest amount of one price, in minor units: 100 line items of 10,000 units at this
 * price are still less than 2^53, so that every total is exact.
 */
export const MAX_PRICE_AMOUNT = 9_000_000_000;

/** An ISO 4217 currency code. */
export const CurrencySchema = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR')
  .refine(isCurrency, 'is not a known ISO 4217 currency')
  .meta({ id: 'Currency', description: 'ISO 4217 currency code.', examples: ['EUR'] });

/** Money as the API answers it. */
export const MoneySchema = z
  .strictObject({ amount: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) })
  .meta({
    id: 'Money',
    description: 'Whole minor units of an ISO 4217 currency.',
    examples: [{ amount: 1999, currency: 'EUR' }],
  });

/** A price that a client sends: not negative, bounded. */
export const PriceSchema = z
  .strictObject({ amount: z.int().min(0).max(MAX_PRICE_AMOUNT), currency: CurrencySchema })
  .meta({
    id: 'Price',
    description: 'A price in whole minor units of an ISO 4217 currency.',
    examples: [{ amount: 1999, currency: 'EUR' }],
  });
