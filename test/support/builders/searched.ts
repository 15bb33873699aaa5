import { INVARIANTS, valuesOf } from '../../../src/modules/health/invariants.repository.js';
import { SearchIndexService } from '../../../src/modules/products/search/search-index.service.js';
import type { TestApp } from '../app.js';

/** What a test says of a product; the rest is of no matter. */
export interface SearchedProduct {
  readonly title: string;
  readonly [field: string]: unknown;
}

let made = 0;

/** Makes products on sale and counts their words, as the worker does each minute; answers their ids by title. */
export async function searchedProducts(app: TestApp, products: readonly SearchedProduct[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const { sku, amount = 1_000, stock = 5, ...product } of products) {
    made += 1;
    const variant = { sku: sku ?? `SEARCHED-${String(made)}`, price: { amount, currency: 'EUR' }, stock };
    const { status, body, text } = await app.api.post('/v1/admin/products', { variants: [variant], ...product }, { as: app.adminToken });
    if (status !== 201) throw new Error(`No product was made: ${text}`);
    ids.set(product.title, String(body.id));
  }
  await app.nest.get(SearchIndexService).countAllWords();
  return ids;
}

/** The titles that a list answers, in order. */
export async function foundTitles({ api }: TestApp, query: string): Promise<string[]> {
  const { status, body, text } = await api.get(`/v1/products?${query}`);
  if (status !== 200) throw new Error(`${query} answered ${text}`);
  return body.data.map(({ title }: { title: string }) => title);
}

/** What is wrong with the rows of the search, by the shop's own invariants, and what was left behind. */
export async function faultsInTheSearch({ database }: TestApp): Promise<string[]> {
  const now = new Date();
  const faults: string[] = [];
  for (const invariant of INVARIANTS.filter(({ name }) => ['product-is-searched', 'search-row-is-its-product', 'best-product-is-its-search-row'].includes(name))) {
    const rows = await database.query<{ id: string; detail: string }>(
      invariant.sql, valuesOf(invariant, { now, eventsSince: now, jobsSince: now }),
    );
    faults.push(...rows.map(({ id, detail }) => `${id} ${detail}`));
  }
  const left = await database.query<{ id: string }>('SELECT product_id AS id FROM product_search_changes');
  return [...faults, ...left.map(({ id }) => `${id} was left among the changes`)];
}
