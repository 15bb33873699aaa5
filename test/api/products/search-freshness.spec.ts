import { randomUUID } from 'node:crypto';
import { SearchIndexService } from '../../../src/modules/products/search/search-index.service.js';
import { startApp, type TestApp } from '../../support/app.js';
import type { AnswerBody } from '../../support/api-client.js';
import { orderItems, staffDoes } from '../../support/builders/orders.js';
import { aCustomer } from '../../support/builders/people.js';
import { faultsInTheSearch, foundTitles } from '../../support/builders/searched.js';
import { aCategory, aReview } from '../../support/builders/shelves.js';
import { until } from '../../support/until.js';

const PRODUCTS = '/v1/admin/products';
const ANY = { 'If-Match': '*' };

let app: TestApp;

const staff = (headers: Record<string, string> = {}) => ({ as: app.adminToken, headers });
const variant = (more: object = {}) => ({ sku: randomUUID(), price: { amount: 1_000, currency: 'EUR' }, stock: 5, ...more });

async function make(title: string, more: object = {}): Promise<AnswerBody> {
  const { status, body, text } = await app.api.post(PRODUCTS, { title, variants: [variant()], ...more }, staff());
  if (status !== 201) throw new Error(text);
  return body;
}

async function change({ id }: AnswerBody, changes: object): Promise<void> {
  const { status, text } = await app.api.patch(`${PRODUCTS}/${String(id)}`, changes, staff(ANY));
  if (status !== 200) throw new Error(text);
}

async function does({ id }: AnswerBody, action: string): Promise<void> {
  const { status, text } = await app.api.post(`${PRODUCTS}/${String(id)}/${action}`, undefined, staff());
  if (status !== 200) throw new Error(text);
}

const adjust = async ({ variants }: AnswerBody, delta: number): Promise<void> => {
  const { status, text } = await app.api.post(`/v1/admin/stock/${String(variants[0].id)}/adjustments`, { delta }, staff());
  if (status !== 200 && status !== 201) throw new Error(text);
};

const found = (query: string): Promise<string[]> => foundTitles(app, query);
const soon = (query: string, titles: string[]): Promise<true> =>
  until(async () => JSON.stringify(await found(query)) === JSON.stringify(titles) || undefined, `${query} to find ${titles.join(', ')}`);

/** Nothing but the transaction itself has written: no worker runs. */
describe('a change is found as soon as it is committed', () => {
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(async () => {
    await app.close();
  });

  it.each([
    ['title', { title: 'Renamed zeppelin' }, 'q=zeppelin'],
    ['vendor', { vendor: 'Vendorix' }, 'vendor=Vendorix'],
    ['vendor, by its words', { vendor: 'Wordworth' }, 'q=wordworth'],
    ['tags', { tags: ['tagged'] }, 'tag=tagged'],
    ['category', { category: 'Gadgetry' }, 'category=Gadgetry'],
    ['description', { description: 'Made of unobtainium.' }, 'q=unobtainium'],
  ])('of the %s', async (_, changes, query) => {
    const product = await make('Plain thing');
    expect(await found(query)).toEqual([]);

    await change(product, changes);

    expect(await found(query)).toEqual(['title' in changes ? changes.title : 'Plain thing']);
    expect(await faultsInTheSearch(app)).toEqual([]);
  });

  it('that makes a product, with its SKU', async () => {
    await make('Newborn', { variants: [variant({ sku: 'NB-1' })] });

    expect([await found('q=newborn'), await found('q=nb-1')]).toEqual([['Newborn'], ['Newborn']]);
  });

  it('of a title, by which the former is not found any more', async () => {
    const product = await make('Caterpillar');

    await change(product, { title: 'Butterfly' });

    expect([await found('q=caterpillar'), await found('q=butterfly')]).toEqual([[], ['Butterfly']]);
  });

  it('of the price and the options of a variant', async () => {
    const product = await make('Sized thing', {
      options: [{ name: 'Size', values: ['M', 'L'] }],
      variants: [variant({ options: { Size: 'M' } })],
    });
    const path = `${PRODUCTS}/${String(product.id)}/variants`;
    expect([await found('option=Size:L'), await found('q=sized&priceMax=600')]).toEqual([[], []]);

    const added = await app.api.post(path, variant({ sku: 'SIZED-L', options: { Size: 'L' } }), staff());
    const cheaper = await app.api.patch(
      `${path}/${String(product.variants[0].id)}`, { price: { amount: 500, currency: 'EUR' } }, staff(ANY),
    );

    expect([added.status, cheaper.status]).toEqual([201, 200]);
    for (const query of ['option=Size:L', 'q=sized-l', 'q=sized&priceMax=600']) expect(await found(query)).toEqual(['Sized thing']);
    expect(await faultsInTheSearch(app)).toEqual([]);
  });

  it('that takes a product off sale, puts it back, or deletes it', async () => {
    const [archived, deleted] = [await make('Archived lamp'), await make('Deleted lamp', { state: 'draft', variants: [variant({ stock: 0 })] })];

    await does(deleted, 'publish');
    const whilePublished = await found('q=lamp&sort=title');
    await does(archived, 'archive');
    const whileArchived = await found('q=lamp');
    await does(archived, 'restore');
    const restored = await found('q=lamp&sort=title');
    const { status } = await app.api.delete(`${PRODUCTS}/${String(deleted.id)}`, staff(ANY));

    expect([whilePublished, whileArchived, restored]).toEqual([['Archived lamp', 'Deleted lamp'], ['Deleted lamp'], ['Archived lamp', 'Deleted lamp']]);
    expect({ status, left: await found('q=lamp') }).toEqual({ status: 200, left: ['Archived lamp'] });
    expect(await faultsInTheSearch(app)).toEqual([]);
  });

  it('of the categories', async () => {
    const product = await make('Shelved thing');
    const parent = String((await aCategory(app, { name: 'Parent' })).id);
    const child = String((await aCategory(app, { name: 'Childish', parentId: parent })).id);

    await app.api.put(`${PRODUCTS}/${String(product.id)}/categories`, { categoryIds: [child] }, staff(ANY));
    const [inParent, byName] = [await found(`categoryId=${parent}`), await found('q=childish')];
    await app.api.put(`${PRODUCTS}/${String(product.id)}/categories`, { categoryIds: [] }, staff(ANY));

    expect([inParent, byName, await found(`categoryId=${parent}`)]).toEqual([['Shelved thing'], ['Shelved thing'], []]);
    expect(await faultsInTheSearch(app)).toEqual([]);
  });

  it('of many products at once', async () => {
    const [first, second] = [await make('Bulk first'), await make('Bulk second')];
    const update = ({ id }: AnswerBody, title: string) => ({ action: 'update', id, version: 1, changes: { title } });

    const { status } = await app.api.post(
      `${PRODUCTS}/bulk`,
      {
        policy: 'atomic',
        items: [
          update(first, 'Bulky one'), update(second, 'Bulky two'),
          { action: 'create', product: { title: 'Bulky three', variants: [variant()] } },
        ],
      },
      staff(),
    );

    expect(status).toBe(200);
    expect(await found('q=bulky&sort=title')).toEqual(['Bulky one', 'Bulky three', 'Bulky two']);
    expect(await faultsInTheSearch(app)).toEqual([]);
  });

  it('not when it is only tried', async () => {
    const product = await make('Tried thing');

    const { status } = await app.api.patch(`${PRODUCTS}/${String(product.id)}?dryRun=true`, { title: 'Rehearsed' }, staff(ANY));
    const made = await app.api.post(`${PRODUCTS}?dryRun=true`, { title: 'Rehearsed too', variants: [variant()] }, staff());

    expect([status, made.status]).toEqual([200, 201]);
    expect([await found('q=rehearsed'), await found('q=tried')]).toEqual([[], ['Tried thing']]);
    expect(await faultsInTheSearch(app)).toEqual([]);
  });

  it('not when its transaction is rolled back', async () => {
    const [product, other] = [await make('Steadfast'), await make('Steadier')];

    const { body } = await app.api.post(
      `${PRODUCTS}/bulk`,
      {
        policy: 'atomic',
        items: [
          { action: 'update', id: product.id, version: 1, changes: { title: 'Wavering' } },
          { action: 'update', id: other.id, version: 99, changes: { title: 'Wavering too' } },
        ],
      },
      staff(),
    );

    expect(JSON.stringify(body)).toContain('412');
    expect([await found('q=wavering'), await found('q=steadfast')]).toEqual([[], ['Steadfast']]);
    expect(await faultsInTheSearch(app)).toEqual([]);
  });

  it('of the moments of a sale to the very moment, without any job', async () => {
    const moment = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
    await make('Planned sale', { state: 'draft', publishAt: moment(600), unpublishAt: moment(1_200) });
    const before = await found('q=planned');

    app.clock.advance(599 - 60);
    const shortly = await found('q=planned');
    app.clock.advance(61);
    const during = await found('q=planned');
    app.clock.advance(600);

    expect([before, shortly, during, await found('q=planned')]).toEqual([[], [], ['Planned sale'], []]);
    expect(await faultsInTheSearch(app)).toEqual([]);
  });

  it('of two writers at once, whoever is the first', async () => {
    const several = await startApp({ database: app.database, env: { DATABASE_POOL_SIZE: '6' } });
    const index = several.nest.get(SearchIndexService);
    const product = await make('Contended');
    const note = 'INSERT INTO product_search_stale (product_id) VALUES ($1)';
    for (let round = 0; round < 12; round += 1) {
      // Where the row is missing, there is nothing yet to wait for.
      if (round % 3 === 0) await app.database.query('DELETE FROM product_search WHERE product_id = $1', [product.id]);
      await app.database.query(note, [product.id]);
      await app.database.query(note, [product.id]);
      const rename = several.api.patch(`${PRODUCTS}/${String(product.id)}`, { title: `Contended ${String(round)}` }, staff(ANY));
      await Promise.all([index.indexStale(), rename, index.indexStale(), index.rebuild(null, () => Promise.resolve(false))]);
      expect(await faultsInTheSearch(app)).toEqual([]);
    }
    expect(await found('q=contended')).toEqual(['Contended 11']);
    await several.close();
  });
});

describe('what no change of a product tells is found within a turn of the worker', () => {
  beforeAll(async () => {
    app = await startApp({ worker: true });
  });
  afterAll(async () => {
    await until(async () => (await faultsInTheSearch(app)).length === 0, 'the search to be right');
    await app.close();
  });

  it('of the stock, which stands in the order too', async () => {
    const first = await make('Stocked first', { variants: [variant({ stock: 1 })] });
    await make('Stocked second', { variants: [variant({ stock: 1 })] });
    await soon('q=stocked', ['Stocked second', 'Stocked first']);

    await adjust(first, -1);
    await soon('q=stocked&inStock=true', ['Stocked second']);
    await adjust(first, 1);
    await soon('q=stocked&inStock=true', ['Stocked second', 'Stocked first']);
  });

  it('of the last unit that is sold, behind what is still there', async () => {
    const last = await make('Unit of the last', { variants: [variant({ stock: 1 })] });
    const { status } = await orderItems(app, [{ variantId: last.variants[0].id, quantity: 1 }]);
    expect(status).toBe(201);

    await soon('q=unit&inStock=true', []);
    await make('Unit that is there');
    await soon('q=unit', ['Unit that is there', 'Unit of the last']);
  });

  it('of the reviews', async () => {
    const reviewed = await make('Reviewed thing');
    expect(await found('q=reviewed&rating=4')).toEqual([]);

    const { id } = await aReview(app, String(reviewed.id), { rating: 4 });
    await app.api.post(`/v1/admin/reviews/${String(id)}/approve`, undefined, staff());

    await soon('q=reviewed&rating=4', ['Reviewed thing']);
    expect(await found('q=reviewed&rating=5')).toEqual([]);
  });

  it('of a category that moves or is renamed', async () => {
    const product = await make('Moving thing');
    const [from, to] = [String((await aCategory(app, { name: 'From' })).id), String((await aCategory(app, { name: 'To' })).id)];
    const child = String((await aCategory(app, { name: 'Child', parentId: from })).id);
    await app.api.put(`${PRODUCTS}/${String(product.id)}/categories`, { categoryIds: [child] }, staff(ANY));
    expect(await found(`categoryId=${from}`)).toEqual(['Moving thing']);

    await app.api.post(`/v1/admin/categories/${child}/move`, { parentId: to }, staff());
    await soon(`categoryId=${to}`, ['Moving thing']);
    await soon(`categoryId=${from}`, []);
    await app.api.patch(`/v1/admin/categories/${child}`, { name: 'Nephew' }, staff(ANY));
    await soon('q=nephew', ['Moving thing']);
  });

  it.each(['a guest', 'a customer'])('of what %s buys, which goes back when the order is cancelled', async (who) => {
    const word = who === 'a guest' ? 'guestly' : 'customary';
    const older = await make(`Older ${word}`);
    await make(`Newer ${word}`);
    const as = who === 'a guest' ? {} : { as: (await aCustomer(app)).token };
    expect(await found(`q=${word}&sort=bestSelling`)).toEqual([`Newer ${word}`, `Older ${word}`]);

    const { body } = await orderItems(app, [{ variantId: older.variants[0].id, quantity: 2 }], as);

    await soon(`q=${word}&sort=bestSelling`, [`Older ${word}`, `Newer ${word}`]);
    await soon(`q=${word}`, [`Older ${word}`, `Newer ${word}`]);
    await staffDoes(app, String(body.id), 'cancel');
    await soon(`q=${word}&sort=bestSelling`, [`Newer ${word}`, `Older ${word}`]);
    await soon(`q=${word}`, [`Newer ${word}`, `Older ${word}`]);
  });

  it('of an import', async () => {
    const line = JSON.stringify({ slug: 'imported', state: 'active', title: 'Imported thing', variants: [variant({ sku: 'IMPORTED' })] });

    const { status, text } = await app.api.postFile('/v1/admin/imports', { format: 'ndjson' }, { name: 'x.ndjson', content: `${line}\n` }, staff());

    expect({ status, text: status === 202 ? '' : text }).toEqual({ status: 202, text: '' });
    await until(async () => {
      await app.api.get('/v1/products?q=imported');
      const [row] = await app.database.query<{ state: string }>(`SELECT state FROM operations WHERE kind = 'product-import'`);
      return row?.state === 'succeeded' || undefined;
    }, 'the import');
    const [made] = await app.database.query<{ id: string; state: string }>(`SELECT id, state FROM products WHERE title = 'Imported thing'`);
    if (made?.state === 'draft') await does({ id: made.id } as AnswerBody, 'publish');
    expect(await found('q=imported')).toEqual(['Imported thing']);
  });
});
