import { bareSku } from './fold.js';
import { parseSearch, type SearchQuery } from './search-query.js';
import { BARE_SKU } from './searched-sku.js';
import { lexeme } from './ts-query.js';

/** Products with the words up to which they are looked up and sorted; where more have them, the list is walked. */
const FEW = 5_000;

/** The list of which a page is taken. */
export interface StaffList {
  /** Conditions on the product `p`. */
  readonly conditions: readonly string[];
  /** Its order and limit. */
  readonly limited: string;
  /** Takes a value and answers its parameter. */
  readonly bind: (value: unknown) => string;
}

/**
 * The products of a page of the staff's list that have some words, or whose SKU or external
 * reference is just what was typed; of any state. Rare words are looked up, at most `FEW` rows
 * of them; with common ones the list is walked in its order until the page is full.
 */
export function staffPageStatement(text: string, { conditions, limited, bind }: StaffList): string {
  const query = parseSearch(text);
  const { all, before, begins } = textsOf(query);
  const hasWords = `(SELECT s.words @@ (SELECT words FROM wanted) FROM product_search s WHERE s.product_id = p.id)`;
  const part = (from: string, ...more: string[]): string =>
    `(SELECT p.* FROM ${from} WHERE ${[...more, ...conditions].join(' AND ')} ${limited})`;
  return `WITH wanted AS MATERIALIZED (
      SELECT websearch_to_tsquery(l.language, ${bind(all)}::text)
        || coalesce(websearch_to_tsquery(l.language, ${bind(before)}::text) && ${bind(begins)}::tsquery, '') AS words
      FROM search_settings l),
    found AS MATERIALIZED (
      SELECT s.product_id FROM product_search s WHERE s.words @@ (SELECT words FROM wanted) LIMIT ${String(FEW + 1)}),
    named AS MATERIALIZED (
      SELECT v.product_id FROM variants v WHERE ${BARE_SKU} = nullif(${bind(bareSku(query.whole))}::text, '')
      UNION SELECT id FROM products WHERE external_reference = ${bind(text)}::text)
    SELECT * FROM (
      ${part('found JOIN products p ON p.id = found.product_id', `(SELECT count(*) FROM found) <= ${String(FEW)}`)}
      UNION ALL ${part('products p', `(SELECT count(*) FROM found) > ${String(FEW)}`, hasWords)}
      UNION ALL ${part('named JOIN products p ON p.id = named.product_id', `NOT coalesce(${hasWords}, false)`)}
    ) p ${limited}`;
}

/** The query as PostgreSQL reads it, each word in quotes so that none is an operator; and what its last word may go on as. */
function textsOf({ words, phrases, without, unfinished }: SearchQuery): { all: string; before: string; begins: string | null } {
  const quoted = (list: readonly string[]): string => `"${list.join(' ')}"`;
  const others = [...phrases.map(quoted), ...without.map((phrase) => `-${quoted(phrase)}`)];
  const typed = words.map((word) => quoted([word]));
  const last = unfinished ? words.at(-1) : undefined;
  return {
    all: [...typed, ...others].join(' '),
    before: [...typed.slice(0, -1), ...others].join(' '),
    begins: last === undefined ? null : `${lexeme(`=${last}`)}:*`,
  };
}
