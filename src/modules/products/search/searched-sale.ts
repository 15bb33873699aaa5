/** What the indexes of the lists hold, written as they have it: the search rows of what is on sale, or was, or will be. */
export const LISTED = `s.visible_from < 'infinity'`;

/**
 * The condition of a search row `s` whose product is on sale; its first part is `LISTED`.
 *
 * @param now the parameter that holds the moment, such as `$2`
 */
export function onSearchedSaleCondition(now: string): string {
  return `${LISTED} AND s.visible_from <= ${now}::timestamptz AND s.visible_until > ${now}::timestamptz`;
}
