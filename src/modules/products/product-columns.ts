import { FURTHER_PRICES, type FurtherPrice } from './prices/price-columns.js';
import { CREATED_AT } from './product-json.js';
import type { ProductAttribute, ProductTypeReference } from './product-types/attribute.schema.js';
import { ATTRIBUTES, PRODUCT_TYPE } from './product-types/product-types.repository.js';
import type { ProductImage, ProductMetadata, ProductOption, ProductSeo } from './product.entity.js';
import type { ProductState } from './product.state.js';

/** A variant as it is read for staff. */
export interface VariantRead {
  readonly id: string;
  readonly sku: string;
  readonly title: string;
  readonly options: Record<string, string>;
  readonly priceAmount: number;
  readonly currency: string;
  readonly compareAtAmount: number | null;
  readonly imageUrl: string | null;
  readonly inStock: boolean;
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

/** A product as it is read for staff. */
export interface ProductRead {
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
  readonly description: string;
  readonly seo: ProductSeo;
  readonly metadata: ProductMetadata;
  readonly externalReference: string | null;
  readonly searchBoost: number;
  readonly productType: ProductTypeReference | null;
  readonly state: ProductState;
  readonly publishAt: Date | null;
  readonly unpublishAt: Date | null;
  readonly version: number;
  readonly updatedAt: Date;
  readonly variants: VariantRead[];
}

/**
 * The columns of a `ProductRead` of the row `p`; in lists without its description, in shops of several currencies with
 * all prices. A variant without a stock level has none in stock. Times and arrays are read as they are shown: a driver
 * would parse them, a time to be printed again.
 */
export function staffColumns({ description, prices }: { description: boolean; prices: boolean }): string {
  return `p.id, p.slug, p.title, p.vendor, p.category, to_json(p.tags) AS tags, p.options, p.images, ${ATTRIBUTES} AS attributes,
  ${CREATED_AT} AS "createdAt", (SELECT coalesce(json_agg(variant), '[]') FROM (
    SELECT v.id, v.sku, v.title, v.options, v.price_amount AS "priceAmount", v.currency, v.compare_at_amount AS "compareAtAmount",
      v.image_url AS "imageUrl", coalesce(s.on_hand > s.reserved, false) AS "inStock", v.barcode, v.gtin, v.weight_grams AS "weightGrams",
      v.length_mm AS "lengthMm", v.width_mm AS "widthMm", v.height_mm AS "heightMm",
      coalesce(s.on_hand, 0) AS "onHand", coalesce(s.reserved, 0) AS reserved${prices ? `, ${FURTHER_PRICES} AS prices` : ''}
    FROM variants v LEFT JOIN stock_levels s ON s.variant_id = v.id
    WHERE v.product_id = p.id ORDER BY v.position
  ) variant) AS variants,
  ${description ? 'p.description' : `'' AS description`}, p.seo, p.metadata, p.external_reference AS "externalReference",
  p.search_boost AS "searchBoost", ${PRODUCT_TYPE} AS "productType", p.state, p.publish_at AS "publishAt",
  p.unpublish_at AS "unpublishAt", p.version, p.updated_at AS "updatedAt"`;
}
