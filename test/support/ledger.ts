import { INVARIANTS, valuesOf } from '../../src/modules/health/invariants.repository.js';
import type { TestDatabase } from './database.js';

/** True only where a worker runs, which most shops of the tests do without. */
const NEED_A_WORKER = new Set(['events-are-numbered', 'jobs-are-looked-at']);
const DAY_MS = 86_400_000;

/** What is wrong with the books of a shop; nothing, when they add up. */
export async function faultsInTheBooks(database: TestDatabase): Promise<string[]> {
  const now = new Date();
  const yesterday = new Date(now.getTime() - DAY_MS);
  const moments = { now, eventsSince: yesterday, jobsSince: yesterday };
  const faults: string[] = [];
  for (const invariant of INVARIANTS.filter(({ name }) => !NEED_A_WORKER.has(name))) {
    const rows = await database.query<{ id: string; detail: string }>(invariant.sql, valuesOf(invariant, moments));
    faults.push(...rows.map(({ id, detail }) => `${invariant.name}: ${invariant.subject} ${id}: ${detail}`));
  }
  return faults;
}
