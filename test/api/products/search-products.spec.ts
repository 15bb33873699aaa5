import { startApp, type TestApp } from '../../support/app.js';
import { foundTitles, searchedProducts } from '../../support/builders/searched.js';

let app: TestApp;
let ids: Map<string, string>;

beforeAll(async () => {
  app = await startApp();
  ids = await searchedProducts(app, [
    { title: 'Red linen shirt', vendor: 'Acme', tags: ['summer'], sku: 'AB-100.x', description: 'Woven in Portugal.' },
    { title: 'Blue linen trousers', description: 'Goes with a red shirt.', category: 'Trousers' },
    { title: 'Red', description: 'Only a colour.' },
    { title: 'Café crème mug', vendor: 'Großmann & Søn' },
    { title: 'Notebook', description: 'Two hundred pages.' },
    {
      title: 'T-shirt of cotton',
      options: [{ name: 'Colour', values: ['Turquoise'] }],
      variants: [{ sku: 'T-1', price: { amount: 900, currency: 'EUR' }, stock: 5, options: { Colour: 'Turquoise' } }],
    },
    { title: 'The Who: the record', description: 'Vinyl.' },
    { title: 'Men’s running shoes', description: 'For a marathon.' },
    { title: 'Wool cardigan', description: 'Warm.' },
    { title: 'Toy car', description: 'Fast.' },
    { title: 'Платье красное', description: 'Летнее.' },
    { title: '東京 map', description: 'A city.' },
    { title: 'Saucepan', vendor: 'Kupfer', tags: ['pots'] },
    { title: 'Ladle', description: 'For pots as made by Kupfer.' },
    { title: 'Silk scarf' },
    { title: 'Jug 500 ml', description: 'Holds 20,000 drops.' },
  ]);
});
afterAll(async () => {
  await app.close();
});

const find = (q: string): Promise<string[]> => foundTitles(app, `q=${encodeURIComponent(q)}`);

describe('a search', () => {
  it.each([
    ['trousers', 'Blue linen trousers', 'a word of the title'],
    ['trouser', 'Blue linen trousers', 'another form of it'],
    ['acme', 'Red linen shirt', 'the vendor'],
    ['summer', 'Red linen shirt', 'a tag'],
    ['portugal', 'Red linen shirt', 'the description'],
    ['turquoise', 'T-shirt of cotton', 'a value of an option'],
    ['cafe creme', 'Café crème mug', 'words without their accents'],
    ['CRÈME', 'Café crème mug', 'words in capitals'],
    ['grossmann son', 'Café crème mug', 'letters that are written as two'],
    ['mens shoes', 'Men’s running shoes', 'a word without its apostrophe'],
    ['runs', 'Men’s running shoes', 'the stem of a word'],
    ['красное', 'Платье красное', 'words of other alphabets'],
    ['東京', '東京 map', 'words without letters'],
    ['the who', 'The Who: the record', 'stop words alone'],
    ['scarves', 'Silk scarf', 'a plural of another stem'],
    ['500ml jug', 'Jug 500 ml', 'a number with its unit'],
    ['20000 drops', 'Jug 500 ml', 'a number without its comma'],
    ['i need a cardigan', 'Wool cardigan', 'the words that do not only ask'],
  ])('for %s finds %s by %s', async (q, title) => {
    expect(await find(q)).toContain(title);
  });

  it.each([
    ['truosers', 'Blue linen trousers', 'two letters are swapped'],
    ['trosers', 'Blue linen trousers', 'a letter is missing'],
    ['cardigann', 'Wool cardigan', 'there is a letter too many'],
    ['cerdigan', 'Wool cardigan', 'a letter is another'],
    ['xcardigan', 'Wool cardigan', 'it begins with another letter'],
    ['cadrigann', 'Wool cardigan', 'there are two mistakes in a long word'],
    ['note book', 'Notebook', 'a word is split'],
    ['toycar', 'Toy car', 'two words are joined'],
  ])('for %s finds %s though %s', async (q, title) => {
    expect(await find(q)).toEqual([title]);
  });

  it.each([
    ['car', ['Toy car', 'Wool cardigan']],
    ['card', ['Wool cardigan']],
    ['wool car', ['Wool cardigan']],
    ['turqu', ['T-shirt of cotton']],
  ])('for %s, while it is typed, finds what begins so behind what is so', async (q, titles) => {
    expect(await find(q)).toEqual(titles);
  });

  it('finds two words written as one before what is only nearly the word', async () => {
    expect((await find('tshirt'))[0]).toBe('T-shirt of cotton');
  });

  it('finds a SKU first, however it is written', async () => {
    expect((await find('ab-100.x'))[0]).toBe('Red linen shirt');
    expect((await find('AB 100 X'))[0]).toBe('Red linen shirt');
  });

  it('puts the whole title before words in the title, and those before words in the text', async () => {
    expect(await find('red')).toEqual(['Red', 'Red linen shirt', 'Blue linen trousers']);
    expect(await find('red shirt')).toEqual(['Red linen shirt', 'Blue linen trousers']);
  });

  it('puts words in what names a product before words in its description', async () => {
    expect(await find('kupfer')).toEqual(['Saucepan', 'Ladle']);
    expect(await find('pot kupfer')).toEqual(['Saucepan', 'Ladle']);
  });

  it('leaves out the single letter that is typed when nothing has it', async () => {
    expect((await find('linen z')).sort()).toEqual(['Blue linen trousers', 'Red linen shirt']);
  });

  it('with words in quotes finds them side by side alone', async () => {
    expect(await find('"red shirt"')).toEqual(['Blue linen trousers']);
    expect(await find('"linen shirt" red')).toEqual(['Red linen shirt']);
    expect(await find('"goes with a red shirt"')).toEqual(['Blue linen trousers']);
  });

  it('leaves out what has a word behind a minus', async () => {
    expect(await find('linen -red')).toEqual([]);
    expect(await find('linen -acme')).toEqual(['Blue linen trousers']);
    expect(await find('linen -"linen shirt"')).toEqual(['Blue linen trousers']);
    expect(await find('-linen -the -red')).not.toContain('Red');
  });

  it('finds what has all words but one when nothing has all', async () => {
    expect((await find('red linen spaceship')).sort()).toEqual(['Blue linen trousers', 'Red linen shirt']);
    expect(await find('spaceship')).toEqual([]);
  });

  it('keeps to its filters on every level', async () => {
    expect(await foundTitles(app, 'q=red&vendor=Acme')).toEqual(['Red linen shirt']);
    expect(await foundTitles(app, 'q=ab-100.x&vendor=Other')).toEqual([]);
    expect(await foundTitles(app, 'q=red+linen+spaceship&category=Trousers')).toEqual(['Blue linen trousers']);
  });

  it.each(['AB-100.x', 'ab-100.X', 'AB100X', 'ab 100 x'])('for the SKU %s finds its product, whatever the order', async (sku) => {
    const q = encodeURIComponent(sku);
    for (const sort of ['relevance', '-createdAt', 'createdAt', 'price', '-price', 'title', '-title', 'bestSelling']) {
      expect({ sort, found: await foundTitles(app, `q=${q}&sort=${sort}`) }).toEqual({ sort, found: ['Red linen shirt'] });
    }
    expect(await foundTitles(app, `q=${q}&sort=price&vendor=Acme`)).toEqual(['Red linen shirt']);
    expect(await foundTitles(app, `q=${q}&sort=price&vendor=Other`)).toEqual([]);
    expect(await foundTitles(app, `q=${q}&sort=price&priceMin=2000`)).toEqual([]);
  });

  it('counts what its SKU finds among the facets', async () => {
    const { body } = await app.api.get('/v1/products?q=AB100x&facets=true&vendor=Acme&sort=price');
    const vendor = body.facets.facets.find(({ name }: { name: string }) => name === 'vendor');

    expect(body.facets).toMatchObject({ matches: 1, isEstimate: false });
    expect(vendor.values).toEqual([{ value: 'Acme', label: 'Acme', count: 1, selected: true }]);
    expect((await app.api.get('/v1/products?q=AB100x&facets=true&vendor=Other')).body.facets.matches).toBe(0);
  });

  it('can be sorted otherwise', async () => {
    expect(await foundTitles(app, 'q=linen&sort=title')).toEqual(['Blue linen trousers', 'Red linen shirt']);
    expect(await foundTitles(app, 'q=linen&sort=createdAt')).toEqual(['Red linen shirt', 'Blue linen trousers']);
  });

  it.each([
    'x'.repeat(200),
    'a '.repeat(99),
    'the of and',
    `'; DROP TABLE products; --`,
    `a' & !b | c:* <-> d`,
    `\\' \\`,
    '100% _ \\',
    '🛒🛒🛒',
    'שלום עולם',
    '"',
    '- -- "" -"',
    '\u202Eabc',
    "''''",
    ':*',
    '=red',
  ])('for %s answers, whatever it finds', async (q) => {
    const { status } = await app.api.get(`/v1/products?facets=true&q=${encodeURIComponent(q)}`);

    expect(status).toBe(200);
  });

  it('refuses what is longer than a line', async () => {
    const { status, body } = await app.api.get(`/v1/products?q=${'x'.repeat(10_240)}`);

    expect([status, body.code]).toEqual([400, 'invalid_request']);
  });
});

describe('why a product stands where it does', () => {
  it('is told to staff', async () => {
    await app.api.patch(
      `/v1/admin/products/${String(ids.get('Red linen shirt'))}`, { searchBoost: -3 }, { as: app.adminToken, headers: { 'If-Match': '*' } },
    );

    const { body } = await app.api.get('/v1/products?q=linen&explain=true', { as: app.adminToken });

    expect(body.data.map(({ title, explanation }: { title: string; explanation: object }) => ({ title, ...explanation }))).toEqual([
      { title: 'Blue linen trousers', match: 'wordsInTitle', boost: 0, inStock: true, sales: 0 },
      { title: 'Red linen shirt', match: 'wordsInTitle', boost: -3, inStock: true, sales: 0 },
    ]);
  });

  it.each([
    [-100, false, 0], [-100, true, 999_999_999], [-1, false, 999_999_999], [0, true, 1], [7, false, 0], [7, true, 0], [100, true, 999_999_999],
  ])('is read out of the rank that PostgreSQL wrote: boost %d, in stock %s, %d sold', async (boost, inStock, sales) => {
    const id = String(ids.get('Ladle'));
    const stock = `UPDATE stock_levels SET on_hand = reserved + $2 WHERE variant_id IN (SELECT id FROM variants WHERE product_id = $1)`;
    await app.database.query(stock, [id, inStock ? 1 : 0]);
    await app.database.query(
      'INSERT INTO product_sales VALUES ($1, $2) ON CONFLICT (product_id) DO UPDATE SET units = EXCLUDED.units', [id, sales],
    );
    await app.database.query('UPDATE products SET search_boost = $2 WHERE id = $1', [id, boost]);

    const { body } = await app.api.get('/v1/products?q=ladle&explain=true', { as: app.adminToken });

    expect(body.data[0].explanation).toEqual({ match: 'title', boost, inStock, sales });
  });

  it('is no concern of others', async () => {
    const { status, body } = await app.api.get('/v1/products?q=linen&explain=true');

    expect([status, body.errors]).toEqual([400, [{ pointer: '/explain', detail: 'is for staff' }]]);
  });
});
