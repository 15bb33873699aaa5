import { z } from 'zod';
import { encodeCursor, type Position } from './cursor.js';

/** Rows of a page when the client names no limit, and at most. */
export const PAGE_SIZE = { default: 20, max: 100 } as const;

/** The query parameters that every list takes. */
export const pageQueryShape = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(PAGE_SIZE.max)
    .default(PAGE_SIZE.default)
    .meta({ description: 'Rows of the page.' }),
  cursor: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .meta({ description: '`nextCursor` of the page before.' }),
};

/** A page of a list; `nextCursor` is `null` on the last one. */
export interface Page<T> {
  readonly data: T[];
  readonly nextCursor: string | null;
}

/** The schema of a page of `item`. */
export function pageSchema<T extends z.ZodType>(item: T, id: string) {
  return z.strictObject({ data: z.array(item), nextCursor: z.string().nullable() }).meta({ id });
}

/**
 * Makes a page of rows that were read with one row more than `limit`.
 *
 * @param rows at most `limit + 1` rows in the order of the list
 */
export function toPage<R, T>(
  rows: readonly R[],
  limit: number,
  fingerprint: string,
  position: (row: R) => Position,
  map: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    data: shown.map(map),
    nextCursor: last === undefined ? null : encodeCursor(fingerprint, position(last)),
  };
}
