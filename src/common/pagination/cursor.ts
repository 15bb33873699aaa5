import { createHash } from 'node:crypto';
import { z } from 'zod';
import { problemWithDetail } from '../problems/problem.js';

const CursorSchema = z.tuple([z.string().max(32), z.string().max(500), z.string().max(64)]);

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
 * @throws Problem `invalid_cursor` (400) when it was changed or made by another list
 */
export function decodeCursor(fingerprint: string, cursor: string): Position {
  const parsed = CursorSchema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!parsed.success) throw problemWithDetail('invalid_cursor', 'The cursor cannot be read.');
  const [madeFor, value, id] = parsed.data;
  if (madeFor !== fingerprint) {
    throw problemWithDetail('invalid_cursor', 'The cursor belongs to a list with other filters or sort.');
  }
  return { value, id };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
