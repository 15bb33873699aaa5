import type { AnswerView } from '../../infrastructure/http/answer-view.js';
import { hasPriceIn, joinPriceIn, priceObjects } from './prices/price-columns.js';
import { ATTRIBUTES } from './product-types/product-types.repository.js';
import type { Product, ProductSummary } from './product.schema.js';
import { inLanguages, translationsColumn, type TextsByLocale } from './translations/translated-product.js';

/** A product as it is read for a shop. */
export interface ShopProductRead {
  readonly id: string;
  /** The JSON of a `ProductSummary`, or of a `Product` where it was read in full; in its own language. */
  readonly json: string;
  /** Its texts in the languages that were asked for; not there where none was. */
  readonly translations?: TextsByLocale | null;
}

/** Takes a value and its type and answers the parameter. */
type Bind = (value: unknown, type: 'text[]' | 'bpchar') => string;

/** The SQL of a moment as it is shown. */
export function toTimeText(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** The SQL of when the product `p` was made, as it is shown. */
export const CREATED_AT = toTimeText('p.created_at');

/** Images of before there were uploads say nothing of one. */
const IMAGES = `CASE WHEN p.images = '[]' THEN '[]' ELSE (
      SELECT jsonb_agg('{"imageId":null,"variantIds":[]}' || image) FROM jsonb_array_elements(p.images) image) END`;

/**
 * The columns of a `ShopProductRead` of the row `p`, for a view; of no row they are null. PostgreSQL writes the JSON of
 * the answer from the rows sooner than a process reads them and writes it. Read in full, for a page of its own, it has its
 * description and what search engines show as well.
 */
export function shopColumns({ languages, currency }: AnswerView, bind: Bind, { inFull = false } = {}): string {
  const variants = variantsArray(currency === null ? undefined : bind(currency, 'bpchar'));
  const translations = languages.length === 0 ? '' : `, ${translationsColumn(bind(languages, 'text[]'), { long: inFull })}`;
  return `p.id, (SELECT row_to_json(product) FROM (
    SELECT p.id, p.slug, p.title, p.vendor, p.category, p.tags, ${IMAGES} AS images, p.options,
      coalesce(${ATTRIBUTES}, '[]') AS attributes, ${variants} AS variants, ${CREATED_AT} AS "createdAt"${inFull ? ', p.description, p.seo' : ''}
    WHERE p.id IS NOT NULL
  ) product)::text AS json${translations}`;
}

/** The JSON of a product that was read, in the first of some languages. */
export function toShopJson({ json, translations }: Pick<ShopProductRead, 'json' | 'translations'>, languages: readonly string[]): string {
  if (!translations) return json;
  return JSON.stringify(inLanguages(JSON.parse(json) as ProductSummary | Product, translations, languages));
}

/**
 * The variants of the product `p`, in a currency only those that have a price in it; reads `stock_levels` as
 * well, and a variant without a level has none in stock.
 */
function variantsArray(currency?: string): string {
  const [join, condition] = currency === undefined ? ['', ''] : [` ${joinPriceIn(currency)}`, ` AND ${hasPriceIn(currency)}`];
  return `(SELECT coalesce(json_agg(variant), '[]') FROM (
      SELECT v.id, v.sku, v.title, v.options, ${priceObjects(currency)},
        v.image_url AS "imageUrl", coalesce(s.on_hand > s.reserved, false) AS "inStock"
      FROM variants v LEFT JOIN stock_levels s ON s.variant_id = v.id${join}
      WHERE v.product_id = p.id${condition} ORDER BY v.position
    ) variant)`;
}
