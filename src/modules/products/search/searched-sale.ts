/**
 * The condition of a search row `s` whose product is on sale; the first part is written as
 * the indexes of the lists have it.
 *
 * @param now the parameter that holds the moment, such as `$2`
 */
export function onSearchedSaleCondition(now: string): string {
  return `s.visible_from < 'infinity' AND s.visible_from <= ${now}::timestamptz AND s.visible_until > ${now}::timestamptz`;
}
