/** A price of a variant in a further currency. */
export interface FurtherPrice {
  readonly amount: number;
  readonly currency: string;
  readonly compareAtAmount: number | null;
}

/** The SQL of the price of the variant `v` in a currency, of it itself or of `vp`; null when it has none. */
export const priceIn = (currency: string): string => `CASE WHEN v.currency = ${currency} THEN v.price_amount ELSE vp.amount END`;

/** The SQL that joins to `v` its price `vp` in a currency. */
export const joinPriceIn = (currency: string): string =>
  `LEFT JOIN variant_prices vp ON vp.variant_id = v.id AND vp.currency = ${currency}`;

/** The SQL condition that the variant `v` has a price in a currency. */
export const hasPriceIn = (currency: string): string => `(v.currency = ${currency} OR vp.amount IS NOT NULL)`;

/** The SQL columns of the price of the variant `v`: its own one, or with a parameter that in a currency. */
export function priceColumns(currency?: string): string {
  if (currency === undefined) return `v.price_amount AS "priceAmount", v.currency, v.compare_at_amount AS "compareAtAmount"`;
  return `${priceIn(currency)} AS "priceAmount", ${currency}::text AS currency,
      CASE WHEN v.currency = ${currency} THEN v.compare_at_amount ELSE vp.compare_at_amount END AS "compareAtAmount"`;
}

/** The SQL of the prices of the variant `v` in further currencies. */
export const FURTHER_PRICES = `(SELECT coalesce(json_agg(f), '[]') FROM (
        SELECT amount, currency, compare_at_amount AS "compareAtAmount"
        FROM variant_prices WHERE variant_id = v.id ORDER BY currency) f)`;
