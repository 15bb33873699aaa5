import type { FilterGroups } from './search-plan.js';

/** Groups of which most products have a value, or a part of the values: the bits of a row say nothing of them. */
const UNTOLD: ReadonlySet<string> = new Set(['stock', 'rating']);

/** A walk along the index of an order. */
export interface Walk {
  readonly column: string;
  readonly direction: 'ASC' | 'DESC';
  /** Rows that are looked at, at most: a number, or the parameter that holds it. */
  readonly rows: string;
  /** Conditions on the entries `s` of the index. */
  readonly from: readonly string[];
  /** Conditions on the rows `s`. */
  readonly wanted: readonly string[];
  /** The parameter with values of filters that all must be there; `null` without any. */
  readonly values: string | null;
}

/**
 * The values of filters that each match must have, as far as the bits of a row tell of them: a group of one
 * value. Of several any may be there.
 */
export function valuesOfAll(filters: FilterGroups, isWanted: (group: string) => boolean = () => true): readonly string[] {
  return [...filters].flatMap(([group, values]) => (values.length === 1 && !UNTOLD.has(group) && isWanted(group) ? values : []));
}

/**
 * The source of a query whose rows `s` are those of a walk that are wanted, in its order. By the bits that the index
 * has of a row it is seen without reading the row that most lack a value.
 */
export function walkSource({ column, direction, rows, from, wanted, values }: Walk): string {
  const entries = (columns: string): string => `(SELECT ${columns} FROM product_search s
        WHERE ${from.join(' AND ')} ORDER BY s.${column} ${direction}, s.product_id ${direction} LIMIT ${rows})`;
  if (values === null) return `FROM ${entries('s.*')} s ${wanted.length > 0 ? `WHERE ${wanted.join(' AND ')}` : ''}`;
  const bits = `(SELECT search_filter_bits(${values}))`;
  return `FROM ${entries(`s.product_id, s.${column} AS place, s.filter_bits`)} w JOIN product_search s ON s.product_id = w.product_id
        WHERE ${[`w.filter_bits & ${bits} = ${bits}`, ...wanted].join(' AND ')} ORDER BY w.place ${direction}, w.product_id ${direction}`;
}
