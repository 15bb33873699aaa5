import { createHash } from 'node:crypto';
import { z } from 'zod';
import { problemWithDetail } from '../problems/problem.js';

const VALUES = {
  bigint: z.string().regex(/^\d{1,18}$/),
  timestamptz: z.iso.datetime(),
  text: z
    .string()
    .max(500)
    .refine((text) => !/[\0]|[\uD800-\uDFFF]/u.test(text)),
} as const;

/** The PostgreSQL type of the column that a list is sorted by. */
export type SortType = keyof typeof VALUES;

/** Where a keyset page ends: the sort value as text, and the id that breaks ties. */
export interface Position {
  readonly value: string;
  readonly id: string;
}

/** Names a list by its filters and sort, so that a cursor fits only the list that made it. */
export function listFingerprint(filters: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(filters)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url').slice(0, 16);
}

/** Makes the opaque cursor of a position in the list with that fingerprint. */
export function encodeCursor(fingerprint: string, position: Position): string {
  return Buffer.from(JSON.stringify([fingerprint, position.value, position.id])).toString('base64url');
}

/**
 * Reads a cursor back.
 *
 * @param type type of the sorted column, which the value must be of
 * @throws Problem `invalid_cursor` (400) when it was changed or made by another list
 */
export function decodeCursor(fingerprint: string, cursor: string, type: SortType): Position {
  const schema = z.tuple([z.string().max(32), VALUES[type], z.uuid()]);
  const parsed = schema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success) throw problemWithDetail('invalid_cursor', 'The cursor cannot be read.');
  const [madeFor, value, id] = parsed.data;
  if (madeFor !== fingerprint) {
    throw problemWithDetail('invalid_cursor', 'The cursor belongs to a list with other filters or sort.');
  }
  return { value, id };
}

/** Whether a cursor says that it was made by the list with that fingerprint; one that cannot be read does not. */
export function isCursorOf(fingerprint: string, cursor: string): boolean {
  const parsed = parseJson(Buffer.from(cursor, 'base64url').toString('utf8'));
  return Array.isArray(parsed) && parsed[0] === fingerprint;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
