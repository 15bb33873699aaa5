import { TYPED } from '../product-types/product-types.repository.js';

/** A price of a variant in a further currency. */
export interface FurtherPrice {
  readonly amount: number;
  readonly currency: string;
  readonly compareAtAmount: number | null;
}

/** Which prices a read takes: those of the variants themselves, unless it says more. */
export interface VariantPrices {
  /** Whether the prices in further currencies are read as well. */
  readonly further?: boolean;
  /** The parameter with the one currency that is read; variants without a price in it are left out. */
  readonly currency?: string;
}

/** The SQL of the price of the variant `v` in a currency, of it itself or of `vp`; null when it has none. */
export const priceIn = (currency: string): string => `CASE WHEN v.currency = ${currency} THEN v.price_amount ELSE vp.amount END`;

/** The SQL that joins to `v` its price `vp` in a currency. */
export const joinPriceIn = (currency: string): string =>
  `LEFT JOIN variant_prices vp ON vp.variant_id = v.id AND vp.currency = ${currency}`;

/** The SQL condition that the variant `v` has a price in a currency. */
export const hasPriceIn = (currency: string): string => `(v.currency = ${currency} OR vp.amount IS NOT NULL)`;

/**
 * The variants of the product `p`; reads `stock_levels` as well, and a variant without a level has none in stock. The type
 * of the product is joined beside.
 */
export function joinedVariants({ further = false, currency }: VariantPrices): string {
  const price =
    currency === undefined
      ? `'priceAmount', v.price_amount, 'currency', v.currency, 'compareAtAmount', v.compare_at_amount,`
      : `'priceAmount', ${priceIn(currency)}, 'currency', ${currency}::text,
    'compareAtAmount', CASE WHEN v.currency = ${currency} THEN v.compare_at_amount ELSE vp.compare_at_amount END,`;
  const prices = further ? `, 'prices', ${FURTHER_PRICES}` : '';
  const join = currency === undefined ? '' : ` ${joinPriceIn(currency)}`;
  const condition = currency === undefined ? '' : ` AND ${hasPriceIn(currency)}`;
  return `LATERAL (
  SELECT coalesce(json_agg(json_build_object(
    'id', v.id, 'sku', v.sku, 'title', v.title, 'options', v.options,
    ${price}
    'barcode', v.barcode, 'gtin', v.gtin, 'weightGrams', v.weight_grams,
    'lengthMm', v.length_mm, 'widthMm', v.width_mm, 'heightMm', v.height_mm, 'imageUrl', v.image_url,
    'onHand', coalesce(s.on_hand, 0), 'reserved', coalesce(s.reserved, 0)${prices}
  ) ORDER BY v.position), '[]') AS variants
  FROM variants v LEFT JOIN stock_levels s ON s.variant_id = v.id${join}
  WHERE v.product_id = p.id${condition}
) variants LEFT JOIN ${TYPED} ON true`;
}

const FURTHER_PRICES = `(
      SELECT coalesce(json_agg(json_build_object(
        'amount', f.amount, 'currency', f.currency, 'compareAtAmount', f.compare_at_amount
      ) ORDER BY f.currency), '[]') FROM variant_prices f WHERE f.variant_id = v.id)`;
