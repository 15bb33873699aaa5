import type { CategoryEntity } from './category.entity.js';
import type { AdminCategory, Category, CategoryReference } from './category.schema.js';

/** The row of a category as a shop shows it. */
export function toCategory(row: CategoryEntity): Category {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    description: row.description,
    parentId: row.parentId,
    position: row.position,
    depth: row.depth,
    path: row.path,
  };
}

/** The row of a category as staff edit it. */
export function toAdminCategory(row: CategoryEntity): AdminCategory {
  return {
    ...toCategory(row),
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** The row of a category where it is only pointed at. */
export function toCategoryReference({ id, slug, name }: CategoryEntity): CategoryReference {
  return { id, slug, name };
}
