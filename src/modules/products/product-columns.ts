import type { AnswerView } from '../../infrastructure/http/answer-view.js';
import { FURTHER_PRICES, hasPriceIn, joinPriceIn, priceColumns, type FurtherPrice } from './prices/price-columns.js';
import type { ProductAttribute, ProductTypeReference } from './product-types/attribute.schema.js';
import { ATTRIBUTES, PRODUCT_TYPE } from './product-types/product-types.repository.js';
import type { ProductImage, ProductMetadata, ProductOption, ProductSeo } from './product.entity.js';
import type { ProductState } from './product.state.js';
import { translationsColumn, type TextsByLocale } from './translations/translated-product.js';

/** A variant as it is read for a shop. */
export interface ShopVariantRead {
  readonly id: string;
  readonly sku: string;
  readonly title: string;
  readonly options: Record<string, string>;
  readonly priceAmount: number;
  readonly currency: string;
  readonly compareAtAmount: number | null;
  readonly imageUrl: string | null;
  readonly inStock: boolean;
}

/** A variant as it is read for staff. */
export interface VariantRead extends ShopVariantRead {
  readonly barcode: string | null;
  readonly gtin: string | null;
  readonly weightGrams: number | null;
  readonly lengthMm: number | null;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
  readonly onHand: number;
  readonly reserved: number;
  /** Its prices in further currencies; only where the shop has several. */
  readonly prices?: FurtherPrice[];
}

/** A product as it is read for a list of a shop. */
export interface ShopProductRead {
  readonly id: string;
  readonly slug: string;
  readonly title: string;
  readonly vendor: string | null;
  readonly category: string | null;
  readonly tags: string[];
  readonly options: ProductOption[];
  readonly images: ProductImage[];
  /** `null` for a product of no type. */
  readonly attributes: ProductAttribute[] | null;
  /** As it is shown: in ISO 8601, to the millisecond. */
  readonly createdAt: string;
  readonly variants: ShopVariantRead[];
  /** Its texts in the languages that were asked for; not there where none was. */
  readonly translations?: TextsByLocale | null;
}

/** A product as it is read for a page of its own in a shop. */
export interface ShopProductDetailRead extends ShopProductRead {
  readonly description: string;
  readonly seo: ProductSeo;
  readonly unpublishAt: Date | null;
}

/** A product as it is read for staff. */
export interface ProductRead extends ShopProductDetailRead {
  readonly metadata: ProductMetadata;
  readonly externalReference: string | null;
  readonly searchBoost: number;
  readonly productType: ProductTypeReference | null;
  readonly state: ProductState;
  readonly publishAt: Date | null;
  readonly version: number;
  readonly updatedAt: Date;
  readonly variants: VariantRead[];
}

/** Takes a value and its type and answers the parameter. */
type Bind = (value: unknown, type: 'text[]' | 'bpchar') => string;

// Times and arrays as they are shown: a driver would parse them, a time to be printed again.
const COLUMNS = `p.id, p.slug, p.title, p.vendor, p.category, to_json(p.tags) AS tags, p.options, p.images, ${ATTRIBUTES} AS attributes,
  to_char(p.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "createdAt"`;
const STAFF_VARIANT_COLUMNS = `, v.barcode, v.gtin, v.weight_grams AS "weightGrams",
      v.length_mm AS "lengthMm", v.width_mm AS "widthMm", v.height_mm AS "heightMm",
      coalesce(s.on_hand, 0) AS "onHand", coalesce(s.reserved, 0) AS reserved`;

/** The columns of a `ShopProductRead` of the row `p`, for a view. */
export function shopColumns({ languages, currency }: AnswerView, bind: Bind, { long = false } = {}): string {
  const variants = variantsColumn(currency === null ? {} : { currency: bind(currency, 'bpchar') });
  const translations = languages.length === 0 ? '' : `, ${translationsColumn(bind(languages, 'text[]'), { long })}`;
  return `${COLUMNS}, ${variants}${translations}`;
}

/** The columns of a `ShopProductDetailRead` of the row `p`, for a view. */
export function shopDetailColumns(view: AnswerView, bind: Bind): string {
  return `${shopColumns(view, bind, { long: true })}, p.description, p.seo, p.unpublish_at AS "unpublishAt"`;
}

/** The columns of a `ProductRead` of the row `p`; in lists without its description, in shops of several currencies with all prices. */
export function staffColumns({ description, prices }: { description: boolean; prices: boolean }): string {
  const variants = variantsColumn({ more: `${STAFF_VARIANT_COLUMNS}${prices ? `, ${FURTHER_PRICES} AS prices` : ''}` });
  return `${COLUMNS}, ${variants},
  ${description ? 'p.description' : `'' AS description`}, p.seo, p.metadata, p.external_reference AS "externalReference",
  p.search_boost AS "searchBoost", ${PRODUCT_TYPE} AS "productType", p.state, p.publish_at AS "publishAt",
  p.unpublish_at AS "unpublishAt", p.version, p.updated_at AS "updatedAt"`;
}

/**
 * The variants of the product `p`, in a currency only those that have a price in it; reads `stock_levels` as
 * well, and a variant without a level has none in stock. Rows are written as JSON sooner than objects are built.
 */
function variantsColumn({ currency, more = '' }: { currency?: string; more?: string }): string {
  const [join, condition] = currency === undefined ? ['', ''] : [` ${joinPriceIn(currency)}`, ` AND ${hasPriceIn(currency)}`];
  return `(SELECT coalesce(json_agg(variant), '[]') FROM (
    SELECT v.id, v.sku, v.title, v.options, ${priceColumns(currency)},
      v.image_url AS "imageUrl", coalesce(s.on_hand > s.reserved, false) AS "inStock"${more}
    FROM variants v LEFT JOIN stock_levels s ON s.variant_id = v.id${join}
    WHERE v.product_id = p.id${condition} ORDER BY v.position
  ) variant) AS variants`;
}
