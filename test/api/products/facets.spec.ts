import { SearchIndexService } from '../../../src/modules/products/search/search-index.service.js';
import { startApp, type TestApp } from '../../support/app.js';
import { foundTitles, searchedProducts } from '../../support/builders/searched.js';
import { aCategory, aProductType } from '../../support/builders/shelves.js';
import { logStatements } from '../../support/sql-log.js';

interface Facet {
  readonly name: string;
  readonly label: string;
  readonly values: { value: string; label: string; count: number; selected: boolean }[];
}

let app: TestApp;
let shoes: string;
let boots: string;

const sized = (sizes: string[], amount: number, stock: number, sku: string) => ({
  options: [{ name: 'Size', values: sizes }],
  variants: sizes.map((size) => ({ sku: `${sku}-${size}`, price: { amount, currency: 'EUR' }, stock, options: { Size: size } })),
});

beforeAll(async () => {
  app = await startApp();
  const type = await aProductType(app, {
    code: 'shoe',
    attributes: [{ code: 'material', name: 'Material', type: 'choice', values: ['Leather', 'Wool'] }],
  });
  const productTypeId = String(type.id);
  const ids = await searchedProducts(app, [
    { title: 'Brown shoe', vendor: 'Acme', tags: ['sale'], ...sized(['40', '41'], 5_000, 3, 'A'), productTypeId, attributes: { material: 'Leather' } },
    { title: 'Black shoe', vendor: 'Acme', ...sized(['41'], 9_000, 0, 'B'), productTypeId, attributes: { material: 'Wool' } },
    { title: 'Red boot', vendor: 'Other', ...sized(['41', '42'], 15_000, 3, 'C') },
    { title: 'Sock', vendor: 'Third', tags: ['sale'], ...sized(['42'], 500, 3, 'D') },
  ]);
  shoes = String((await aCategory(app, { name: 'Shoes' })).id);
  boots = String((await aCategory(app, { name: 'Boots', parentId: shoes })).id);
  for (const [title, categoryId] of [['Brown shoe', shoes], ['Black shoe', shoes], ['Red boot', boots]] as const) {
    const path = `/v1/admin/products/${String(ids.get(title))}/categories`;
    const { status } = await app.api.put(path, { categoryIds: [categoryId] }, { as: app.adminToken, headers: { 'If-Match': '*' } });
    expect(status).toBe(200);
  }
  await app.nest.get(SearchIndexService).countAllWords();
});
afterAll(async () => {
  await app.close();
});

async function facetsOf(query: string): Promise<{ matches: number; isEstimate: boolean; facets: Facet[] }> {
  const { status, body, text } = await app.api.get(`/v1/products?facets=true&${query}`);
  if (status !== 200) throw new Error(text);
  return body.facets;
}

async function counts(query: string, name: string, label?: string): Promise<Record<string, number>> {
  const { facets } = await facetsOf(query);
  const facet = facets.find((one) => one.name === name && (label === undefined || one.label === label));
  return Object.fromEntries((facet?.values ?? []).map(({ label: value, count }) => [value, count]));
}

describe('the facets of a search of which nothing has all words', () => {
  it.each(['relevance', 'price', 'title'])('count what has all but one, as it is listed by %s', async (sort) => {
    const query = `q=brown+red+shoe&sort=${sort}`;

    expect(await foundTitles(app, query)).toEqual(['Brown shoe']);
    expect(await facetsOf(query)).toMatchObject({ matches: 1, isEstimate: false });
    expect(await counts(query, 'vendor')).toEqual({ Acme: 1 });
    expect(await counts(query, 'price')).toEqual({ '5000-': 1 });
  });

  it('count it beside the chosen values as well', async () => {
    expect(await counts('q=brown+red+shoe&vendor=Other', 'vendor')).toEqual({ Acme: 1, Other: 0 });
    expect(await counts('q=brown+red+shoe&vendor=Acme', 'vendor')).toEqual({ Acme: 1 });
    expect(await facetsOf('q=brown+red+shoe&vendor=Other')).toMatchObject({ matches: 0 });
  });

  it('count what has all words alone where there is any', async () => {
    expect(await counts('q=brown+shoe&vendor=Other', 'vendor')).toEqual({ Acme: 1, Other: 0 });
    expect(await facetsOf('q=brown+shoe')).toMatchObject({ matches: 1 });
  });
});

describe('the facets of a list', () => {
  it('count the values of all that is found', async () => {
    expect(await facetsOf('limit=1')).toMatchObject({ matches: 4, isEstimate: false });
    expect(await counts('', 'vendor')).toEqual({ Acme: 2, Other: 1, Third: 1 });
    expect(await counts('', 'tag')).toEqual({ sale: 2 });
    expect(await counts('', 'categoryId')).toEqual({ Shoes: 3, Boots: 1 });
    expect(await counts('', 'option', 'Size')).toEqual({ 40: 1, 41: 3, 42: 2 });
    expect(await counts('', 'attribute', 'material')).toEqual({ Leather: 1, Wool: 1 });
    expect(await counts('', 'inStock')).toEqual({ in: 3 });
    expect(await counts('q=shoe', 'vendor')).toEqual({ Acme: 2 });
  });

  it('go on offering the other values of a group of which one is chosen', async () => {
    expect(await counts('vendor=Acme', 'vendor')).toEqual({ Acme: 2, Other: 1, Third: 1 });
    expect(await counts('vendor=Acme', 'option', 'Size')).toEqual({ 40: 1, 41: 2 });
    expect(await counts('vendor=Acme&option=Size:40', 'vendor')).toEqual({ Acme: 1 });
    expect(await counts('vendor=Acme&option=Size:40', 'option', 'Size')).toEqual({ 40: 1, 41: 2 });
  });

  it('say what is chosen, also when nothing has it', async () => {
    const { facets } = await facetsOf('q=sock&vendor=Acme&vendor=Third');

    expect(facets.find(({ name }) => name === 'vendor')?.values).toEqual([
      { value: 'Third', label: 'Third', count: 1, selected: true },
      { value: 'Acme', label: 'Acme', count: 0, selected: true },
    ]);
  });

  it('give each value as its parameter takes it', async () => {
    const { facets } = await facetsOf('');
    for (const { name, values } of facets) {
      for (const { value, count } of values) {
        const [min = '', max = ''] = value.split('-');
        const range = `priceMin=${min}${max === '' ? '' : `&priceMax=${max}`}`;
        const titles = await foundTitles(app, name === 'price' ? range : `${name}=${encodeURIComponent(value)}`);
        expect({ name, value, found: titles.length }).toEqual({ name, value, found: count });
      }
    }
  });

  it('have ranges of prices that go on being offered when one is chosen', async () => {
    const all = (await facetsOf('')).facets.find(({ name }) => name === 'price')?.values ?? [];
    const [min = '', max = ''] = all[0]!.value.split('-');

    const chosen = await facetsOf(`priceMin=${min}&priceMax=${max}`);

    expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(4);
    expect(chosen.matches).toBe(1);
    expect(chosen.facets.find(({ name }) => name === 'price')?.values).toEqual(
      all.map((range, index) => ({ ...range, selected: index === 0 })),
    );
  });

  it('are left out unless they are asked for', async () => {
    expect((await app.api.get('/v1/products')).body).not.toHaveProperty('facets');
  });

  it('come with the page in one statement, beside the one that looks the words up', async () => {
    const query = '/v1/products?facets=true&q=brown+shoe&vendor=Acme&priceMax=9999&inStock=true';
    const first = await logStatements(() => app.api.get(query));
    const second = await logStatements(() => app.api.get(query));

    expect(first.length).toBeLessThanOrEqual(2);
    expect(second).toHaveLength(1);
  });

  it('are none when nothing is found', async () => {
    expect(await facetsOf('q=spaceship')).toEqual({ matches: 0, isEstimate: false, facets: [] });
  });
});

describe('filters', () => {
  it.each([
    ['vendor=Acme&vendor=Other', ['Black shoe', 'Brown shoe', 'Red boot']],
    ['tag=sale&vendor=Acme', ['Brown shoe']],
    ['option=Size:40&option=Size:42', ['Brown shoe', 'Red boot', 'Sock']],
    ['attribute=material:Wool', ['Black shoe']],
    ['inStock=true&vendor=Acme', ['Brown shoe']],
    ['priceMin=5000&priceMax=9000', ['Black shoe', 'Brown shoe']],
    ['priceMax=499', []],
    ['q=-boot', ['Black shoe', 'Brown shoe', 'Sock']],
  ])('by %s find %j', async (query, titles) => {
    expect(await foundTitles(app, `${query}&sort=title`)).toEqual(titles);
  });

  it('by a category find what is below it as well, also after it was moved', async () => {
    const path = `/v1/admin/categories/${boots}/move`;
    expect(await foundTitles(app, `categoryId=${shoes}&sort=title`)).toEqual(['Black shoe', 'Brown shoe', 'Red boot']);

    await app.api.post(path, { parentId: null, position: 0 }, { as: app.adminToken, headers: { 'If-Match': '*' } });
    while (await app.nest.get(SearchIndexService).indexStale());

    expect(await foundTitles(app, `categoryId=${shoes}&sort=title`)).toEqual(['Black shoe', 'Brown shoe']);
    expect(await foundTitles(app, `categoryId=${boots}`)).toEqual(['Red boot']);
  });

  it.each(['option=Size', 'option=:', 'attribute=x', 'priceMin=-1', 'priceMax=x', 'rating=6', 'inStock=yes', 'facets=1', 'categoryId=x', 'vendor=', 'colour=red'])(
    'by %s are refused',
    async (query) => {
      const { status, body } = await app.api.get(`/v1/products?${query}`);

      expect([status, body.code]).toEqual([400, 'invalid_request']);
    },
  );
});

describe('several filters at once', () => {
  const TAGS = ['lit', 'small', 'old'];
  const lamps = Array.from({ length: 40 }, (_, index) => ({
    title: `Lamp ${String(index)}`,
    // Beside the first four vendors, of ten lamps less one each, there are more with one lamp than are answered.
    vendor: `Maker ${String(index < 36 ? index % 4 : index)}`,
    tags: TAGS.filter((_tag, place) => (index >> place) % 2 === 1),
    ...sized([String(30 + (index % 5))], 1_000 + 100 * (index % 7), index % 3, `LAMP-${String(index)}`),
  }));

  beforeAll(async () => {
    await searchedProducts(app, lamps);
    await searchedProducts(app, Array.from({ length: 40 }, (_, index) => ({ title: `Lantern ${String(index)}`, vendor: `Single ${String(index + 10)}`, tags: ['lantern'] })));
    await app.nest.get(SearchIndexService).countAllWords();
  });

  it.each([
    'q=lamp&tag=lit&vendor=Maker+1&inStock=true',
    'q=lamp&tag=lit&tag=old&priceMin=1100&priceMax=1400',
    'q=lamp&option=Size:31&option=Size:32&vendor=Maker+1&vendor=Maker+2&priceMax=1500',
    'q=lamp&vendor=Maker+3&tag=lit&tag=small&option=Size:30&inStock=true&priceMin=1001',
    'q=lamp&vendor=Acme',
    `q=lamp&tag=lit&${Array.from({ length: 20 }, (_, n) => `option=Made-up-${String(n)}:x&attribute=none${String(n)}:x`).join('&')}`,
    'tag=lit&vendor=Maker+1&inStock=true',
    'tag=old&tag=small&priceMin=1100&priceMax=1400&sort=price',
  ])('count of each value what it would find in the place of its group: %s', async (query) => {
    const { facets, matches } = await facetsOf(query);
    expect(matches).toBe((await foundTitles(app, `${query}&limit=100`)).length);

    for (const { name, label, values } of facets) {
      for (const { value, count } of values) {
        const others = new URLSearchParams(query);
        const [min = '', max = ''] = value.split('-');
        const isOfGroup = (key: string, given: string): boolean =>
          (name === 'price' ? key.startsWith('price') : key === name && (name !== 'option' || given.startsWith(`${label}:`)));
        const kept = new URLSearchParams([...others].filter(([key, given]) => !isOfGroup(key, given)));
        if (name === 'price') kept.set('priceMin', min);
        if (name === 'price' && max !== '') kept.set('priceMax', max);
        if (name !== 'price') kept.append(name, value);
        const titles = await foundTitles(app, `${String(kept)}&limit=100`);
        expect({ name, value, found: titles.length }).toEqual({ name, value, found: count });
      }
    }
  });

  it('add up what is rare among the chosen and frequent beside them', async () => {
    const many = Array.from({ length: 35 }, (_, index) => `t${String(index)}`);
    await searchedProducts(app, [
      { title: 'Candle', tags: ['wax', ...many, 'zest'] },
      ...['red', 'green', 'blue'].map((colour) => ({ title: `Candle ${colour}`, tags: ['zest'] })),
    ]);
    await app.nest.get(SearchIndexService).countAllWords();

    expect(await counts('q=candle&tag=wax', 'tag')).toMatchObject({ wax: 1, zest: 4 });
  });

  it.each(['q=lantern', 'tag=lantern'])('count the chosen value as well where thirty others have as many: %s', async (query) => {
    const all = Object.keys(await counts(query, 'vendor'));
    const vendor = ['Single 48', 'Single 49'].find((name) => !all.includes(name));
    expect([all.length, vendor]).toEqual([30, expect.any(String)]);

    const chosen = await counts(`${query}&vendor=${String(vendor).replace(' ', '+')}`, 'vendor');

    expect(chosen[String(vendor)]).toBe(1);
    expect(Object.keys(chosen)).toEqual(expect.arrayContaining(all));
  });
});

describe('of more than a thousand', () => {
  it('the counts are estimates, and say so', async () => {
    const { id } = (await app.api.get('/v1/products?limit=1')).body.data[0];
    await app.database.query(
      `WITH many AS (INSERT INTO products (id, slug, title, vendor, state, created_at, updated_at)
         SELECT gen_random_uuid(), 'many-' || n, 'Many', CASE WHEN n % 2 = 0 THEN 'Even' ELSE 'Odd' END, 'active', now(), now()
         FROM generate_series(1, 1500) n RETURNING id)
       INSERT INTO variants (id, product_id, position, sku, title, options, price_amount, currency, created_at, updated_at)
       SELECT gen_random_uuid(), id, 0, 'MANY-' || id, 'x', '{}', 100, 'EUR', now(), now() FROM many WHERE id <> $1`,
      [id],
    );
    await app.nest.get(SearchIndexService).countAllWords();

    const { matches, isEstimate } = await facetsOf('q=many');
    const vendors = await counts('q=many', 'vendor');

    expect(isEstimate).toBe(true);
    expect(Math.abs(matches - 1_500)).toBeLessThan(100);
    expect(vendors.Even! + vendors.Odd!).toBeGreaterThan(1_400);
    expect(Math.abs(vendors.Even! - vendors.Odd!)).toBeLessThan(400);
  });

  it('both what has a chosen value and what lacks it are counted up to a thousand', async () => {
    const { matches, isEstimate } = await facetsOf('q=many&vendor=Even');

    expect({ matches, isEstimate }).toEqual({ matches: 750, isEstimate: false });
    expect(await counts('q=many&vendor=Even', 'vendor')).toEqual({ Even: 750, Odd: 750 });
  });

  it('beside more than a thousand, the fewer are exact and the rest scaled', async () => {
    await app.database.query(`UPDATE products SET vendor = 'Few' WHERE slug IN ('many-1', 'many-3', 'many-5')`);

    const { matches, isEstimate } = await facetsOf('q=many&vendor=Few');
    const vendors = await counts('q=many&vendor=Few', 'vendor');

    expect({ matches, isEstimate }).toEqual({ matches: 3, isEstimate: true });
    expect(vendors.Few).toBe(3);
    expect(vendors.Even! + vendors.Odd!).toBe(1_497);
    expect((await facetsOf('q=many')).matches).toBe(1_500);
  });
});
