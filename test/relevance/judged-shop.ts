import { readFileSync } from 'node:fs';
import { Database } from '../../src/infrastructure/database/database.js';
import { ProductSalesService } from '../../src/modules/products/index.js';
import { SearchIndexService } from '../../src/modules/products/search/search-index.service.js';
import type { TestApp } from '../support/app.js';
import type { Judgements } from './ndcg.js';

const BATCH = 100;

/** A product of the judged shop; each combination of its options is a variant. */
export interface JudgedProduct {
  readonly slug: string;
  readonly title: string;
  readonly vendor: string;
  readonly category: string;
  readonly tags: readonly string[];
  readonly options: Readonly<Record<string, readonly string[]>>;
  readonly sku: string;
  readonly price: number;
  readonly stock: number;
  readonly sales: number;
  readonly boost: number;
  readonly description: string;
}

/** A query with what a buyer who types it wants to find. */
export interface JudgedQuery {
  readonly query: string;
  readonly kind: string;
  readonly judgements: Judgements;
}

/** The least that the search must reach. */
export interface Floor {
  readonly mean: number;
  readonly kinds: Readonly<Record<string, number>>;
}

/** The files of the judged set. */
interface JudgedFiles {
  readonly catalogue: readonly JudgedProduct[];
  readonly synonyms: readonly object[];
  readonly queries: readonly JudgedQuery[];
  readonly floor: Floor;
}

/** Reads a file of the judged set. */
export function readJudged<Name extends keyof JudgedFiles>(name: Name): JudgedFiles[Name] {
  return JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8')) as JudgedFiles[Name];
}

/** Fills a shop with the judged catalogue, its synonyms and sales, and counts its words. */
export async function stockJudgedShop({ api, nest, adminToken }: TestApp): Promise<void> {
  const products = readJudged('catalogue');
  const ids = new Map<string, string>();
  for (let start = 0; start < products.length; start += BATCH) {
    const batch = products.slice(start, start + BATCH);
    const items = batch.map((product) => ({ action: 'create', product: toBody(product) }));
    const { body, text } = await api.post('/v1/admin/products/bulk', { policy: 'atomic', items }, { as: adminToken });
    for (const [index, { slug }] of batch.entries()) {
      const id: unknown = body.results?.[index]?.productId;
      if (typeof id !== 'string') throw new Error(`${slug} was not made: ${text}`);
      ids.set(slug, id);
    }
  }
  for (const set of readJudged('synonyms')) {
    const { status, text } = await api.post('/v1/admin/search/synonyms', set, { as: adminToken });
    if (status !== 201) throw new Error(`A set of synonyms was not made: ${text}`);
  }
  for (const { slug, boost } of products.filter((product) => product.boost !== 0)) {
    await api.patch(`/v1/admin/products/${ids.get(slug)!}`, { searchBoost: boost }, { as: adminToken, headers: { 'If-Match': '*' } });
  }
  const sold = new Map(products.map(({ slug, sales }) => [ids.get(slug)!, sales]));
  await nest.get(Database).transaction((tx) => nest.get(ProductSalesService).add(tx, sold));
  const index = nest.get(SearchIndexService);
  while (await index.indexStale());
  await index.countAllWords();
}

function toBody({ options, sku, price, stock, sales: _, boost: __, ...product }: JudgedProduct): object {
  const combinations = combinationsOf(Object.entries(options));
  return {
    ...product,
    options: Object.entries(options).map(([name, values]) => ({ name, values })),
    variants: combinations.map((combination, index) => ({
      sku: index === 0 ? sku : `${sku}-${index + 1}`,
      price: { amount: price, currency: 'EUR' },
      stock,
      options: combination,
    })),
  };
}

function combinationsOf(options: readonly (readonly [string, readonly string[]])[]): Record<string, string>[] {
  return options.reduce<Record<string, string>[]>(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}
