import type { SynonymSet } from './synonym-set.schema.js';
import type { SynonymSetEntity } from './synonym-set.entity.js';

/** The row of a set of synonyms as staff edit it. */
export function toSynonymSet(row: Readonly<SynonymSetEntity>): SynonymSet {
  return {
    id: row.id,
    kind: row.kind,
    terms: row.terms,
    replacements: row.replacements,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
