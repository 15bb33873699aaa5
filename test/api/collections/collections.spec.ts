import { randomUUID } from 'node:crypto';
import type { AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { anArchivedProduct, aProductOnSale } from '../../support/builders/catalogue.js';
import { aCategory, aCollection, aProductIn } from '../../support/builders/shelves.js';
import { logStatements } from '../../support/sql-log.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const path = '/v1/admin/collections';
const staff = () => ({ as: app.adminToken });
const ids = (rows: AnswerBody[]): string[] => rows.map(({ id }) => id as string);
const version = (value: number | string) => ({ ...staff(), headers: { 'If-Match': value === '*' ? '*' : `"${String(value)}"` } });
const setProducts = (id: string, productIds: string[], read: number | string = '*') =>
  app.api.put(`${path}/${id}/products`, { productIds }, version(read));
const products = async (collection: AnswerBody, query = ''): Promise<AnswerBody> =>
  (await app.api.get(`/v1/collections/${String(collection.slug)}/products${query}`)).body;

describe('a collection', () => {
  it('is made, changed in the version that was read, and deleted', async () => {
    const made = await aCollection(app, { title: 'Late summer', description: 'Warm.' });
    const one = `${path}/${String(made.id)}`;

    const changed = await app.api.patch(one, { title: 'Autumn', slug: 'autumn' }, version(1));
    const stale = await app.api.patch(one, { title: 'Winter' }, version(1));
    const shown = await app.api.get('/v1/collections/autumn');
    const read = await app.api.get(one, staff());
    const deleted = await app.api.delete(one, version(2));

    expect(made).toMatchObject({ slug: 'late-summer', title: 'Late summer', description: 'Warm.', rules: null, version: 1 });
    expect(changed.body).toMatchObject({ slug: 'autumn', title: 'Autumn', description: 'Warm.', version: 2 });
    expect(stale.body.code).toBe('precondition_failed');
    expect(shown.body).toEqual({ id: made.id, slug: 'autumn', title: 'Autumn', description: 'Warm.' });
    expect(read.body).toEqual(changed.body);
    expect(deleted.status).toBe(204);
    expect((await app.api.get('/v1/collections/autumn')).body.code).toBe('not_found');
    const events = await app.database.query('SELECT type FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence', [made.id]);
    expect(events).toEqual([{ type: 'collection.created' }, { type: 'collection.updated' }, { type: 'collection.deleted' }]);
  });

  it('has a slug that no other has', async () => {
    const [one, two] = [await aCollection(app, { title: 'Twice' }), await aCollection(app, { title: 'Twice' })];

    const made = await app.api.post(path, { title: 'X', slug: 'twice' }, staff());
    const changed = await app.api.patch(`${path}/${String(two.id)}`, { slug: 'twice' }, version(1));

    expect([one.slug, two.slug]).toEqual(['twice', expect.stringMatching(/^twice-[0-9a-f]{6}$/)]);
    expect([made.body.code, changed.body.code]).toEqual(['slug_taken', 'slug_taken']);
  });

  it('is listed by title, page by page', async () => {
    await app.database.query('DELETE FROM collections');
    const made = [];
    for (const title of ['B', 'A', 'C']) made.push(await aCollection(app, { title }));
    const [b, a, c] = ids(made);

    for (const [list, options] of [['/v1/collections', {}], [path, staff()]] as const) {
      const page = await app.api.get(`${list}?limit=2`, options);
      const rest = await app.api.get(`${list}?limit=2&cursor=${String(page.body.nextCursor)}`, options);
      expect(ids([...page.body.data, ...rest.body.data])).toEqual([a, b, c]);
      expect(rest.body.nextCursor).toBeNull();
      expect((await app.api.get(`${list}?cursor=x`, options)).body.code).toBe('invalid_cursor');
    }
  });
});

describe('a collection that is listed by hand', () => {
  it('shows its products on sale in the order that staff gave them, page by page', async () => {
    const collection = await aCollection(app, { title: 'By hand' });
    const [{ product: a }, { product: b }, { product: c }, { product: off }] = [
      await aProductOnSale(app),
      await aProductOnSale(app),
      await aProductOnSale(app),
      await anArchivedProduct(app),
    ];

    await setProducts(collection.id, ids([a, b]), 1);
    const set = await setProducts(collection.id, ids([b, off, c, a]), 2);
    const stale = await setProducts(collection.id, [], 2);
    const page = await products(collection, '?limit=2');
    const rest = await products(collection, `?limit=2&cursor=${String(page.nextCursor)}`);

    expect(set.body).toEqual({ collectionId: collection.id, version: 3, productIds: ids([b, off, c, a]) });
    expect(set.headers.etag).toBe('"3"');
    expect(stale.body.code).toBe('precondition_failed');
    expect((await app.api.get(`${path}/${String(collection.id)}/products`, staff())).body).toEqual(set.body);
    expect(ids(page.data)).toEqual(ids([b, c]));
    expect(ids(rest.data)).toEqual([a.id]);
    expect(rest.nextCursor).toBeNull();
    const listed = (await app.api.get('/v1/products?limit=100')).body.data.find(({ id }: AnswerBody) => id === a.id);
    expect(rest.data[0]).toEqual(listed);
    expect((await products(collection, '?cursor=x')).code).toBe('invalid_cursor');
  });

  it('takes products that exist, each once', async () => {
    const collection = await aCollection(app);
    const { product } = await aProductOnSale(app);

    const unknown = await setProducts(collection.id, [product.id, randomUUID()]);
    const twice = await setProducts(collection.id, [product.id, product.id]);
    const many = await setProducts(collection.id, Array.from({ length: 1_001 }, () => randomUUID()));

    expect(unknown.body.errors).toEqual([{ pointer: '/productIds/1', detail: 'is no product' }]);
    expect(twice.body.errors).toEqual([{ pointer: '/productIds', detail: 'must name each product once' }]);
    expect(many.status).toBe(400);
  });
});

describe('a collection with rules', () => {
  const chosen = async (match: 'all' | 'any', ...conditions: unknown[]): Promise<string[]> => {
    const collection = await aCollection(app, { title: `Rules ${randomUUID()}`, rules: { match, conditions } });
    return ids((await products(collection, '?limit=100')).data);
  };
  const aProduct = async (fields: Readonly<Record<string, unknown>>, amount = 1999, stock = 1, currency = 'EUR'): Promise<string> => {
    const variants = [{ sku: randomUUID(), price: { amount, currency }, stock }];
    const { body } = await app.api.post('/v1/admin/products', { title: 'Thing', ...fields, variants }, staff());
    return body.id as string;
  };

  beforeEach(async () => {
    await app.database.query(`UPDATE products SET state = 'archived'`);
  });

  it('chooses by each kind of condition', async () => {
    const plain = await aProduct({ title: 'Plain 100' });
    const percent = await aProduct({ title: '50% Linen_Shirt', vendor: 'Acme', category: 'Tops', tags: ['linen', 'new'] });
    const dear = await aProduct({ title: 'Dear' }, 100_000);
    const francs = await aProduct({ title: 'Swiss' }, 2_000, 1, 'CHF');
    const soldOut = await aProduct({ title: 'Sold out' }, 1999, 0);
    const old = await aProduct({ title: 'Old' });
    await app.database.query(`UPDATE products SET created_at = created_at - interval '40 days' WHERE id = $1`, [old]);
    const parent = await aCategory(app, { name: 'Above' });
    const child = await aCategory(app, { name: 'Below', parentId: parent.id });
    const shelved = String((await aProductIn(app, [child.id], 'Shelved')).id);
    const all = [plain, percent, dear, francs, soldOut, old, shelved];
    const but = (...left: string[]): string[] => all.filter((id) => !left.includes(id)).sort();

    expect(await chosen('all', { field: 'title', contains: 'linen_s' })).toEqual([percent]);
    expect(await chosen('all', { field: 'title', contains: '%' })).toEqual([percent]);
    expect(await chosen('all', { field: 'vendor', is: 'Acme' })).toEqual([percent]);
    expect(await chosen('all', { field: 'category', is: 'Tops' })).toEqual([percent]);
    expect(await chosen('all', { field: 'categoryId', is: parent.id })).toEqual([shelved]);
    expect(await chosen('all', { field: 'tag', is: 'new' })).toEqual([percent]);
    expect(await chosen('all', { field: 'price', currency: 'EUR', min: 2_000 })).toEqual([dear]);
    expect(await chosen('all', { field: 'price', currency: 'CHF', max: 2_000 })).toEqual([francs]);
    expect(await chosen('all', { field: 'inStock', is: false })).toEqual([soldOut]);
    expect((await chosen('all', { field: 'inStock', is: true })).sort()).toEqual(but(soldOut));
    expect((await chosen('all', { field: 'createdAt', withinDays: 30 })).sort()).toEqual(but(old));
  });

  it('asks for all conditions or for any', async () => {
    const both = await aProduct({ vendor: 'Acme', tags: ['a'] });
    const one = await aProduct({ vendor: 'Acme' });
    const other = await aProduct({ tags: ['a'] });
    await aProduct({});
    const conditions = [{ field: 'vendor', is: 'Acme' }, { field: 'tag', is: 'a' }];

    expect(await chosen('all', ...conditions)).toEqual([both]);
    expect(await chosen('any', ...conditions)).toEqual([other, one, both]);
  });

  it('shows the newest first, page by page, in one statement beside the look for the collection', async () => {
    const made = [await aProduct({ tags: ['b'] }), await aProduct({ tags: ['b'] }), await aProduct({ tags: ['b'] })];
    const rules = { match: 'all', conditions: [{ field: 'tag', is: 'b' }, { field: 'inStock', is: true }] };
    const collection = await aCollection(app, { title: 'Tagged', rules });

    const page = await products(collection, '?limit=2');
    const rest = await products(collection, `?limit=2&cursor=${String(page.nextCursor)}`);
    const statements = await logStatements(() => products(collection));
    await app.api.patch(`${path}/${String(collection.id)}`, { rules: { ...rules, match: 'any' } }, version(1));
    const changed = await products(collection, `?limit=2&cursor=${String(page.nextCursor)}`);

    expect(ids([...page.data, ...rest.data])).toEqual([...made].reverse());
    expect(statements).toHaveLength(2);
    expect(statements.join(' ')).not.toContain(`'b'`);
    expect(changed.code).toBe('invalid_cursor');
  });

  it('cannot be listed by hand, and forgets the list that it had', async () => {
    const collection = await aCollection(app);
    await setProducts(collection.id, [await aProduct({})]);
    const one = `${path}/${String(collection.id)}`;
    const rules = { match: 'all', conditions: [{ field: 'vendor', is: 'Nobody' }] };

    const ruled = await app.api.patch(one, { rules }, version('*'));
    const listed = await setProducts(collection.id, []);
    const byHand = await app.api.patch(one, { rules: null }, version('*'));

    expect(ruled.body.rules).toEqual(rules);
    expect({ status: listed.status, code: listed.body.code }).toEqual({ status: 409, code: 'collection_has_rules' });
    expect(byHand.body.rules).toBeNull();
    expect((await products(collection)).data).toEqual([]);
  });

  it.each([
    ['no condition', []],
    ['an unknown field', [{ field: 'sku', is: 'x' }]],
    ['a field with another question', [{ field: 'title', is: 'x' }]],
    ['too many conditions', Array.from({ length: 21 }, () => ({ field: 'tag', is: 'x' }))],
  ])('is refused with %s', async (_what, conditions) => {
    const { status } = await app.api.post(path, { title: 'X', rules: { match: 'all', conditions } }, staff());

    expect(status).toBe(400);
  });
});
