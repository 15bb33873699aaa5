import type { ProductImage } from './product.entity.js';
import { productMachine } from './product.state.js';
import type { ProductRead, VariantRead } from './product-columns.js';
import type { AdminProduct } from './product.schema.js';

/** A read product as staff edit it. */
export function toAdminProduct(row: ProductRead): AdminProduct {
  return {
    id: row.id,
    slug: row.slug,
    title: row.title,
    vendor: row.vendor,
    category: row.category,
    tags: row.tags,
    images: row.images.map(toProductImage),
    options: row.options,
    attributes: row.attributes ?? [],
    variants: row.variants.map(toVariant),
    createdAt: row.createdAt,
    description: row.description,
    seo: row.seo,
    metadata: row.metadata,
    externalReference: row.externalReference,
    searchBoost: row.searchBoost,
    productType: row.productType,
    state: row.state,
    publishAt: row.publishAt?.toISOString() ?? null,
    unpublishAt: row.unpublishAt?.toISOString() ?? null,
    allowedActions: productMachine.allowedActions(row.state),
    version: row.version,
    updatedAt: row.updatedAt.toISOString(),
  };
}

function toProductImage({ url, alt, imageId, variantIds = [] }: ProductImage) {
  return { url, alt, imageId: imageId ?? null, variantIds };
}

function toVariant(row: VariantRead) {
  return {
    id: row.id,
    sku: row.sku,
    title: row.title,
    options: row.options,
    price: { amount: row.priceAmount, currency: row.currency },
    compareAtPrice:
      row.compareAtAmount === null ? null : { amount: row.compareAtAmount, currency: row.currency },
    imageUrl: row.imageUrl,
    inStock: row.inStock,
    barcode: row.barcode,
    gtin: row.gtin,
    weightGrams: row.weightGrams,
    lengthMm: row.lengthMm,
    widthMm: row.widthMm,
    heightMm: row.heightMm,
    prices: row.prices ?? [],
    stock: {
      onHand: row.onHand,
      reserved: row.reserved,
      available: row.onHand - row.reserved,
    },
  };
}
