import { SearchIndexService } from '../../../src/modules/products/search/search-index.service.js';
import type { Answer } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { searchedProducts } from '../../support/builders/searched.js';
import { aCategory } from '../../support/builders/shelves.js';
import { logStatements } from '../../support/sql-log.js';

let app: TestApp;
let ids: Map<string, string>;

beforeAll(async () => {
  app = await startApp({ env: { LOCALES: 'en,de' } });
  ids = await searchedProducts(app, [
    { title: 'Linen shirt', description: 'Of linen.' },
    { title: 'Linen trousers', tags: ['lining'] },
    { title: 'Wool socks', description: 'No linen at all.' },
    { title: 'Link of a chain', stock: 0 },
    { title: 'Link to a shop' },
    { title: 'Secret linen', state: 'draft' },
  ]);
  await aCategory(app, { name: 'Linens & more' });
  await aCategory(app, { name: 'Bed linen' });
  await aCategory(app, { name: 'Wool' });
  const texts = { title: 'Leinenhemd' };
  const path = `/v1/admin/products/${String(ids.get('Linen shirt'))}/translations/de`;
  const { status } = await app.api.put(path, texts, { as: app.adminToken, headers: { 'If-Match': '*' } });
  expect(status).toBe(200);
  await app.nest.get(SearchIndexService).countAllWords();
});
afterAll(async () => {
  await app.close();
});

const suggest = (q: string, more = '', headers: Record<string, string> = {}): Promise<Answer> =>
  app.api.get(`/v1/products/suggest?q=${encodeURIComponent(q)}${more}`, { headers });
const titlesOf = ({ body }: Answer): string[] => body.products.map(({ title }: { title: string }) => title);

describe('the suggestions', () => {
  it('are words that begin so, the commonest first', async () => {
    expect((await suggest('li')).body.terms).toEqual(['linen', 'link', 'lining']);
    expect((await suggest('LÍN')).body.terms).toEqual(['linen', 'link', 'lining']);
    expect((await suggest('wool li')).body.terms).toEqual(['wool linen', 'wool link', 'wool lining']);
    expect((await suggest('zzz')).body).toEqual({ terms: [], products: [], categories: [] });
  });

  it('are products on sale, the best first', async () => {
    const answer = await suggest('link');

    expect(answer.status).toBe(200);
    expect(titlesOf(answer)).toEqual(['Link to a shop', 'Link of a chain']);
    expect(answer.body.products[0]).toEqual({ id: ids.get('Link to a shop'), slug: 'link-to-a-shop', title: 'Link to a shop', imageUrl: null });
    expect(titlesOf(await suggest('linen'))).toEqual(['Linen trousers', 'Linen shirt', 'Wool socks']);
  });

  it('are products of a word that is unfinished or misspelt', async () => {
    expect(titlesOf(await suggest('trou'))).toEqual(['Linen trousers']);
    expect(titlesOf(await suggest('truosers'))).toEqual(['Linen trousers']);
    expect(titlesOf(await suggest('linnen trou'))).toEqual(['Linen trousers']);
    expect(titlesOf(await suggest('linen shi '))).toEqual(['Linen shirt']);
  });

  it('are categories with a word that begins so', async () => {
    const names = async (q: string): Promise<string[]> => (await suggest(q)).body.categories.map(({ name }: { name: string }) => name);

    expect(await names('lin')).toEqual(['Bed linen', 'Linens & more']);
    expect(await names('bed l')).toEqual(['Bed linen']);
    expect(await names('inen')).toEqual([]);
  });

  it('are of each kind as many as are asked for', async () => {
    const { body } = await suggest('lin', '&limit=1');

    expect([body.terms.length, body.products.length, body.categories.length]).toEqual([1, 1, 1]);
    for (const limit of ['0', '11', 'x']) {
      expect((await suggest('lin', `&limit=${limit}`)).body.code).toBe('invalid_request');
    }
  });

  it('are not sent again when they are known', async () => {
    const first = await suggest('linen');

    const again = await suggest('linen', '', { 'If-None-Match': first.headers.etag! });

    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('are in the language of the buyer', async () => {
    const german = await suggest('leinen', '', { 'Accept-Language': 'de' });
    const english = await suggest('linen sh', '&locale=en');

    expect(titlesOf(german)).toEqual(['Leinenhemd']);
    expect(german.headers).toMatchObject({ 'content-language': 'de', vary: expect.stringContaining('Accept-Language') });
    expect(german.body.terms).toEqual(['leinenhemd']);
    expect(titlesOf(english)).toEqual(['Linen shirt']);
    expect(titlesOf(await suggest('linen sh', '&locale=de'))).toEqual(['Leinenhemd']);
  });

  it('are two statements when the words are known: one for words and categories, one for products', async () => {
    const first = await logStatements(() => suggest('linen trousers'));
    const second = await logStatements(() => suggest('linen trousers'));

    // Before, the words are looked up.
    expect(first.filter((sql) => !sql.includes('search_synonyms'))).toHaveLength(3);
    expect(second).toHaveLength(2);
    expect(second.filter((sql) => sql.includes('FROM product_search'))).toHaveLength(1);
    expect(second.filter((sql) => sql.includes('FROM categories'))).toHaveLength(1);
  });

  it.each(['%', '_', '\\', "'", '"', '-', '- -', '🛒', ':*', '=', '\u202E', `'; DROP TABLE products; --`, '% %'])(
    'for %s, which is no beginning of a word, find nothing that has not got it',
    async (q) => {
      const { status, body } = await suggest(q);

      expect(status).toBe(200);
      if (!/[a-z]/.test(q)) expect(body).toEqual({ terms: [], products: [], categories: [] });
    },
  );

  it('refuse what is longer than a line, and suggest nothing before a letter is typed', async () => {
    expect((await suggest('x'.repeat(101))).body.code).toBe('invalid_request');
    expect((await suggest('')).body.code).toBe('invalid_request');
    expect((await app.api.get('/v1/products/suggest')).body).toEqual({ terms: [], products: [], categories: [] });
    expect((await suggest('x', '&unknown=1')).body.code).toBe('invalid_request');
  });
});
