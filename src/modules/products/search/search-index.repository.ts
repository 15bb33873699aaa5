import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../infrastructure/database/transaction.js';

/** Share of the products that must be new for all words to be counted anew at once. */
const RECOUNT_GROWTH = 0.2;

/** Who counts words holds this lock and no row that others need: a count takes minutes on a large catalogue. */
const COUNTING = `hashtextextended('search-words', 0)`;

/** Keeps what the search reads beside the products' own changes, which PostgreSQL writes itself. */
@Injectable()
export class SearchIndexRepository {
  /** Takes up to `limit` notes of products whose stock, sales, rating or categories have changed, and writes their rows anew. */
  async indexStale(tx: Transaction, limit: number): Promise<number> {
    const rows = await tx.query<{ id: string }>(
      `WITH taken AS (SELECT id FROM product_search_stale ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
       DELETE FROM product_search_stale s USING taken WHERE s.id = taken.id RETURNING s.product_id AS id`,
      [limit],
    );
    if (rows.length > 0) await this.index(tx, [...new Set(rows.map(({ id }) => id))]);
    return rows.length;
  }

  /** Writes the rows of the given products anew. */
  async index(tx: Transaction, ids: readonly string[]): Promise<void> {
    await tx.query('SELECT index_products($1::uuid[])', [ids]);
  }

  /** Stems own texts by a language; what was stemmed by another is noted to be done anew. */
  async setLanguage(tx: Transaction, locale: string): Promise<void> {
    const changed = await tx.query(
      'UPDATE search_settings SET language = search_language($1) WHERE language <> search_language($1) RETURNING language',
      [locale],
    );
    if (changed.length > 0) await tx.query('INSERT INTO product_search_stale (product_id) SELECT id FROM products');
  }

  /** The ids of up to `limit` products after one, in order. */
  async listIds(tx: Transaction, after: string, limit: number): Promise<string[]> {
    const rows = await tx.query<{ id: string }>('SELECT id FROM products WHERE id > $1 ORDER BY id LIMIT $2', [after, limit]);
    return rows.map(({ id }) => id);
  }

  /** Products in all, roughly, as PostgreSQL last counted them. */
  async countProducts(tx: Transaction): Promise<number> {
    const [row] = await tx.query<{ count: number }>(
      `SELECT greatest(reltuples, 0)::int AS count FROM pg_class WHERE oid = 'products'::regclass`,
    );
    return row?.count ?? 0;
  }

  /** Whether nobody else counts words; then nobody else begins until the transaction ends. */
  async mayCount(tx: Transaction): Promise<boolean> {
    const [row] = await tx.query<{ alone: boolean }>(`SELECT pg_try_advisory_xact_lock(${COUNTING}) AS alone`);
    return row?.alone ?? false;
  }

  /** Waits until nobody else counts words, however long; nobody else begins until the transaction ends. */
  async waitToCount(tx: Transaction): Promise<void> {
    await tx.query('SET LOCAL statement_timeout = 0');
    await tx.query('SET LOCAL lock_timeout = 0');
    await tx.query(`SELECT pg_advisory_xact_lock(${COUNTING})`);
  }

  /**
   * Adds the words of products that have changed since the last count; for who may count. Answers whether so
   * many have that all should be counted.
   */
  async countChanged(tx: Transaction): Promise<boolean> {
    const [row] = await tx.query<{ changed: number; known: number }>(
      `SELECT (SELECT count(*) FROM (
                SELECT 1 FROM product_search WHERE changed_at > l.counted_at LIMIT 100000) c)::int AS changed,
              coalesce((SELECT documents FROM search_terms WHERE term = ''), 0) AS known FROM search_settings l`,
    );
    const { changed = 0, known = 0 } = row ?? {};
    if (changed === 0) return false;
    if (changed > known * RECOUNT_GROWTH) return true;
    await tx.query(
      `INSERT INTO search_terms (term, documents, title_documents)
       SELECT word, ndoc, 0 FROM ts_stat('SELECT s.words FROM product_search s, search_settings l
         WHERE s.changed_at > l.counted_at AND s.visible_from < ''infinity''')
       ON CONFLICT (term) DO NOTHING`,
    );
    await this.addDeletions(tx);
    await tx.query('UPDATE search_settings SET counted_at = (SELECT max(changed_at) FROM product_search)');
    return false;
  }

  /** Counts all words; for who may count. Who searches meanwhile goes by the counts of before. */
  async countAll(tx: Transaction): Promise<void> {
    await tx.query('SET LOCAL statement_timeout = 0');
    await tx.query(
      `CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
       SELECT w.word AS term, w.ndoc AS documents, coalesce(t.ndoc, 0) AS title_documents
       FROM ts_stat('SELECT words FROM product_search WHERE visible_from < ''infinity''') w
       LEFT JOIN ts_stat('SELECT title_words FROM product_search WHERE visible_from < ''infinity''') t USING (word)
       UNION ALL SELECT '', count(*)::int, count(*)::int FROM product_search WHERE visible_from < 'infinity'`,
    );
    await tx.query('ANALYZE counted');
    await tx.query('DELETE FROM search_deletions WHERE NOT EXISTS (SELECT 1 FROM counted c WHERE c.term = \'=\' || search_deletions.term)');
    await tx.query('DELETE FROM search_terms WHERE NOT EXISTS (SELECT 1 FROM counted c WHERE c.term = search_terms.term)');
    await tx.query(
      `INSERT INTO search_terms AS t SELECT term, documents, title_documents FROM counted
       ON CONFLICT (term) DO UPDATE SET documents = EXCLUDED.documents, title_documents = EXCLUDED.title_documents
       WHERE (t.documents, t.title_documents) IS DISTINCT FROM (EXCLUDED.documents, EXCLUDED.title_documents)`,
    );
    await this.addDeletions(tx);
    await tx.query(`UPDATE search_settings SET counted_at = coalesce((SELECT max(changed_at) FROM product_search), '-infinity')`);
  }

  /** Each word with one letter left out, so that a misspelt word meets it. */
  private async addDeletions(tx: Transaction): Promise<void> {
    await tx.query(
      `INSERT INTO search_deletions (deletion, term)
       SELECT d, substr(t.term, 2) FROM search_terms t CROSS JOIN search_deletions_of(substr(t.term, 2)) AS d
       WHERE t.term >= '=' AND t.term < '>' AND length(t.term) BETWEEN 4 AND 31
         AND NOT EXISTS (SELECT 1 FROM search_deletions k WHERE k.deletion = substr(t.term, 2) AND k.term = substr(t.term, 2))
       ON CONFLICT DO NOTHING`,
    );
  }

  /** Adds units that were sold, and notes the products; by id, so that two who add never wait for each other. */
  async addSales(tx: Transaction, sold: ReadonlyMap<string, number>): Promise<void> {
    const ids = [...sold.keys()].sort();
    await tx.query(
      `INSERT INTO product_sales AS s (product_id, units)
       SELECT p.id, u.units FROM unnest($1::uuid[], $2::bigint[]) WITH ORDINALITY AS u (id, units, place)
       JOIN products p ON p.id = u.id ORDER BY u.place
       ON CONFLICT (product_id) DO UPDATE SET units = greatest(0, s.units + EXCLUDED.units)`,
      [ids, ids.map((id) => sold.get(id) ?? 0)],
    );
    await tx.query('INSERT INTO product_search_stale (product_id) SELECT unnest($1::uuid[])', [ids]);
  }
}
