import { randomUUID } from 'node:crypto';
import { SearchIndexService } from '../../../src/modules/products/search/search-index.service.js';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { aCart } from '../../support/builders/orders.js';
import { aCategory, aCollection, aProductIn } from '../../support/builders/shelves.js';
import { logStatements } from '../../support/sql-log.js';
import { until } from '../../support/until.js';

let app: TestApp;
let plain: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { LOCALES: 'en,de,de-AT,fr' } });
  plain = await startApp({ database: app.database });
});
afterAll(async () => {
  await plain.close();
  await app.close();
});

const speak = (path: string, languages: string, more: Record<string, string> = {}): Promise<Answer> =>
  app.api.get(path, { headers: { 'Accept-Language': languages, ...more } });

async function translate(path: string, locale: string, texts: object): Promise<void> {
  const { status, text } = await app.api.put(`${path}/translations/${locale}`, texts, {
    as: app.adminToken,
    headers: { 'If-Match': '*' },
  });
  if (status !== 200) throw new Error(text);
}

const SHIRT = {
  description: 'Made of linen.',
  seo: { title: 'Buy a shirt', description: 'Cheap.' },
  options: [
    { name: 'Size', values: ['Small', 'Large'] },
    { name: 'Colour', values: ['Red'] },
  ],
};

/** A product whose texts are partly translated into de-AT and de. */
async function aShirt(title = 'Shirt'): Promise<AnswerBody> {
  const { body } = await app.api.post(
    '/v1/admin/products',
    {
      ...SHIRT,
      title,
      variants: ['Small', 'Large'].map((size) => ({
        sku: randomUUID(),
        price: { amount: 100, currency: 'EUR' },
        options: { Size: size, Colour: 'Red' },
      })),
    },
    { as: app.adminToken },
  );
  const path = `/v1/admin/products/${String(body.id)}`;
  await translate(path, 'de', {
    title: 'Hemd',
    description: 'Aus Leinen.',
    seo: { title: 'Hemd kaufen' },
    options: { Size: { name: 'Größe', values: { Small: 'Klein', Large: 'Groß' } }, Colour: { values: { Red: 'Rot' } } },
  });
  await translate(path, 'de-AT', { title: 'Leiberl', options: { Size: { values: { Large: 'Riesig' } } } });
  return body;
}

describe('a product that is read', () => {
  it('is in the language that is preferred, each text falling back on its own', async () => {
    const { id } = await aShirt();

    const answer = await speak(`/v1/products/${String(id)}`, 'de-AT-1996, en;q=0.5');

    expect(answer.headers).toMatchObject({ 'content-language': 'de-AT', vary: 'Accept-Language' });
    expect(answer.body).toMatchObject({
      title: 'Leiberl',
      description: 'Aus Leinen.',
      seo: { title: 'Hemd kaufen', description: 'Cheap.' },
      options: [
        { name: 'Größe', values: ['Klein', 'Riesig'] },
        { name: 'Colour', values: ['Rot'] },
      ],
      variants: [
        { title: 'Klein / Rot', options: { Größe: 'Klein', Colour: 'Rot' } },
        { title: 'Riesig / Rot', options: { Größe: 'Riesig', Colour: 'Rot' } },
      ],
    });
  });

  it('is in the own language where no other is asked for or known', async () => {
    const { id, slug } = await aShirt();
    const own = await app.api.get(`/v1/products/${String(id)}`);

    expect(own.headers).toMatchObject({ 'content-language': 'en', vary: 'Accept-Language' });
    expect(own.body).toMatchObject({ title: 'Shirt', ...SHIRT });
    expect((await speak(`/v1/products/${String(id)}`, 'ja, *;q=0')).body).toEqual(own.body);
    expect((await speak(`/v1/products/${String(slug)}`, 'fr')).body).toEqual(own.body);
    expect((await speak(`/v1/products/${String(slug)}`, 'fr')).headers['content-language']).toBe('fr');
  });

  it('is in the language of the query before that of the header, and in no other', async () => {
    const { id } = await aShirt();
    const path = `/v1/products/${String(id)}`;

    const german = await speak(`${path}?locale=DE`, 'de-AT');

    expect(german.body.title).toBe('Hemd');
    expect(german.headers['content-language']).toBe('de');
    for (const locale of ['it', 'de-CH', '', 'de&locale=fr']) {
      const { status, body } = await app.api.get(`${path}?locale=${locale}`);
      expect({ locale, status, code: body.code }).toEqual({ locale, status: 400, code: 'invalid_request' });
      expect(body.errors).toEqual([{ pointer: '/locale', detail: 'must be one of en, de, de-AT, fr' }]);
    }
  });

  it('has an ETag of its own in each language, and is answered 304 in that one alone', async () => {
    const path = `/v1/products/${String((await aShirt()).id)}`;
    const [german, french, english] = [await speak(path, 'de'), await speak(path, 'fr'), await speak(path, 'en')];
    const tag = german.headers.etag ?? '';

    expect(new Set([german, french, english].map(({ headers }) => headers.etag)).size).toBe(3);
    const known = await speak(path, 'de', { 'If-None-Match': tag });
    expect(known).toMatchObject({ status: 304, text: '', headers: { 'content-language': 'de', vary: 'Accept-Language' } });
    expect((await speak(path, 'fr', { 'If-None-Match': tag })).status).toBe(200);
    expect((await speak(path, 'en', { 'If-None-Match': tag })).status).toBe(200);
  });

  it('is answered with the fields that are asked for, in the language', async () => {
    const { id } = await aShirt();

    const answer = await speak(`/v1/products/${String(id)}?fields=title`, 'de');

    expect(answer.body).toEqual({ title: 'Hemd' });
    expect(answer.headers.vary).toBe('Accept-Language');
  });

  it('is sent on from a former slug in the same language', async () => {
    const { id, slug } = await aShirt();
    await app.api.patch(
      `/v1/admin/products/${String(id)}`,
      { slug: `new-${String(slug)}` },
      { as: app.adminToken, headers: { 'If-Match': '*' } },
    );

    const { status, headers } = await app.api.get(`/v1/products/${String(slug)}?locale=de`);

    expect({ status, location: headers.location }).toEqual({ status: 301, location: `/v1/products/new-${String(slug)}?locale=de` });
  });

  it('takes one statement in any language, and none when it is kept', async () => {
    const path = `/v1/products/${String((await aShirt()).id)}`;

    const first = await logStatements(() => speak(path, 'de'));
    await until(async () => (await logStatements(() => speak(path, 'de'))).length === 0, 'the answer to be kept');

    expect(first.filter((sql) => sql.includes('FROM products'))).toHaveLength(1);
    const other = await logStatements(() => speak(path, 'fr'));
    expect(other.filter((sql) => sql.includes('FROM products'))).toHaveLength(1);
  });

  it('is read anew when a translation changes, whoever changes it', async () => {
    const { id } = await aShirt();
    const path = `/v1/products/${String(id)}`;
    const titleIs = (title: string) => until(async () => (await speak(path, 'de')).body.title === title, `the title ${title}`);
    expect((await speak(path, 'de')).body.title).toBe('Hemd');

    await translate(`/v1/admin/products/${String(id)}`, 'de', { title: 'Neues Hemd' });
    expect((await speak(path, 'de')).body.title).toBe('Neues Hemd');

    await app.database.query(`UPDATE product_translations SET title = 'Von Hand' WHERE product_id = $1 AND locale = 'de'`, [id]);
    await titleIs('Von Hand');
    await app.database.query(`DELETE FROM product_translations WHERE product_id = $1`, [id]);
    await titleIs('Shirt');
    await app.database.query(
      `INSERT INTO product_translations VALUES ($1, 'de', 'Wieder da', NULL, '{"title":null,"description":null}', '{}', now())`,
      [id],
    );
    await titleIs('Wieder da');
  });

  it('keeps the names of its options where two would become one', async () => {
    const { id } = await aShirt();
    await translate(`/v1/admin/products/${String(id)}`, 'fr', {
      options: { Size: { name: 'Choix', values: {} }, Colour: { name: 'Choix', values: { Red: 'Rouge' } } },
    });

    const { body } = await speak(`/v1/products/${String(id)}`, 'fr');

    expect(body.options).toEqual([
      { name: 'Size', values: ['Small', 'Large'] },
      { name: 'Colour', values: ['Rouge'] },
    ]);
    expect(body.variants[0].options).toEqual({ Size: 'Small', Colour: 'Rouge' });
  });

  it('may have options that are called as what every object has', async () => {
    const { body } = await app.api.post(
      '/v1/admin/products',
      {
        title: 'Odd',
        options: [{ name: 'toString', values: ['valueOf'] }],
        variants: [{ sku: randomUUID(), price: { amount: 1, currency: 'EUR' }, options: { toString: 'valueOf' } }],
      },
      { as: app.adminToken },
    );
    await translate(`/v1/admin/products/${String(body.id)}`, 'de', { title: 'Seltsam' });

    const answer = await speak(`/v1/products/${String(body.id)}`, 'de');

    expect(answer.body).toMatchObject({ title: 'Seltsam', options: [{ name: 'toString', values: ['valueOf'] }] });
    expect(answer.body.variants[0]).toMatchObject({ title: 'valueOf', options: { toString: 'valueOf' } });
  });

  it('is the same for staff in any language', async () => {
    const { id } = await aShirt();

    const { body, headers } = await app.api.get(`/v1/admin/products/${String(id)}`, {
      as: app.adminToken,
      headers: { 'Accept-Language': 'de' },
    });

    expect(body).toMatchObject({ title: 'Shirt', ...SHIRT });
    expect(headers['content-language']).toBeUndefined();
    expect((await app.api.get(`/v1/admin/products/${String(id)}?locale=de`, { as: app.adminToken })).status).toBe(400);
  });
});

describe('a list of products', () => {
  it('is in the language, page by page, in the order of the own titles', async () => {
    const vendor = randomUUID();
    for (const [own, german] of [['Apple', 'Zapfen'], ['Berry', 'Beere'], ['Cherry', 'Alm']] as const) {
      const { product } = await aProductOnSale(app, { title: own });
      await app.database.query('UPDATE products SET vendor = $2 WHERE id = $1', [product.id, vendor]);
      await translate(`/v1/admin/products/${String(product.id)}`, 'de', { title: german });
    }
    const path = `/v1/products?vendor=${vendor}&sort=title&limit=2`;

    // How common the vendor is was looked up before, and is known for a while.
    let first = await speak(path, 'de');
    const statements = await logStatements(async () => { first = await speak(path, 'de'); });
    const next = await speak(`${path}&locale=de&cursor=${String(first.body.nextCursor)}`, 'en');

    expect(statements).toHaveLength(1);
    expect(first.headers).toMatchObject({ 'content-language': 'de', vary: 'Accept-Language' });
    expect(first.body.data.map(({ title }: { title: string }) => title)).toEqual(['Zapfen', 'Beere']);
    expect(next.body.data.map(({ title }: { title: string }) => title)).toEqual(['Alm']);
    expect((await speak(path, 'en')).body.data[0].title).toBe('Apple');
  });

  it('keeps the language in the link to the next page', async () => {
    await aProductOnSale(app);
    await aProductOnSale(app);

    expect((await app.api.get('/v1/products?limit=1&locale=de')).headers.link).toContain('locale=de');
  });

  it('is in the language wherever products are listed', async () => {
    const category = await aCategory(app);
    const collection = await aCollection(app);
    const ruled = await aCollection(app, { rules: { match: 'all', conditions: [{ field: 'categoryId', is: category.id }] } });
    const product = await aProductIn(app, [String(category.id)]);
    const beside = await aProductOnSale(app);
    const staff = { as: app.adminToken, headers: { 'If-Match': '*' } };
    await app.api.put(`/v1/admin/collections/${String(collection.id)}/products`, { productIds: [product.id] }, staff);
    const related = { type: 'similar', productIds: [product.id] };
    await app.api.put(`/v1/admin/products/${String(beside.product.id)}/related`, related, staff);
    await translate(`/v1/admin/products/${String(product.id)}`, 'de', { title: 'Überall' });

    for (const path of [
      `/v1/categories/${String(category.id)}/products`,
      `/v1/collections/${String(collection.id)}/products`,
      `/v1/collections/${String(ruled.id)}/products`,
      `/v1/products/${String(beside.product.id)}/related`,
    ]) {
      const { headers, body } = await speak(path, 'de');
      expect({ path, titles: body.data.map(({ title }: { title: string }) => title) }).toEqual({ path, titles: ['Überall'] });
      expect(headers).toMatchObject({ 'content-language': 'de', vary: 'Accept-Language' });
      expect((await app.api.get(path)).body.data[0].title).toBe('Linen shirt');
      expect((await app.api.get(`${path}?locale=it`)).body.code).toBe('invalid_request');
    }
  });
});

describe('a search in one language', () => {
  it.each(['relevance', 'price'])('finds what is called so in another, in the order of %s, and counts it', async (sort) => {
    const { product } = await aProductOnSale(app, { title: `Trousers by ${sort}` });
    await translate(`/v1/admin/products/${String(product.id)}`, 'de', { title: `Zimthosen ${sort}` });
    await app.nest.get(SearchIndexService).countAllWords();

    const { body } = await speak(`/v1/products?q=zimthosen&facets=true&sort=${sort}`, 'en');

    expect(body.data.map(({ title }: { title: string }) => title)).toContain(`Trousers by ${sort}`);
    expect(body.facets.matches).toBe(body.data.length);
  });
});

describe('categories', () => {
  it('are in the language: the tree, one, what is above and below it', async () => {
    const root = await aCategory(app, { name: 'Clothes', description: 'All.' });
    const child = await aCategory(app, { name: 'Shirts', parentId: root.id });
    const leaf = await aCategory(app, { name: 'Linen', parentId: child.id });
    await translate(`/v1/admin/categories/${String(root.id)}`, 'de', { name: 'Kleidung' });
    await translate(`/v1/admin/categories/${String(child.id)}`, 'de-AT', { name: 'Leiberln' });
    await translate(`/v1/admin/categories/${String(leaf.id)}`, 'de', { description: 'Aus Leinen.' });

    const tree = await speak('/v1/categories', 'de-AT');
    const one = await speak(`/v1/categories/${String(child.slug)}`, 'de-AT');

    const named = (id: unknown) => tree.body.data.find((row: { id: unknown }) => row.id === id) as unknown;
    expect(named(root.id)).toMatchObject({ name: 'Kleidung', description: 'All.' });
    expect(named(child.id)).toMatchObject({ name: 'Leiberln' });
    expect(named(leaf.id)).toMatchObject({ name: 'Linen', description: 'Aus Leinen.' });
    expect(one.body).toMatchObject({
      name: 'Leiberln',
      breadcrumb: [{ name: 'Kleidung' }],
      children: [{ name: 'Linen', description: 'Aus Leinen.' }],
    });
    expect(one.headers).toMatchObject({ 'content-language': 'de-AT', vary: 'Accept-Language' });
    expect((await app.api.get(`/v1/categories/${String(child.slug)}`)).body).toMatchObject({ name: 'Shirts', breadcrumb: [{ name: 'Clothes' }] });
    expect((await app.api.get('/v1/categories?locale=de&maxDepth=0')).body.data).toContainEqual(expect.objectContaining({ name: 'Kleidung' }));
  });

  it('take one statement more for no language', async () => {
    await aCategory(app);

    expect(await logStatements(() => speak('/v1/categories', 'de'))).toHaveLength(1);
  });
});

describe('collections', () => {
  it('are in the language, in the order of their own titles', async () => {
    const [first, second] = [await aCollection(app, { title: '0 Summer' }), await aCollection(app, { title: '1 Winter', description: 'Warm.' })];
    await translate(`/v1/admin/collections/${String(first.id)}`, 'de', { title: 'Sommer' });
    await translate(`/v1/admin/collections/${String(second.id)}`, 'de', { title: 'Jahresende' });

    const page = await speak('/v1/collections?limit=1', 'de');
    const next = await speak(`/v1/collections?limit=1&cursor=${String(page.body.nextCursor)}`, 'de');
    const one = await speak(`/v1/collections/${String(second.slug)}`, 'de');

    expect([page, next].map(({ body }) => body.data[0].title as string)).toEqual(['Sommer', 'Jahresende']);
    expect(one.body).toMatchObject({ title: 'Jahresende', description: 'Warm.' });
    expect(one.headers).toMatchObject({ 'content-language': 'de', vary: 'Accept-Language' });
    expect((await app.api.get(`/v1/collections/${String(second.id)}`)).body.title).toBe('1 Winter');
  });
});

describe('public reads in a language', () => {
  it('answer 304 to who has them in it, and not to who has them in another', async () => {
    const category = `/v1/categories/${String((await aCategory(app)).id)}`;
    const collection = `/v1/collections/${String((await aCollection(app)).id)}`;
    const product = `/v1/products/${String((await aShirt()).id)}`;

    for (const path of ['/v1/products', product, `${product}/related`, '/v1/categories', category, '/v1/collections', collection]) {
      const tag = (await speak(path, 'de')).headers.etag ?? '';
      const same = await speak(path, 'de', { 'If-None-Match': tag });
      const other = await speak(path, 'fr', { 'If-None-Match': tag });
      expect({ path, statuses: [same.status, other.status] }).toEqual({ path, statuses: [304, 200] });
    }
  });
});

describe('the products of a cart', () => {
  it('are in the language of who looks', async () => {
    const { id } = await aShirt();
    const { body } = await app.api.get(`/v1/products/${String(id)}`);
    const cart = await aCart(app, String(body.variants[0].id));
    const look = (languages: string): Promise<Answer> =>
      speak(`/v1/carts/${cart.id}?expand=items.product`, languages, { 'X-Cart-Token': cart.token });

    expect((await look('de-AT')).body.items[0].product.title).toBe('Leiberl');
    expect((await look('de')).body.items[0].product.title).toBe('Hemd');
    expect((await look('fr')).body.items[0].product.title).toBe('Shirt');
    expect((await look('en')).body.items[0].product.title).toBe('Shirt');
  });
});

describe('a shop with one language', () => {
  it('asks PostgreSQL for no other, and answers the same whatever is preferred', async () => {
    const { id } = await aShirt();
    const paths = [`/v1/products/${String(id)}`, '/v1/products', '/v1/categories', '/v1/collections'];
    const statements = await logStatements(async () => {
      for (const path of paths) {
        const answer = await plain.api.get(path, { headers: { 'Accept-Language': 'de' } });
        expect(answer.headers).toMatchObject({ 'content-language': 'en' });
        expect(answer.headers.vary).toBeUndefined();
      }
    });

    expect(statements.filter((sql) => sql.includes('translations'))).toEqual([]);
    expect((await plain.api.get(`/v1/products/${String(id)}?locale=en`)).body.title).toBe('Shirt');
    expect((await plain.api.get(`/v1/products/${String(id)}?locale=de`)).body.code).toBe('invalid_request');
  });
});
