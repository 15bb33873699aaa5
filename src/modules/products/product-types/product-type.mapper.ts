import type { ProductTypeEntity } from './product-type.entity.js';
import type { ProductType } from './product-type.schema.js';

/** The row of a product type as staff edit it. */
export function toProductType(row: Readonly<ProductTypeEntity>): ProductType {
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    attributes: row.attributes,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
