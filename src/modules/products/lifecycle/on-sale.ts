/**
 * The SQL condition under which a product `p` is on sale at a moment: it is active, or
 * a draft whose time has come, and its time is not over. The state itself follows
 * within a minute; readers do not wait for it.
 *
 * @param now the parameter that holds the moment, such as `$2`
 */
export function onSaleCondition(now: string): string {
  return `(p.state = 'active' OR (${dueDraftCondition(now)})) AND ${notOverCondition(now)}`;
}

/** The condition of drafts whose time has come; the index of drafts to publish has them. */
export function dueDraftCondition(now: string): string {
  return `p.state = 'draft' AND p.publish_at IS NOT NULL AND p.publish_at <= ${now}::timestamptz`;
}

/** The condition of products whose time of sale is not over. */
export function notOverCondition(now: string): string {
  return `(p.unpublish_at IS NULL OR p.unpublish_at > ${now}::timestamptz)`;
}
