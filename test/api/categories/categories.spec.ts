import { SearchIndexService } from '../../../src/modules/products/search/search-index.service.js';
import type { AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { anArchivedProduct, aProductOnSale } from '../../support/builders/catalogue.js';
import { aCategory, aProductIn } from '../../support/builders/shelves.js';
import { logStatements } from '../../support/sql-log.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});
beforeEach(async () => {
  await app.database.query('TRUNCATE product_categories, category_translations, categories');
});

const path = '/v1/admin/categories';
const staff = () => ({ as: app.adminToken });
const anyVersion = () => ({ ...staff(), headers: { 'If-Match': '*' } });
const move = (id: string, body: unknown, headers = {}) => app.api.post(`${path}/${id}/move`, body, { ...staff(), headers });
const tree = async (): Promise<AnswerBody[]> => (await app.api.get('/v1/categories')).body.data as AnswerBody[];
const outline = async (): Promise<string[]> => (await tree()).map(({ name, depth }) => `${'-'.repeat(depth as number)}${String(name)}`);
const ids = (rows: AnswerBody[]): string[] => rows.map(({ id }) => id as string);
const eventsOf = async (id: string): Promise<string[]> =>
  (await app.database.query<{ type: string }>('SELECT type FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence', [id])).map(
    ({ type }) => type,
  );

describe('the category tree', () => {
  it('is read in order, each parent right before what is below it', async () => {
    const clothes = await aCategory(app, { name: 'Clothes' });
    const garden = await aCategory(app, { name: 'Garden' });
    const trousers = await aCategory(app, { name: 'Trousers', parentId: clothes.id });
    const shirts = await aCategory(app, { name: 'Shirts', parentId: clothes.id, position: 0 });
    const linen = await aCategory(app, { name: 'Linen', parentId: shirts.id });

    const { body, headers } = await app.api.get('/v1/categories');

    expect(ids(body.data)).toEqual(ids([clothes, shirts, linen, trousers, garden]));
    expect(body.truncated).toBe(false);
    expect(body.data[2]).toEqual({
      id: linen.id,
      slug: 'linen',
      name: 'Linen',
      description: '',
      parentId: shirts.id,
      position: 0,
      depth: 2,
      path: [clothes.id, shirts.id, linen.id],
    });
    const again = await app.api.get('/v1/categories', { headers: { 'If-None-Match': String(headers.etag) } });
    expect(again.status).toBe(304);
    expect(ids((await app.api.get('/v1/categories?maxDepth=0')).body.data)).toEqual(ids([clothes, garden]));
  });

  it('shows the thousand that are nearest to the roots, and says so', async () => {
    await app.database.query(
      `WITH root AS (SELECT gen_random_uuid() AS id), made AS (SELECT gen_random_uuid() AS id, n FROM generate_series(1, 1000) n)
       INSERT INTO categories (id, parent_id, slug, name, description, position, path, depth, created_at, updated_at)
       SELECT id, NULL, 'root', 'Root', '', 0, ARRAY[id], 0, now(), now() FROM root
       UNION ALL
       SELECT made.id, root.id, 'c' || n, 'C', '', n - 1, ARRAY[root.id, made.id], 1, now(), now() FROM made, root`,
    );

    const { body } = await app.api.get('/v1/categories');

    expect(body.data).toHaveLength(1000);
    expect(body.data[0].slug).toBe('root');
    expect(body.data[999]).toMatchObject({ slug: 'c999', position: 998 });
    expect(body.truncated).toBe(true);
  });

  it('is read and climbed in a fixed number of statements, however deep it is', async () => {
    let parentId: string | null = null;
    for (let depth = 0; depth < 6; depth += 1) parentId = String((await aCategory(app, { parentId })).id);

    const whole = await logStatements(() => app.api.get('/v1/categories'));
    const one = await logStatements(() => app.api.get(`/v1/categories/${String(parentId)}`));
    const products = await logStatements(() => app.api.get(`/v1/categories/${String(parentId)}/products`));

    expect([whole, one, products].map((statements) => statements.length)).toEqual([1, 2, 2]);
    expect([...whole, ...one, ...products].join(' ')).not.toMatch(/recursive/i);
    expect(products[1]).toContain('filter_bits');
  });
});

describe('a category', () => {
  it('is read by id or slug with its ancestors and children', async () => {
    const clothes = await aCategory(app, { name: 'Clothes' });
    const shirts = await aCategory(app, { name: 'Shirts', parentId: clothes.id });
    const linen = await aCategory(app, { name: 'Linen', parentId: shirts.id });
    await aCategory(app, { name: 'Deeper', parentId: linen.id });

    const { body } = await app.api.get('/v1/categories/shirts');

    expect(body.breadcrumb).toEqual([{ id: clothes.id, slug: 'clothes', name: 'Clothes' }]);
    expect(ids(body.children)).toEqual([linen.id]);
    expect((await app.api.get(`/v1/categories/${String(shirts.id)}`)).body).toEqual(body);
    expect((await app.api.get('/v1/categories/none')).body.code).toBe('not_found');
  });

  it('lists the products on sale in it and below it, page by page', async () => {
    const clothes = await aCategory(app, { name: 'Clothes' });
    const shirts = await aCategory(app, { name: 'Shirts', parentId: clothes.id });
    const garden = await aCategory(app, { name: 'Garden' });
    const first = await aProductIn(app, [clothes.id]);
    const second = await aProductIn(app, [shirts.id, clothes.id]);
    const third = await aProductIn(app, [shirts.id, garden.id]);
    const { product: archived } = await anArchivedProduct(app);
    await app.database.query('INSERT INTO product_categories VALUES ($1, $2)', [archived.id, shirts.id]);

    const list = async (of: AnswerBody, query = '') => (await app.api.get(`/v1/categories/${String(of.slug)}/products${query}`)).body;

    const page = await list(clothes, '?limit=2');
    expect(ids(page.data)).toEqual(ids([third, second]));
    const rest = await list(clothes, `?limit=2&cursor=${String(page.nextCursor)}`);
    expect(ids(rest.data)).toEqual([first.id]);
    expect(rest.nextCursor).toBeNull();
    expect(ids((await list(shirts, '?sort=createdAt')).data)).toEqual(ids([second, third]));
    expect(ids((await list(garden)).data)).toEqual([third.id]);
    const shown = (await app.api.get(`/v1/products?limit=100`)).body.data.find(({ id }: AnswerBody) => id === first.id);
    expect(rest.data[0]).toEqual(shown);
    expect((await list(shirts, `?limit=2&cursor=${String(page.nextCursor)}`)).code).toBe('invalid_cursor');
  });

  it('is listed for staff with its siblings, page by page', async () => {
    const clothes = await aCategory(app, { name: 'Clothes' });
    const children = [];
    for (const name of ['A', 'B', 'C']) children.push(await aCategory(app, { name, parentId: clothes.id }));

    const page = await app.api.get(`${path}?parentId=${String(clothes.id)}&limit=2`, staff());
    const rest = await app.api.get(`${path}?parentId=${String(clothes.id)}&limit=2&cursor=${String(page.body.nextCursor)}`, staff());

    expect(ids([...page.body.data, ...rest.body.data])).toEqual(ids(children));
    expect(ids((await app.api.get(path, staff())).body.data)).toEqual([clothes.id]);
    expect((await app.api.get(`${path}?cursor=x`, staff())).body.code).toBe('invalid_cursor');
    expect((await app.api.get(`${path}/${String(clothes.id)}`, staff())).body).toEqual(clothes);
  });

  it('gets a slug of its own, or the one that staff choose and nobody has', async () => {
    const one = await aCategory(app, { name: 'Été & Co' });
    const two = await aCategory(app, { name: 'Ete co' });

    const taken = await app.api.post(path, { name: 'X', slug: 'ete-co' }, staff());
    const renamed = await app.api.patch(`${path}/${String(two.id)}`, { slug: 'ete-co' }, anyVersion());

    expect(one.slug).toBe('ete-co');
    expect(two.slug).toMatch(/^ete-co-[0-9a-f]{6}$/);
    expect([taken.body.code, renamed.body.code]).toEqual(['slug_taken', 'slug_taken']);
    expect((await aCategory(app, { name: '日本' })).slug).toBe('category');
  });

  it('is changed only in the version that was read', async () => {
    const made = await aCategory(app, { name: 'Shirts' });
    const change = (headers: Record<string, string>) =>
      app.api.patch(`${path}/${String(made.id)}`, { name: 'Tops', description: 'Worn above.' }, { ...staff(), headers });

    const changed = await change({ 'If-Match': '"1"' });
    const stale = await change({ 'If-Match': '"1"' });

    expect(changed.body).toMatchObject({ name: 'Tops', slug: 'shirts', description: 'Worn above.', version: 2 });
    expect(changed.headers.etag).toBe('"2"');
    expect(stale.body.code).toBe('precondition_failed');
    expect(await eventsOf(made.id)).toEqual(['category.created', 'category.updated']);
  });

  it('is refused under a parent that does not exist or is too deep', async () => {
    const parentId = '01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f';
    const made = await aCategory(app);

    const created = await app.api.post(path, { name: 'X', parentId }, staff());
    const moved = await move(made.id, { parentId });

    expect([created.body.errors, moved.body.errors]).toEqual([
      [{ pointer: '/parentId', detail: 'is no category' }],
      [{ pointer: '/parentId', detail: 'is no category' }],
    ]);

    await app.database.query('TRUNCATE product_categories, category_translations, categories');
    const levels: string[] = [];
    for (let depth = 0; depth < 100; depth += 1) {
      levels.push(String((await aCategory(app, { name: `Level ${String(depth)}`, parentId: levels.at(-1) ?? null })).id));
    }
    const tooDeep = await app.api.post(path, { name: 'X', parentId: levels.at(-1) }, staff());
    const other = await aCategory(app, { name: 'Other' });
    const tooDeepBelow = await move(levels[0]!, { parentId: other.id });
    expect([tooDeep.body.errors[0].detail, tooDeepBelow.body.errors[0].detail]).toEqual([
      'is too deep: the tree has at most 100 levels',
      'is too deep: the tree has at most 100 levels',
    ]);
  });
});

describe('a move', () => {
  it('takes all below along, to a place among the new siblings, in one statement however much that is', async () => {
    const clothes = await aCategory(app, { name: 'Clothes' });
    const shirts = await aCategory(app, { name: 'Shirts', parentId: clothes.id });
    await aCategory(app, { name: 'Linen', parentId: shirts.id });
    const trousers = await aCategory(app, { name: 'Trousers', parentId: clothes.id });
    const sale = await aCategory(app, { name: 'Sale' });
    await aCategory(app, { name: 'Last', parentId: sale.id });

    const { status, body } = await move(shirts.id, { parentId: sale.id, position: 0 }, { 'If-Match': '"1"' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ parentId: sale.id, position: 0, depth: 1, path: [sale.id, shirts.id], version: 2 });
    expect(await outline()).toEqual(['Clothes', '-Trousers', 'Sale', '-Shirts', '--Linen', '-Last']);
    expect((await tree()).find(({ id }) => id === trousers.id)?.position).toBe(0);
    expect(await eventsOf(shirts.id)).toEqual(['category.created', 'category.moved']);
  });

  it('takes the lists of products along, as soon as a worker has heard of it', async () => {
    const [clothes, garden] = [await aCategory(app, { name: 'Clothes' }), await aCategory(app, { name: 'Garden' })];
    const gloves = await aCategory(app, { name: 'Gloves', parentId: clothes.id });
    const [shirt, glove] = [await aProductIn(app, [clothes.id]), await aProductIn(app, [gloves.id])];
    const listed = async ({ id }: AnswerBody): Promise<string[]> => ids((await app.api.get(`/v1/categories/${String(id)}/products`)).body.data);
    expect([await listed(clothes), await listed(garden)]).toEqual([ids([glove, shirt]), []]);

    await move(gloves.id, { parentId: garden.id });
    while (await app.nest.get(SearchIndexService).indexStale());

    expect([await listed(clothes), await listed(garden), await listed(gloves)]).toEqual([[shirt.id], [glove.id], [glove.id]]);
  });

  it('orders siblings, and makes a root of a category', async () => {
    const a = await aCategory(app, { name: 'A' });
    await aCategory(app, { name: 'B' });
    const c = await aCategory(app, { name: 'C' });

    await move(a.id, { parentId: null });
    expect(await outline()).toEqual(['B', 'C', 'A']);
    await move(a.id, { parentId: null, position: 1 });
    expect(await outline()).toEqual(['B', 'A', 'C']);
    await move(c.id, { parentId: a.id, position: 1000 });
    expect(await outline()).toEqual(['B', 'A', '-C']);
    await move(c.id, { parentId: null, position: 0 });
    expect(await outline()).toEqual(['C', 'B', 'A']);
  });

  it('into itself or below itself is refused', async () => {
    const a = await aCategory(app, { name: 'A' });
    const b = await aCategory(app, { name: 'B', parentId: a.id });
    const c = await aCategory(app, { name: 'C', parentId: b.id });

    for (const parentId of [a.id, b.id, c.id]) {
      const { status, body } = await move(a.id, { parentId });
      expect({ status, code: body.code }).toEqual({ status: 409, code: 'category_cycle' });
    }
    expect(await outline()).toEqual(['A', '-B', '--C']);
  });
});

describe('a deletion', () => {
  it('is refused while there are sub-categories or products', async () => {
    const parent = await aCategory(app, { name: 'Parent' });
    const full = await aCategory(app, { name: 'Full', parentId: parent.id });
    await aProductIn(app, [full.id]);

    for (const { id } of [parent, full]) {
      const { status, body } = await app.api.delete(`${path}/${String(id)}`, anyVersion());
      expect({ status, code: body.code }).toEqual({ status: 409, code: 'category_not_empty' });
    }
  });

  it('of an empty one closes the gap among its siblings', async () => {
    const made = [];
    for (const name of ['A', 'B', 'C']) made.push(await aCategory(app, { name }));

    const { status } = await app.api.delete(`${path}/${String(made[1].id)}`, { ...staff(), headers: { 'If-Match': '"1"' } });

    expect(status).toBe(204);
    expect((await tree()).map(({ name, position }) => [name as string, position as number])).toEqual([['A', 0], ['C', 1]]);
    expect(await eventsOf(made[1].id)).toEqual(['category.created', 'category.deleted']);
  });
});

describe('the categories of a product', () => {
  it('are set as a whole, as a change of the product', async () => {
    const [a, b, c] = [await aCategory(app, { name: 'A' }), await aCategory(app, { name: 'B' }), await aCategory(app, { name: 'C' })];
    const { product } = await aProductOnSale(app);
    const of = `/v1/admin/products/${String(product.id)}/categories`;
    const set = (categoryIds: string[], version: number) =>
      app.api.put(of, { categoryIds }, { ...staff(), headers: { 'If-Match': `"${String(version)}"` } });

    await set([b.id, a.id], 1);
    const { status, body, headers } = await set([c.id, b.id], 2);
    const stale = await set([], 2);

    expect(status).toBe(200);
    expect(body).toEqual({
      productId: product.id,
      version: 3,
      categories: [{ id: b.id, slug: 'b', name: 'B' }, { id: c.id, slug: 'c', name: 'C' }],
    });
    expect(headers.etag).toBe('"3"');
    expect(stale.body.code).toBe('precondition_failed');
    expect((await app.api.get(of, staff())).body).toEqual(body);
    expect((await app.api.get(`/v1/admin/products/${String(product.id)}`, staff())).body.version).toBe(3);
    expect(await eventsOf(product.id)).toEqual(['product.created', 'product.updated', 'product.updated']);
  });

  it('must exist and be named once', async () => {
    const a = await aCategory(app);
    const { product } = await aProductOnSale(app);
    const set = (categoryIds: string[]) =>
      app.api.put(`/v1/admin/products/${String(product.id)}/categories`, { categoryIds }, anyVersion());

    const unknown = await set([a.id, '01977b0e-5a7a-7c3e-8f0e-4d2a9b1c6e5f']);
    const twice = await set([a.id, a.id]);

    expect(unknown.body.errors).toEqual([{ pointer: '/categoryIds/1', detail: 'is no category' }]);
    expect(twice.body.errors).toEqual([{ pointer: '/categoryIds', detail: 'must name each category once' }]);
  });
});
