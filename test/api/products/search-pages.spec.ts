import fc from 'fast-check';
import { startApp, type TestApp } from '../../support/app.js';
import { foundTitles, searchedProducts, type SearchedProduct } from '../../support/builders/searched.js';

const SORTS = ['relevance', '-createdAt', 'createdAt', 'price', '-price', 'title', '-title', 'bestSelling'] as const;

interface Known {
  readonly title: string;
  readonly text: string;
  readonly vendor: string;
  readonly tags: readonly string[];
  readonly colour: string;
  readonly amount: number;
  readonly stock: number;
}

const VENDORS = ['Acme', 'Other', 'Third'];
const COLOURS = ['Red', 'Blue'];
const WORDS = ['linen', 'wool', 'shirt', 'sock', 'lantern', 'linesman'];

/** One of some things, again and again. */
const of = (things: readonly string[], number: number): string => things[number % things.length]!;

function titleOf(number: number): string {
  if (number < 6) return 'linen shirt';
  return number < 20 ? `${of(WORDS.slice(0, 4), number)} ${of(WORDS.slice(0, 4), number + 1)} ${String(number % 3)}` : `thing ${String(number % 3)}`;
}

/** Products with few different keys, so that most of them are equal by any order but their ids. */
const PRODUCTS: readonly Known[] = Array.from({ length: 40 }, (_, number) => ({
  title: titleOf(number),
  text: number >= 20 ? `${of(WORDS, number)} ${of(WORDS, number * 7 + 2)}` : '',
  vendor: of(VENDORS, number),
  tags: [of(['even', 'odd'], number)],
  colour: of(['Red', 'Blue', 'Blue', 'Blue', 'Blue'], number),
  amount: 1_000 + (number % 4) * 500,
  stock: number % 4 === 0 ? 0 : 3,
}));

let app: TestApp;
/** Titles are equal by intent: a SKU tells the products apart. */
const skuOf = (place: number): string => `PAGE-${String(place)}`;

const bodyOf = ({ title, text, vendor, tags, colour, amount, stock }: Known, place: number): SearchedProduct => ({
  ...{ title, description: text, vendor, tags },
  options: [{ name: 'Colour', values: [colour] }],
  variants: [{ sku: skuOf(place), price: { amount, currency: 'EUR' }, stock, options: { Colour: colour } }],
});

beforeAll(async () => {
  app = await startApp();
  await searchedProducts(app, [
    ...PRODUCTS.map(bodyOf),
    { title: 'A thing of another kind', sku: 'linen', description: 'Its SKU is a word.' },
    { title: 'Linen', description: 'The word alone.' },
    ...['oak', 'elm', 'ash', 'fir'].map((wood) => ({ title: `Linenfold panel of ${wood}` })),
  ]);
  await app.database.query(
    `INSERT INTO product_sales (product_id, units) SELECT id, ('x' || right(id::text, 1))::bit(4)::int % 2 FROM products`,
  );
  await app.database.query(
    `UPDATE products SET search_boost = (substr(v.sku, 6)::int % 4 + 1) / 2 - 1 FROM variants v
     WHERE v.product_id = products.id AND v.sku LIKE 'PAGE-%'`,
  );
  await app.database.query('SELECT index_products(ARRAY(SELECT id FROM products))');
});
afterAll(async () => {
  await app.close();
});

/** The ids of one large page. */
async function whole(query: string): Promise<string[]> {
  const { status, body, text } = await app.api.get(`/v1/products?limit=100&${query}`);
  if (status !== 200) throw new Error(text);
  expect(body.nextCursor).toBeNull();
  return body.data.map(({ id }: { id: string }) => id);
}

async function walk(query: string, between: (page: number) => Promise<void> = () => Promise.resolve()): Promise<string[]> {
  const ids: string[] = [];
  for (let [cursor, page] = ['', 0]; ; page += 1) {
    const { status, body, text } = await app.api.get(`/v1/products?limit=3&${query}${cursor}`);
    if (status !== 200) throw new Error(text);
    ids.push(...body.data.map(({ id }: { id: string }) => id));
    if (body.nextCursor === null) return ids;
    expect(body.data).toHaveLength(3);
    cursor = `&cursor=${encodeURIComponent(String(body.nextCursor))}`;
    await between(page);
  }
}

const QUERIES = ['q=linen', 'q=lin', 'q=linen+shirt', 'q=linnen', 'q=linen+spaceship+shirt', 'q=linen+spaceship+shirt&facets=true&vendor=Acme', 'q=linen+-sock', 'q=linen&vendor=Acme&vendor=Other', ''];

describe.each(SORTS)('a walk by %s, page by page', (sort) => {
  it.each(QUERIES)('of %s gives every match once, in the order of one large page', async (query) => {
    const all = await whole(`${query}&sort=${sort}`);

    const walked = await walk(`${query}&sort=${sort}`);

    expect(walked).toEqual(all);
    expect(new Set(walked).size).toBe(walked.length);
    expect(walked.length).toBeGreaterThan(3);
  });

  it.each(['linen+shirt', 'linen+spaceship+shirt'])('finds for %s the products that another order finds', async (q) => {
    const other = sort === 'title' ? 'relevance' : 'title';

    expect((await whole(`q=${q}&sort=${sort}`)).sort()).toEqual((await whole(`q=${q}&sort=${other}`)).sort());
  });

  it.each(QUERIES)('of %s counts what it finds', async (query) => {
    const { body } = await app.api.get(`/v1/products?limit=1&sort=${sort}&${query.replace('&facets=true', '')}&facets=true`);

    expect(body.facets).toMatchObject({ matches: (await whole(`${query}&sort=${sort}`)).length, isEstimate: false });
  });
});

describe('the order of a search', () => {
  it('is by the level of the match, then by boost, stock and sales', async () => {
    const { body } = await app.api.get('/v1/products?q=lin&limit=100&explain=true', { as: app.adminToken });
    const levels = ['sku', 'title', 'wordsInTitle', 'words', 'beginnings', 'someWords'];
    const { body: whole } = await app.api.get('/v1/products?q=linen&limit=100&explain=true', { as: app.adminToken });

    for (const { data } of [body, whole]) {
      const keys = data.map(({ explanation: { match, boost, inStock, sales } }: never) =>
        [-levels.indexOf(match), boost, Number(inStock), sales] as number[]);
      const sorted = [...keys].sort((a: number[], b: number[]) => b.reduce((found, value, place) => found || value - (a[place] ?? 0), 0));
      expect(keys).toEqual(sorted);
    }
    const matches = new Set(whole.data.map(({ explanation }: { explanation: { match: string } }) => explanation.match));
    expect([...matches]).toEqual(['sku', 'title', 'wordsInTitle', 'words', 'beginnings']);
    expect(new Set(body.data.map(({ explanation }: { explanation: { boost: number } }) => explanation.boost))).toEqual(new Set([-1, 0, 1]));
  });

  it('of prices is that of the lowest price of each product', async () => {
    const { body } = await app.api.get('/v1/products?q=linen&limit=100&sort=price');
    const amounts = body.data.map(({ variants }: { variants: { price: { amount: number } }[] }) => variants[0]?.price.amount);

    expect(amounts).toEqual([...amounts].sort((a: number, b: number) => a - b));
  });
});

describe('a cursor', () => {
  const cursorOf = async (query: string): Promise<string> => encodeURIComponent(String((await app.api.get(`/v1/products?limit=3&${query}`)).body.nextCursor));

  it.each([
    ['q=linen', 'q=wool', 'another query'],
    ['q=linen', 'q=linen&sort=price', 'another order'],
    ['q=linen', 'q=linen&vendor=Acme', 'another filter'],
    ['q=linen&priceMin=1', 'q=linen&priceMin=2', 'another price'],
    ['q=linen', 'inStock=true', 'no query'],
    ['sort=title', 'sort=-title', 'the order the other way'],
  ])('of %s is refused for %s, %s', async (given, asked) => {
    const { status, body } = await app.api.get(`/v1/products?limit=3&${asked}&cursor=${await cursorOf(given)}`);

    expect([status, body.code]).toEqual([400, 'invalid_cursor']);
  });

  it('is refused when somebody made it up', async () => {
    for (const cursor of ['x', 'e30', '%00', Buffer.from('{"value":"NaN","id":1}').toString('base64url')]) {
      const { status } = await app.api.get(`/v1/products?limit=3&q=linen&cursor=${encodeURIComponent(cursor)}`);
      expect(status).toBe(400);
    }
  });

  it.each(['q=linen', 'q=linen+shirt', 'q=linen+spaceship+shirt'])('of %s is answered whichever level it is of', async (query) => {
    const [list, , id] = JSON.parse(Buffer.from(decodeURIComponent(await cursorOf(query)), 'base64url').toString()) as string[];
    for (let level = 0n; level <= 9n; level += 1n) {
      const value = String(level * 10n ** 16n + 5n * 10n ** 15n);
      const cursor = Buffer.from(JSON.stringify([list, value, id])).toString('base64url');
      for (const facets of ['', '&facets=true']) {
        expect((await app.api.get(`/v1/products?${query}${facets}&cursor=${cursor}`)).status).toBe(200);
      }
    }
  });

  it('may be used with another limit, and with facets', async () => {
    const all = await foundTitles(app, 'q=linen&limit=100');
    const rest = await app.api.get(`/v1/products?limit=100&facets=true&q=linen&cursor=${await cursorOf('q=linen')}`);

    expect({ status: rest.status, found: rest.body.data.map(({ title }: { title: string }) => title) }).toEqual({ status: 200, found: all.slice(3) });
  });
});

describe('a walk while the shop goes on', () => {
  it.each(['price', '-price', 'relevance', 'title'])('by %s loses no product but those that change', async (sort) => {
    const query = `q=linen&sort=${sort}`;
    const before = await whole(query);
    const moved = new Set<string>();

    const walked = await walk(query, async (page) => {
      const id = before[(page * 7) % before.length];
      if (id === undefined || moved.has(id)) return;
      moved.add(id);
      await app.database.query(`UPDATE variants SET price_amount = 900 + $2::int * 400 WHERE product_id = $1`, [id, page % 6]);
      await app.database.query(`UPDATE products SET search_boost = $2::int % 3 - 1 WHERE id = $1`, [id, page]);
    });

    const stayed = before.filter((id) => !moved.has(id));
    expect(walked.filter((id) => !moved.has(id))).toEqual(stayed);
  });
});

interface Wanted {
  readonly words: readonly string[];
  readonly without: string | null;
  readonly vendors: readonly string[];
  readonly tags: readonly string[];
  readonly colour: string | null;
  readonly inStock: boolean;
  readonly sort: string;
}

/** Whether a product is what is wanted, by looking at it; `missing` of the words need not be there. */
function fits(product: Known, { words, without, vendors, tags, colour, inStock }: Wanted, missing: number): boolean {
  const own = `${product.title} ${product.text}`.split(' ');
  const isAny = (given: readonly string[], value: string): boolean => given.length === 0 || given.includes(value);
  return [
    words.filter((word) => !own.includes(word)).length <= missing,
    words.length === 0 || without === null || !own.includes(without),
    isAny(vendors, product.vendor),
    isAny(tags, product.tags.join()),
    isAny(colour === null ? [] : [colour], product.colour),
    !inStock || product.stock > 0,
  ].every(Boolean);
}

/** The same as a query; what follows the last word says that it is finished. */
function queryOf({ words, without, vendors, tags, colour, inStock, sort }: Wanted): string {
  const typed = without === null ? words : [...words, `-${without}`];
  const query = new URLSearchParams({ sort, inStock: String(inStock), ...(words.length > 0 ? { q: `${typed.join(' ')} .` } : {}) });
  for (const vendor of vendors) query.append('vendor', vendor);
  for (const tag of tags) query.append('tag', tag);
  if (colour !== null) query.append('option', `Colour:${colour}`);
  return query.toString();
}

describe('what a search finds', () => {
  const words = fc.uniqueArray(fc.constantFrom('linen', 'wool', 'shirt', 'sock', 'linesman', 'lantern'), { maxLength: 4 });
  const filters = fc.record({
    words,
    without: fc.option(fc.constantFrom('wool', 'sock', 'shirt'), { nil: null }),
    vendors: fc.subarray([...VENDORS, 'Nobody']),
    tags: fc.subarray(['even', 'odd']),
    colour: fc.option(fc.constantFrom(...COLOURS), { nil: null }),
    inStock: fc.boolean(),
    sort: fc.constantFrom(...SORTS),
  });

  it('is what a look at each product finds', async () => {
    const own = await app.database.query<{ id: string; sku: string }>(`SELECT product_id AS id, sku FROM variants WHERE sku LIKE 'PAGE-%'`);
    const idOf = new Map(own.map(({ id, sku }) => [sku, id]));
    await fc.assert(
      fc.asyncProperty(filters, async (wanted) => {
        const thatFit = (missing: number): (string | undefined)[] =>
          PRODUCTS.flatMap((product, place) => (fits(product, wanted, missing) ? [idOf.get(skuOf(place))] : []));
        const [all, some] = [thatFit(0), wanted.words.length > 1 ? thatFit(1) : []];

        const walked = await walk(queryOf(wanted));
        const { body } = await app.api.get(`/v1/products?limit=1&facets=true&${queryOf(wanted)}`);

        expect(walked.filter((id) => own.some((one) => one.id === id)).sort()).toEqual((all.length > 0 ? all : some).sort());
        expect(body.facets).toMatchObject({ matches: walked.length, isEstimate: false });
      }),
      { numRuns: 60 },
    );
  });
});
