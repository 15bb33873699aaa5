import fc from 'fast-check';
import { ProductSearchRepository } from '../../src/modules/products/search/product-search.repository.js';
import { LEVELS, planSearch, type Level, type SearchPlan } from '../../src/modules/products/search/search-plan.js';
import { parseSearch } from '../../src/modules/products/search/search-query.js';
import type { SearchHits } from '../../src/modules/products/search/search-engine.js';
import type { SearchPage, SearchPosition } from '../../src/modules/products/search/search-statement.js';
import { SearchTermsRepository } from '../../src/modules/products/search/search-terms.repository.js';
import { startApp, type TestApp } from '../support/app.js';
import { bestProducts, rankedCatalogue, relyOnBestProducts } from '../support/builders/ranked-catalogue.js';
import { faultsInTheSearch } from '../support/builders/searched.js';
import { logStatements } from '../support/sql-log.js';

const PRODUCTS = 240;
const BEST = 60;
/** As a catalogue in which words that are neither common nor rare are looked for among the best first. */
const LARGE = { products: 1_000_000, best: 100_000, estimate: 4_000, sampled: 32_000 };

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { SEARCH_BEST_PRODUCTS: String(BEST) } });
  await rankedCatalogue(app, PRODUCTS);
  await relyOnBestProducts(app);
});
afterAll(async () => {
  await app.close();
});

interface Wanted {
  readonly q: string | null;
  readonly vendors: readonly string[];
  readonly limit: number;
}

const words = fc.constantFrom('thing', 'wool', 'alpaca', 'linen', 'velvet', 'alpac', 'velvte', '-wool', '-linen', '"thing wool"', '21', 'unheard');
const wanted: fc.Arbitrary<Wanted> = fc.record({
  q: fc.option(fc.tuple(fc.array(words, { minLength: 1, maxLength: 4 }), fc.constantFrom('', ' ')).map(([some, end]) => some.join(' ') + end)),
  vendors: fc.uniqueArray(fc.constantFrom('vendor=Vendor 0', 'vendor=Vendor 3'), { maxLength: 2 }),
  limit: fc.integer({ min: 6, max: 12 }),
});

async function planOf({ q, vendors }: Wanted, { best, estimate = LARGE.estimate }: { best: number; estimate?: number | undefined }): Promise<SearchPlan> {
  const query = q === null ? null : parseSearch(q);
  const vocabulary = await app.nest.get(SearchTermsRepository).look({
    words: query ? [...query.words, ...query.phrases.flat(), ...query.without.flat()] : [], others: [],
    prefix: (query?.unfinished === true && query.words.at(-1)) || null, filters: vendors, language: 'en',
  });
  const filters = new Map(vendors.length > 0 ? [['vendor', vendors]] : []);
  const plan = planSearch({ query, alike: [], filters, ranked: true }, vocabulary);
  const { products } = LARGE;
  const large = (level: Level): Level =>
    (level.whole === null ? { ...level, estimate, sought: { ...level.sought, cost: estimate, likely: estimate } } : level);
  return {
    ...plan, products, best, levels: plan.levels.map(large), fallback: plan.fallback && large(plan.fallback), all: large(plan.all),
    without: (group) => large(plan.without(group)), unfiltered: large(plan.unfiltered),
  };
}

const pageOf = ({ limit }: Wanted, after: SearchPosition | null): SearchPage => ({
  sort: { column: 'rank', type: 'bigint', direction: 'DESC' }, limit, after, price: { min: null, max: null }, now: new Date(),
  view: { language: 'en', languages: [], currency: null, negotiated: false }, known: [],
});

/** All pages of a search, and the facets of the first. */
async function all(kind: Wanted, best: number, estimate?: number): Promise<{ hits: string[]; facets: SearchHits['facets'] }> {
  const repository = app.nest.get(ProductSearchRepository);
  const plan = await planOf(kind, { best, estimate });
  const first = await repository.search(plan, pageOf(kind, null), ['vendor']);
  const hits: string[] = [];
  for (let page = first; ; ) {
    const shown = page.hits.slice(0, kind.limit);
    hits.push(...shown.map(({ level, rank, id }) => `${level} ${String(rank)} ${id}`));
    const last = shown.at(-1);
    if (page.hits.length <= kind.limit || !last) return { hits, facets: first.facets };
    page = await repository.search(plan, pageOf(kind, { level: LEVELS[last.level], key: String(last.rank), id: last.id }), null);
  }
}

describe('the best products, kept by themselves', () => {
  it('are as many as is configured, and the same as among all', async () => {
    const rows = await app.database.query('SELECT 1 FROM product_search_best');

    expect([await bestProducts(app), rows.length]).toEqual([BEST, BEST]);
    expect(await faultsInTheSearch(app)).toEqual([]);
  });

  it('are looked among for words that are neither common nor rare, and for samples of facets', async () => {
    const kind: Wanted = { q: 'thing ', vendors: ['vendor=Vendor 0'], limit: 10 };
    const statementOf = async (estimate: number): Promise<string | undefined> => {
      const statements = await logStatements(() => all(kind, LARGE.best, estimate));
      return statements.find((statement) => statement.includes('product_search_best'));
    };

    expect(await statementOf(LARGE.estimate)).toMatch(/best_\d AS MATERIALIZED/);
    expect(await statementOf(LARGE.sampled)).toMatch(/WITH best AS MATERIALIZED/);
  });

  it('are looked among by the shop itself as soon as it knows of them', async () => {
    const statements = await logStatements(async () => {
      const { body } = await app.api.get('/v1/products?q=velvet%20&limit=1');
      expect(body.data).toHaveLength(1);
    });

    expect(statements.filter((statement) => statement.includes('best_2 AS MATERIALIZED'))).toHaveLength(1);
  });

  const isTheSame = fc.asyncProperty(wanted, async (kind) => {
    for (const estimate of [LARGE.estimate, LARGE.sampled]) {
      expect(await all(kind, LARGE.best, estimate)).toEqual(await all(kind, 0, estimate));
    }
  });

  it('never change what a search answers, on any page', async () => {
    await fc.assert(isTheSame, { numRuns: 40 });
  });

  it('are relied on as far as they are complete, and no further', async () => {
    await app.database.query(
      `UPDATE search_settings SET (best_rank, best_id) =
         (SELECT rank, product_id FROM product_search_best ORDER BY rank DESC, product_id DESC OFFSET ${String(BEST / 2)} LIMIT 1)`,
    );
    await app.database.query(
      `DELETE FROM product_search_best b USING search_settings l
       WHERE (b.rank, b.product_id) < (l.best_rank, l.best_id) AND hashtext(b.product_id::text) % 2 = 0`,
    );

    await fc.assert(isTheSame, { numRuns: 20 });
  });
});
