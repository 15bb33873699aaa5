import { BestProductsService } from '../../../src/modules/products/search/best-products.service.js';
import { SearchIndexService } from '../../../src/modules/products/search/search-index.service.js';
import type { TestApp } from '../app.js';
import { until } from '../until.js';

/** Makes products on sale, many of equal rank, with words of different commonness, and counts the words. */
export async function rankedCatalogue(app: TestApp, products: number): Promise<void> {
  await app.database.query(
    `INSERT INTO products (id, slug, title, description, vendor, tags, state, search_boost, created_at, updated_at)
     SELECT gen_random_uuid(), 'ranked-' || n,
       concat_ws(' ', 'thing', CASE WHEN n % 3 = 0 THEN 'wool' END, CASE WHEN n % 11 = 0 THEN 'alpaca' END, n),
       concat_ws(' ', CASE WHEN n % 2 = 0 THEN 'linen' END, CASE WHEN n % 8 = 5 THEN 'velvet' END, CASE WHEN n % 7 = 0 THEN 'alpaca' END),
       'Vendor ' || n % 5, ARRAY['tag' || n % 4], 'active', n * 7 % 5, timestamptz '2026-01-01' + n * interval '1 minute', now()
     FROM generate_series(1, $1::int) n`,
    [products],
  );
  await app.database.query(
    `INSERT INTO variants (id, product_id, position, sku, title, options, price_amount, currency, created_at, updated_at)
     SELECT gen_random_uuid(), id, 0, slug, 'x', '{}', 1000 + length(title), 'EUR', now(), now() FROM products WHERE slug LIKE 'ranked-%'`,
  );
  await app.nest.get(SearchIndexService).countAllWords();
}

/** Products that searches rely on to be among the best. */
export async function bestProducts({ database }: TestApp): Promise<number> {
  const [settings] = await database.query<{ best: number }>('SELECT best_products AS best FROM search_settings');
  return settings?.best ?? 0;
}

/** Keeps the best products, as the worker does each minute, until searches rely on them; others who write meanwhile are waited for. */
export async function relyOnBestProducts(app: TestApp): Promise<void> {
  await until(async () => {
    await app.nest.get(BestProductsService).keep();
    return (await bestProducts(app)) > 0;
  }, 'the best products to be relied on');
}
