import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../infrastructure/database/transaction.js';

/** A place in the order of relevance. */
export interface RankPosition {
  readonly rank: string;
  readonly id: string;
}

/** How much of the order of relevance the table of the best products holds. */
export interface BestProducts {
  /** Down to where writers keep it; `null` while it is not used. */
  readonly kept: RankPosition | null;
  /** Down to where it is complete, so that searches rely on it; `null` until it is. */
  readonly best: RankPosition | null;
  /** Whether it was noted who wrote as `kept` was told; not so where the number is one to come, as in a shop restored elsewhere. */
  readonly isNoted: boolean;
  /** Whether all of those have ended, so that each writer knows of `kept`. */
  readonly isKnown: boolean;
}

/** The products `s` of which the rows are locked as all who write them do, in the order of their ids. */
const LOCKED = `locked AS MATERIALIZED (
  SELECT s.* FROM product_search s WHERE s.product_id IN (SELECT product_id FROM wanted) ORDER BY s.product_id FOR SHARE)`;

/** The table of the best products, `product_search_best`; `index_products` keeps what it holds up to date. */
@Injectable()
export class BestProductsRepository {
  /** How things stand; until the transaction ends, nobody else changes them. */
  async lock(tx: Transaction): Promise<BestProducts> {
    // Not by a row: a lock of one would give the transaction its number before the others have ended.
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('search-best', 0))`);
    const [row] = await tx.query<{
      keptRank: string | null; keptId: string | null; bestRank: string | null; bestId: string | null; isNoted: boolean; isKnown: boolean;
    }>(
      `SELECT kept_rank AS "keptRank", kept_id AS "keptId", best_rank AS "bestRank", best_id AS "bestId",
         coalesce(kept_since < pg_snapshot_xmax(pg_current_snapshot()), false) AS "isNoted",
         coalesce(pg_snapshot_xmin(pg_current_snapshot()) > kept_since, false) AS "isKnown"
       FROM search_settings`,
    );
    return {
      kept: positionFrom(row?.keptRank, row?.keptId), best: positionFrom(row?.bestRank, row?.bestId),
      isNoted: row?.isNoted ?? false, isKnown: row?.isKnown ?? false,
    };
  }

  /** Products in all, as the words were last counted. */
  async countProducts(tx: Transaction): Promise<number> {
    const [row] = await tx.query<{ products: number }>(`SELECT documents AS products FROM search_terms WHERE term = ''`);
    return row?.products ?? 0;
  }

  /** Products that the table holds at a place or above. */
  async count(tx: Transaction, { rank, id }: RankPosition): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM product_search_best WHERE (rank, product_id) >= ($1::bigint, $2::uuid)',
      [rank, id],
    );
    return row?.count ?? 0;
  }

  /** The product that has `count` products on sale at its place or above. */
  async positionOf(tx: Transaction, count: number): Promise<RankPosition | null> {
    // Where the index alone does not tell which rows are visible, that many are read.
    await tx.query('SET LOCAL statement_timeout = 0');
    const [row] = await tx.query<{ rank: string; id: string }>(
      `SELECT rank, product_id AS id FROM product_search WHERE visible_from < 'infinity'
       ORDER BY rank DESC, product_id DESC OFFSET $1 LIMIT 1`,
      [count - 1],
    );
    return row ?? null;
  }

  /** Tells writers from where on products are kept, or that none are. */
  async keep(tx: Transaction, from: RankPosition | null): Promise<void> {
    await tx.query('UPDATE search_settings SET kept_rank = $1, kept_id = $2, kept_since = NULL', [from?.rank ?? null, from?.id ?? null]);
  }

  /** Notes the transaction's number: who writes now has a lower one; who has a higher one knows of what `keep` has told. */
  async note(tx: Transaction): Promise<void> {
    await tx.query('UPDATE search_settings SET kept_since = pg_current_xact_id()');
  }

  /** Tells searches down to where they can rely on the table, or that they cannot. */
  async rely(tx: Transaction, from: RankPosition | null): Promise<void> {
    await tx.query('UPDATE search_settings SET best_rank = $1, best_id = $2, best_products = $3', [
      from?.rank ?? null, from?.id ?? null, from ? await this.count(tx, from) : 0,
    ]);
  }

  /**
   * Takes up to `limit` products in that stand behind a place, the best first, but none behind `last`; answers
   * where it has come to, `null` at the end.
   */
  async takeIn(
    tx: Transaction,
    { after, last, limit }: { after: RankPosition | null; last: RankPosition; limit: number },
  ): Promise<RankPosition | null> {
    const rows = await tx.query<{ rank: string; id: string }>(
      `WITH wanted AS MATERIALIZED (
         SELECT rank, product_id FROM product_search
         WHERE visible_from < 'infinity' AND (rank, product_id) >= ($1::bigint, $2::uuid)
           AND ($3::bigint IS NULL OR (rank, product_id) < ($3::bigint, $4::uuid))
         ORDER BY rank DESC, product_id DESC LIMIT $5),
       ${LOCKED},
       taken AS (
         INSERT INTO product_search_best
         SELECT s.product_id, s.rank, s.title, s.price, s.visible_from, s.visible_until, s.facets, s.title_words, s.words
         FROM locked s WHERE s.visible_from < 'infinity' AND (s.rank, s.product_id) >= ($1::bigint, $2::uuid)
         ON CONFLICT DO NOTHING)
       SELECT rank, product_id AS id FROM wanted ORDER BY rank, product_id`,
      [last.rank, last.id, after?.rank ?? null, after?.id ?? null, limit],
    );
    return rows.length < limit ? null : (rows[0] ?? null);
  }

  /** Lets up to `limit` products go that are no longer kept; answers how many. */
  async letGo(tx: Transaction, kept: RankPosition | null, limit: number): Promise<number> {
    const gone = await tx.query(
      `WITH wanted AS MATERIALIZED (
         SELECT product_id FROM product_search_best
         WHERE $1::bigint IS NULL OR (rank, product_id) < ($1::bigint, $2::uuid) LIMIT $3),
       ${LOCKED}
       DELETE FROM product_search_best b USING locked s
       WHERE b.product_id = s.product_id AND ($1::bigint IS NULL OR (b.rank, b.product_id) < ($1::bigint, $2::uuid))
       RETURNING b.product_id`,
      [kept?.rank ?? null, kept?.id ?? null, limit],
    );
    return gone.length;
  }
}

function positionFrom(rank: string | null = null, id: string | null = null): RankPosition | null {
  return rank === null || id === null ? null : { rank, id };
}
