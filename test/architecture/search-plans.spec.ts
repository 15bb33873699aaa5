import { Database } from '../../src/infrastructure/database/database.js';
import { PLANNING } from '../../src/infrastructure/database/search-connections.js';
import { searchSql, SUGGEST } from '../../src/modules/products/search/product-search.repository.js';
import { SearchIndexService } from '../../src/modules/products/search/search-index.service.js';
import { planSearch, type FilterGroups, type Level, type SearchPlan } from '../../src/modules/products/search/search-plan.js';
import { parseSearch } from '../../src/modules/products/search/search-query.js';
import { staffPageStatement } from '../../src/modules/products/search/staff-page-statement.js';
import type { SearchPage } from '../../src/modules/products/search/search-statement.js';
import { LOOK, SearchTermsRepository } from '../../src/modules/products/search/search-terms.repository.js';
import { startApp, type TestApp } from '../support/app.js';

const PRODUCTS = 1_000;
/** A catalogue and a share of it with which a walk along the order is quicker, and with which it is not. */
const LARGE = 1_000_000;
const COMMON = LARGE / 2;
const RARE = 1;
/** Too many to look at all of them at once. */
const NEITHER = 6_000;

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
  await app.database.query(
    `INSERT INTO products (id, slug, title, description, vendor, tags, state, created_at, updated_at)
     SELECT gen_random_uuid(), 'planned-' || n, concat_ws(' ', 'shirt', CASE WHEN n % 100 = 0 THEN 'alpaca' END, 'number', n),
            CASE WHEN n % 3 = 0 THEN 'Of linen.' ELSE 'Of wool.' END, 'Vendor ' || n % 5, ARRAY['tag' || n % 4], 'active',
            timestamptz '2026-01-01' + n * interval '1 minute', now()
     FROM generate_series(1, $1::int) n`,
    [PRODUCTS],
  );
  await app.database.query(
    `INSERT INTO variants (id, product_id, position, sku, title, options, price_amount, currency, created_at, updated_at)
     SELECT gen_random_uuid(), id, 0, slug, 'x', '{}', 1000 + length(title), 'EUR', now(), now() FROM products`,
  );
  await app.nest.get(SearchIndexService).countAllWords();
  await app.database.query('VACUUM ANALYZE product_search');
  await app.database.query('ANALYZE products, variants');
});
afterAll(async () => {
  await app.close();
});

interface Class {
  readonly q?: string;
  readonly filters?: Record<string, string[]>;
  readonly sort?: SearchPage['sort'];
  readonly after?: SearchPage['after'];
  readonly facets?: readonly string[];
}

const RELEVANCE: SearchPage['sort'] = { column: 'rank', type: 'bigint', direction: 'DESC' };
const BY_PRICE: SearchPage['sort'] = { column: 'price', type: 'bigint', direction: 'ASC' };
const ID = '01935f3e-0000-7000-8000-000000000000';

const CLASSES: Readonly<Record<string, Class>> = {
  'a common word': { q: 'shirt ' },
  'a rare word': { q: 'alpaca ' },
  'three words': { q: 'alpaca linen shirt ' },
  'a misspelt word': { q: 'alpacca ' },
  'the beginning of a word': { q: 'alp' },
  'a word in another order': { q: 'alpaca ', sort: BY_PRICE },
  'filters only': { filters: { vendor: ['vendor=Vendor 1'], tag: ['tag=tag1', 'tag=tag2'] } },
  'a page far down': { q: 'shirt ', after: { level: 2, key: '1', id: ID } },
  'a page far down by price': { q: 'shirt ', sort: BY_PRICE, after: { level: 2, key: '1010', id: ID } },
  facets: { q: 'shirt ', filters: { vendor: ['vendor=Vendor 1'] }, facets: ['vendor'] },
};

/** The plan of a class of search, with each level thought to find a given number of products. */
async function planned({ q, filters = {}, sort = RELEVANCE }: Class, estimate: number): Promise<SearchPlan> {
  const query = q === undefined ? null : parseSearch(q);
  const groups: FilterGroups = new Map(Object.entries(filters));
  const vocabulary = await app.nest.get(SearchTermsRepository).look({
    words: [...(query?.words ?? []), ...(query?.without.flat() ?? [])], others: [], prefix: query?.unfinished === true ? (query.words.at(-1) ?? null) : null,
    filters: Object.values(filters).flat(), language: 'en',
  });
  const plan = planSearch({ query, alike: [], filters: groups, ranked: sort.column === 'rank' }, vocabulary);
  const thought = (level: Level): Level => ({ ...level, estimate, sought: { ...level.sought, likely: estimate } });
  return {
    ...plan,
    products: LARGE,
    levels: plan.levels.map((level) => (level.whole === null ? thought(level) : level)),
    fallback: plan.fallback && thought(plan.fallback),
    all: thought(plan.all),
    without: (group) => thought(plan.without(group)),
    unfiltered: thought(plan.unfiltered),
  };
}

function pageOf({ sort = RELEVANCE, after = null }: Class): SearchPage {
  return {
    sort, limit: 20, after, price: { min: null, max: null }, now: new Date(),
    view: { language: 'en', languages: [], currency: null, negotiated: false }, known: [],
  };
}

async function explain(kind: Class, estimate: number): Promise<string> {
  const { sql, values } = searchSql(await planned(kind, estimate), pageOf(kind), kind.facets ?? null);
  // A small catalogue is cheapest to scan, and to sort: without, the plan shows what a large one would use.
  const rows = await app.nest.get(Database).transaction(async (tx) => {
    await tx.query('SET LOCAL enable_seqscan = off');
    if (estimate === COMMON || estimate === LARGE) await tx.query('SET LOCAL enable_sort = off');
    return tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, values);
  });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** The plan that PostgreSQL makes once for all values, by which it runs the searches of a connection. */
async function explainedForAll(kind: Class, estimate: number): Promise<string> {
  return genericPlanOf(searchSql(await planned(kind, estimate), pageOf(kind), kind.facets ?? null).sql);
}

async function genericPlanOf(sql: string): Promise<string> {
  const rows = await app.nest.get(Database).transaction(async (tx) => {
    for (const [name, value] of Object.entries(PLANNING)) await tx.query(`SET LOCAL ${name} = ${value}`);
    return tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${sql}`);
  });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

const orderIndex = ({ sort = RELEVANCE }: Class): string => `product_search_${sort.column}_idx`;

describe.each(Object.entries(CLASSES))('a search for %s', (name, kind) => {
  it.each([
    ['common', COMMON],
    ['neither common nor rare', NEITHER],
    ['rare', RARE],
  ])('that is thought %s scans no table', async (_, estimate) => {
    const plan = await explain(kind, estimate);

    expect(plan).not.toMatch(/Seq Scan on (product_search|products|variants|stock_levels)\b/);
  });

  it('that is thought common walks along its order first', async () => {
    const plan = await explain(kind, COMMON);

    expect(plan).toMatch(new RegExp(`CTE walk_\\d[^]*?Index (?:Only )?Scan[^\\n]* using ${orderIndex(kind)}`));
  });

  it('that is thought rare looks its words up', async () => {
    const plan = await explain(kind, RARE);

    expect(plan).not.toContain('CTE walk_');
    expect(plan).toContain('product_search_words_idx');
    if (name === 'facets') expect(plan.split('CTE sample').slice(1).every((part) => /CTE Scan on found/.test(part))).toBe(true);
  });
});

describe('a small catalogue', () => {
  it.each(Object.entries(CLASSES))('is walked along an index up to a limit, and not sorted, in a search for %s', async (_, kind) => {
    const plan = await explainedForAll(kind, COMMON);
    const walks = plan.split(/CTE (?=walk_|level_|skus|page)/).filter((part) => part.startsWith('walk_'));

    expect(walks).not.toHaveLength(0);
    for (const walk of walks) {
      expect(walk).toContain(`using ${orderIndex(kind)}`);
      expect(walk).not.toMatch(/Sort Key|Bitmap Heap Scan/);
    }
  });
});

describe('the best products, kept by themselves', () => {
  it.each(['a common word', 'three words', 'a misspelt word', 'the beginning of a word'])('are looked up by their own index, in a search for %s', async (name) => {
    const kind = CLASSES[name] ?? {};
    const plan = await planned(kind, NEITHER);
    const costly = (level: Level): Level =>
      (level.whole === null ? { ...level, sought: { ...level.sought, cost: NEITHER, likely: NEITHER } } : level);
    const { sql } = searchSql({ ...plan, best: LARGE / 10, levels: plan.levels.map(costly) }, pageOf(kind), null);
    const first = (await genericPlanOf(sql)).split(/CTE (?=best_|level_|walk_|skus|page)/).filter((part) => part.startsWith('best_'));

    expect(first).not.toHaveLength(0);
    for (const part of first) {
      expect(part).toContain('product_search_best_words_idx');
      expect(part).not.toMatch(/Seq Scan on product_search|product_search_best_rank_idx/);
    }
  });
});

describe('what words are near a word', () => {
  it.each([['shirt', true], ['shrit', false]])('is looked for where nobody has it alone: %s is known, %p', async (word, isKnown) => {
    const rows = await app.nest.get(Database).transaction((tx) =>
      tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ${LOOK}`, [[word], null, [], [], 'en']));
    const scans = rows.map((row) => row['QUERY PLAN']).filter((line) => / on search_(?:deletions|terms [mab]\b)/.test(line));

    expect(scans.length).toBeGreaterThanOrEqual(4);
    expect(scans.every((line) => line.includes('never executed'))).toBe(isKnown);
  });
});

describe('the values of a search', () => {
  const more: Record<string, Class> = {
    'a common word next to a rare one, with facets': { q: 'alpaca shirt ', filters: { vendor: ['vendor=Vendor 0'] }, facets: ['vendor'] },
    'facets of a narrow filter and a wide one': {
      filters: { vendor: ['vendor=Vendor 1'], tag: ['tag=tag1'], any: [0, 1, 2, 3, 4].map((n) => `vendor=Vendor ${String(n)}`) }, facets: ['vendor'],
    },
  };
  it.each(Object.entries({ ...CLASSES, ...more }))('are all used, in a search for %s', async (_, kind) => {
    for (const best of [0, LARGE / 10]) {
      for (const estimate of [RARE, 100, NEITHER, 32_000, COMMON]) {
        const { sql, values } = searchSql({ ...(await planned(kind, estimate)), best }, pageOf(kind), kind.facets ?? null);
        const unused = values.map((_value, index) => `$${String(index + 1)}::`).filter((parameter) => !sql.includes(parameter));

        expect({ best, estimate, unused }).toEqual({ best, estimate, unused: [] });
      }
    }
  });
});

describe('a common word next to a rare one', () => {
  const kind: Class = { q: 'alpaca shirt ', filters: { vendor: ['vendor=Vendor 0'] } };

  it('is seen on the rows that the rare one finds, and is not looked up', async () => {
    const { levels } = await planned(kind, RARE);
    const [inTitle, words] = [levels.find(({ name }) => name === 'wordsInTitle'), levels.find(({ name }) => name === 'words')];

    expect(words?.words).toMatch(/shirt/);
    expect(words?.sought.words.queries.join(' ')).toMatch(/alpaca/);
    expect(words?.sought.words.queries.join(' ')).not.toMatch(/shirt/);
    expect(inTitle?.titleWords).toMatch(/shirt/);
    expect(inTitle?.sought.titleWords.queries.join(' ')).not.toMatch(/shirt/);
  });

  it('takes no part in what the index finds', async () => {
    const plan = await explain(kind, RARE);
    const sought = [...plan.matchAll(/Index Cond: .*words @@.*/g)].map(([line]) => line);

    expect(sought).not.toHaveLength(0);
    for (const condition of sought) expect(condition).not.toContain('shirt');
    expect(plan).toMatch(/Filter: .*ts_match_vq\(/);
  });
});

describe('words of which an index finds the narrow ones alone', () => {
  it.each([
    ['alpaca shirt ', [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]],
    ['alpaca linen shirt ', [300, 600, 900]],
    ['alpaca linen shirt number 600 ', [600]],
    ['alpaca -linen shirt ', [100, 200, 400, 500, 700, 800, 1000]],
  ])('find what has them all, as in %s', async (q, numbers) => {
    const kind: Class = { q, filters: { vendor: ['vendor=Vendor 0'] } };
    const { sql, values } = searchSql(await planned(kind, RARE), pageOf(kind), null);
    const rows = await app.nest.get(Database).queryAsPlanned<{ json: string }>(sql, values);
    const titles = rows.map(({ json }) => (JSON.parse(json) as { title: string }).title);

    expect(titles.map((title) => Number(title.split(' ').at(-1))).sort((a, b) => a - b)).toEqual(numbers);
  });
});

describe('the list of everything', () => {
  it.each([RELEVANCE, BY_PRICE])('walks along the index of its order', async (sort) => {
    const plan = await explain({ sort }, LARGE);

    expect(plan).toContain(`using ${orderIndex({ sort })}`);
    expect(plan).not.toMatch(/Seq Scan on|Sort Key: product_search/);
  });

  it('goes on behind a row by the same index', async () => {
    const plan = await explain({ sort: BY_PRICE, after: { level: 2, key: '1010', id: ID } }, LARGE);

    expect(plan).toMatch(/using product_search_price_idx[^\n]*\n\s+Index Cond: \(ROW\(/);
  });
});

/** The plan of a statement, as a large catalogue would have it. */
async function explainedAsLarge(sql: string, values: readonly unknown[], settings: readonly string[] = []): Promise<string> {
  const rows = await app.nest.get(Database).transaction(async (tx) => {
    for (const setting of ['enable_seqscan', ...settings]) await tx.query(`SET LOCAL ${setting} = off`);
    return tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, values);
  });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

describe('the suggestions', () => {
  it('look the words of categories and those of products up', async () => {
    const plan = await explainedAsLarge(SUGGEST, ['sh', 5, 'red sh', `'=red' & '=sh':*`]);

    expect(plan).toContain('categories_words_idx');
    expect(plan).toContain('search_terms_pkey');
    expect(plan).not.toMatch(/Seq Scan on/);
  });
});

describe('a search for a SKU', () => {
  it.each([RELEVANCE, BY_PRICE])('looks it up, whatever the order', async (sort) => {
    expect(await explain({ q: 'AB-12', sort }, RARE)).toContain('variants_bare_sku_idx');
  });
});

describe('the search of staff', () => {
  it('looks rare words up, walks the list for common ones, and looks SKUs and references up', async () => {
    const values: unknown[] = [];
    const limited = 'ORDER BY created_at DESC, id DESC LIMIT 21';
    const sql = staffPageStatement('shirt', { conditions: [], limited, bind: (value) => `$${String(values.push(value))}` });
    const plan = await explainedAsLarge(sql, values, ['enable_sort']);

    for (const index of [
      'product_search_words_idx', 'products_created_at_idx', 'product_search_pkey', 'variants_bare_sku_idx', 'products_external_reference_key',
    ]) expect(plan).toContain(index);
    expect(plan).not.toMatch(/Seq Scan on (products|product_search|variants)/);
  });
});
