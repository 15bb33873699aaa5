import { Injectable } from '@nestjs/common';
import { Database } from '../../../../infrastructure/database/database.js';
import type { Transaction } from '../../../../infrastructure/database/transaction.js';

const SWEEP_BATCH = 2_000;

/** Searches of one day for one query. */
export interface CountedSearches {
  /** In UTC, as `YYYY-MM-DD`. */
  readonly day: string;
  readonly query: string;
  readonly searches: number;
  readonly withoutHits: number;
}

/** What a report asks for; both days count. */
export interface ReportedSearches {
  readonly from: string;
  readonly to: string;
  readonly kind: 'top' | 'without-hits';
  readonly limit: number;
}

/** A query with its searches of several days. */
export interface ReportedQuery {
  readonly query: string;
  readonly searches: number;
  readonly withoutHits: number;
}

/** What comes first in a report, and what is in it. */
const REPORTS = {
  top: { selection: '', order: 'searches' },
  'without-hits': { selection: 'HAVING sum(without_hits) > 0', order: '"withoutHits"' },
} as const;

/** The log of searches. */
@Injectable()
export class SearchLogRepository {
  constructor(private readonly database: Database) {}

  /** Adds searches to those that are counted already; rows are taken in one order by all who add. */
  async add(tx: Transaction, counted: readonly CountedSearches[]): Promise<void> {
    await tx.query(
      `INSERT INTO search_log (day, query, searches, without_hits)
       SELECT c.day, c.query, c.searches, c.without_hits
       FROM unnest($1::date[], $2::text[], $3::int[], $4::int[]) AS c (day, query, searches, without_hits)
       ORDER BY c.day, c.query
       ON CONFLICT (day, query) DO UPDATE
       SET searches = search_log.searches + EXCLUDED.searches, without_hits = search_log.without_hits + EXCLUDED.without_hits`,
      [
        counted.map(({ day }) => day),
        counted.map(({ query }) => query),
        counted.map(({ searches }) => searches),
        counted.map(({ withoutHits }) => withoutHits),
      ],
    );
  }

  /** The queries that were searched for most often, or most often in vain. */
  report({ from, to, kind, limit }: ReportedSearches): Promise<ReportedQuery[]> {
    const { selection, order } = REPORTS[kind];
    return this.database.query<ReportedQuery & { [column: string]: unknown }>(
      `SELECT * FROM (
         SELECT query, sum(searches)::float8 AS searches, sum(without_hits)::float8 AS "withoutHits"
         FROM search_log WHERE day BETWEEN $1 AND $2 GROUP BY query ${selection}
       ) counted ORDER BY ${order} DESC, query LIMIT $3`,
      [from, to, limit],
    );
  }

  /** Forgets searches of the days before one, in a batch; true when there may be more. */
  async deleteBefore(tx: Transaction, day: string): Promise<boolean> {
    const deleted = await tx.query(
      `DELETE FROM search_log WHERE (day, query) IN (
         SELECT day, query FROM search_log WHERE day < $1 ORDER BY day, query LIMIT ${String(SWEEP_BATCH)}) RETURNING 1`,
      [day],
    );
    return deleted.length === SWEEP_BATCH;
  }
}
