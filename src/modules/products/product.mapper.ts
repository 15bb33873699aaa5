import type { ProductImage } from './product.entity.js';
import { productMachine } from './product.state.js';
import type { ProductRead, ShopProductDetailRead, ShopProductRead, ShopVariantRead } from './product-columns.js';
import type { AdminProduct, Product, ProductSummary } from './product.schema.js';

/** A read product as a list shows it. */
export function toProductSummary(row: ShopProductRead): ProductSummary {
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
  };
}

/** A read product as a shop shows it. */
export function toProduct(row: ShopProductDetailRead): Product {
  return { ...toProductSummary(row), description: row.description, seo: row.seo };
}

/** A read product as staff edit it. */
export function toAdminProduct(row: ProductRead): AdminProduct {
  return {
    ...toProduct(row),
    variants: row.variants.map((variant) => ({
      ...toVariant(variant),
      barcode: variant.barcode,
      gtin: variant.gtin,
      weightGrams: variant.weightGrams,
      lengthMm: variant.lengthMm,
      widthMm: variant.widthMm,
      heightMm: variant.heightMm,
      prices: variant.prices ?? [],
      stock: {
        onHand: variant.onHand,
        reserved: variant.reserved,
        available: variant.onHand - variant.reserved,
      },
    })),
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

function toVariant(row: ShopVariantRead) {
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
  };
}
