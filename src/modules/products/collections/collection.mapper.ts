import type { CollectionEntity } from './collection.entity.js';
import type { AdminCollection, Collection } from './collection.schema.js';

/** The row of a collection as a shop shows it. */
export function toCollection({ id, slug, title, description }: Readonly<CollectionEntity>): Collection {
  return { id, slug, title, description };
}

/** The row of a collection as staff edit it. */
export function toAdminCollection(row: Readonly<CollectionEntity>): AdminCollection {
  return {
    ...toCollection(row),
    rules: row.rules as AdminCollection['rules'],
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
