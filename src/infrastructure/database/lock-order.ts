/**
 * The order in which a transaction that locks rows of several tables takes them.
 * Rows of one table are taken by id; a row that the transaction has just made has
 * no place, for nobody else waits for it. Neither has an idempotency key: only
 * repeats of its own call wait for it, and they hold nothing else. The batches of an import
 * take its operation last: nobody who holds it waits for a product. Who keeps to it cannot deadlock; a test
 * reads the locks of the statements that were sent and compares.
 */
export const LOCK_ORDER = [
  'operations',
  'webhook_endpoints',
  'webhook_deliveries',
  'product_imports',
  'products',
  'product_types',
  'variants',
  'categories',
  'collections',
  'search_synonyms',
  'product_purchases',
  'product_reviews',
  'product_ratings',
  'images',
  'orders',
  'payments',
  'carts',
  'stock_levels',
] as const;
