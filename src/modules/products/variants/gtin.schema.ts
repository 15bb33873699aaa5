import { z } from 'zod';

/** A Global Trade Item Number (GS1): 8, 12, 13 or 14 digits, the last of which checks the others. */
export const GtinSchema = z
  .string()
  .regex(/^(\d{8}|\d{12,14})$/, { error: 'must be 8, 12, 13 or 14 digits', abort: true })
  .refine(hasCheckDigit, 'has a wrong check digit')
  .meta({ description: 'Global Trade Item Number (EAN, UPC): GS1 General Specifications.', examples: ['4006381333931'] });

/** From the right, the digits count once and three times in turn; with the check digit they add up to tens. */
function hasCheckDigit(gtin: string): boolean {
  const sum = Array.from(gtin).reverse().reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}
