import { v7 as uuidv7 } from 'uuid';
import type { NewVariant } from '../product.schema.js';
import type { VariantEntity } from '../variant.entity.js';

/** A variant that is to be made as its row. */
export function toVariantRow(
  variant: NewVariant,
  { productId, position, now }: { productId: string; position: number; now: Date },
): VariantEntity {
  return {
    id: uuidv7(),
    productId,
    position,
    sku: variant.sku,
    title: Object.values(variant.options).join(' / ') || 'Default',
    options: variant.options,
    priceAmount: variant.price.amount,
    currency: variant.price.currency,
    compareAtAmount: variant.compareAtPrice?.amount ?? null,
    barcode: variant.barcode ?? null,
    gtin: variant.gtin ?? null,
    weightGrams: variant.weightGrams ?? null,
    lengthMm: variant.lengthMm ?? null,
    widthMm: variant.widthMm ?? null,
    heightMm: variant.heightMm ?? null,
    imageUrl: variant.imageUrl ?? null,
    createdAt: now,
    updatedAt: now,
  };
}
