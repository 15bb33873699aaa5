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

/** The SQL condition that a variant of the product `p` has a price in a currency. */
export const isPricedIn = (currency: string): string =>
  `EXISTS (SELECT FROM variants v ${joinPriceIn(currency)} WHERE v.product_id = p.id AND ${hasPriceIn(currency)})`;

/** The SQL of what the variant `v` costs and cost, as `Money`: its own prices, or with a parameter those in a currency. */
export function priceObjects(currency?: string): string {
  const code = currency === undefined ? 'v.currency' : `${currency}::text`;
  const money = (amount: string): string => `(SELECT row_to_json(money) FROM (SELECT ${amount} AS amount, ${code} AS currency) money)`;
  const [price, compareAt] =
    currency === undefined
      ? ['v.price_amount', 'v.compare_at_amount']
      : [priceIn(currency), `CASE WHEN v.currency = ${currency} THEN v.compare_at_amount ELSE vp.compare_at_amount END`];
  return `${money(price)} AS price, CASE WHEN ${compareAt} IS NOT NULL THEN ${money(compareAt)} END AS "compareAtPrice"`;
}

/** The SQL of the prices of the variant `v` in further currencies. */
export const FURTHER_PRICES = `(SELECT coalesce(json_agg(f), '[]') FROM (
        SELECT amount, currency, compare_at_amount AS "compareAtAmount"
        FROM variant_prices WHERE variant_id = v.id ORDER BY currency) f)`;
