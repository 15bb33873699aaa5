import { Injectable } from '@nestjs/common';
import { Database } from '../../../infrastructure/database/database.js';
import { shopColumns, toShopJson, type ShopProductRead } from '../product-json.js';
import { facetsExpression, type FacetCount } from './facet-statement.js';
import { LEVELS, type LevelName, type SearchPlan } from './search-plan.js';
import { lexeme } from './ts-query.js';
import { SearchStatement, type SearchPage } from './search-statement.js';
import type { SearchHit, SearchHits, Suggestions } from './search-engine.js';

/** A row of the page; without its product where that is known. */
type Row = (ShopProductRead | { id: null; json: null }) & {
  productId: string; key: string; rank: string; level: number; found: boolean; facets: FacetCount[] | null; [column: string]: unknown;
};

const NAMES = new Map<number, LevelName>(Object.entries(LEVELS).map(([name, level]) => [level, name as LevelName]));

/** Runs searches; each is one statement, which reads `products`, `variants` and `stock_levels` for the page alone. */
@Injectable()
export class ProductSearchRepository {
  constructor(private readonly database: Database) {}

  /**
   * One page of a search.
   *
   * @param chosen the groups of filters whose own values are counted as well; `null` for no facets
   */
  async search(plan: SearchPlan, page: SearchPage, chosen: readonly string[] | null): Promise<SearchHits> {
    const { sql, values } = searchSql(plan, page, chosen);
    // A list of everything has one way to be run, which PostgreSQL finds by itself.
    const rows = plan.all.words === null ? await this.database.query<Row>(sql, values) : await this.database.queryAsPlanned<Row>(sql, values);
    return {
      hits: rows.filter(({ found }) => found).map((row) => toHit(row, page)),
      facets: chosen && (rows[0]?.facets ?? null),
    };
  }

  /** Words that begin so, and categories with a word that does. */
  async suggest(words: readonly string[], limit: number): Promise<Suggestions> {
    const last = words.at(-1);
    if (last === undefined) return { terms: [], categories: [] };
    const [row] = await this.database.query<{ terms: string[]; categories: Suggestions['categories'] }>(SUGGEST, [
      last,
      limit,
      words.join(' '),
      words.map((word, index) => `${lexeme(`=${word}`)}${index === words.length - 1 ? ':*' : ''}`).join(' & '),
    ]);
    const before = words.slice(0, -1).join(' ');
    return {
      terms: (row?.terms ?? []).map((term) => (before === '' ? term : `${before} ${term}`)),
      categories: row?.categories ?? [],
    };
  }
}

function toHit(row: Row, { view }: SearchPage): SearchHit {
  const { productId, key, rank, level } = row;
  return { id: productId, json: row.json === null ? null : toShopJson(row, view.languages), key, rank: Number(rank), level: NAMES.get(level) ?? 'words' };
}

/** The words of a category are looked up in an index; that they are side by side is seen from its name. */
export const SUGGEST = `
SELECT ARRAY(
  SELECT substr(term, 2) FROM (
    SELECT term, documents FROM search_terms
    WHERE term >= '=' || $1::text AND term < '=' || $1::text || U&'\\+10FFFF' LIMIT 2000) begins
  ORDER BY documents DESC, term LIMIT $2::int) AS terms,
(SELECT coalesce(json_agg(json_build_object('id', id, 'slug', slug, 'name', name)), '[]') FROM (
  SELECT id, slug, name FROM categories
  WHERE search_surfaces(search_fold(name)) @@ $4::tsquery AND ' ' || search_fold(name) LIKE '% ' || $3::text || '%'
  ORDER BY depth, name LIMIT $2::int) c) AS categories`;

/** The statement of a search; the parameters of a plan never change its text more than its shape does. */
export function searchSql(
  plan: SearchPlan,
  page: SearchPage,
  chosen: readonly string[] | null,
): { sql: string; values: unknown[] } {
  const statement = new SearchStatement(page);
  const expressions = statement.build(plan, chosen !== null);
  const { direction } = page.sort;
  const order = `page.level DESC, page.key ${direction}, page.product_id ${direction}`;
  const columns = shopColumns(page.view, (value, type) => statement.bind(value, type));
  const rows = `SELECT ${columns}, page.product_id AS "productId", page.key::text AS key, page.rank, page.level, true AS found`;
  const unknown = `CASE WHEN page.product_id <> ALL(${statement.bind(page.known, 'uuid[]')}) THEN page.product_id END`;
  const from = `page LEFT JOIN products p ON p.id = ${unknown}`;
  if (chosen === null) {
    return { sql: `WITH ${expressions} ${rows} FROM ${from} ORDER BY ${order}`, values: statement.values };
  }
  const facets = facetsExpression(statement, plan, chosen);
  const sql = `WITH ${expressions}, rows AS (${rows}, row_number() OVER (ORDER BY ${order}) AS place FROM ${from})
    SELECT rows.*, CASE WHEN coalesce(rows.place, 1) = 1 THEN ${facets} END AS facets
    FROM (SELECT 1) AS one LEFT JOIN rows ON true ORDER BY rows.place`;
  return { sql, values: statement.values };
}
