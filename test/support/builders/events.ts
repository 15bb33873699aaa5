import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** Anything that sends SQL. */
type Queries = Pick<pg.Client, 'query'> | { query(sql: string, values?: unknown[]): Promise<unknown> };

/** Writes events past the application, each of a cart of its own, and answers their ids. */
export async function plantEvents(
  database: Queries,
  count: number,
  { type = 'cart.updated', payload = {} }: { type?: string; payload?: object } = {},
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await database.query(
    `INSERT INTO outbox_events (id, aggregate_type, aggregate_id, sequence, type, version, payload, actor, occurred_at)
     SELECT id, 'cart', gen_random_uuid(), 1, $2, 1, $3::jsonb, 'planted', now() FROM unnest($1::uuid[]) WITH ORDINALITY e (id, n)
     ORDER BY n`,
    [ids, type, JSON.stringify(payload)],
  );
  return ids;
}
