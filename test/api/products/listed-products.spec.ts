import { Notifications } from '../../../src/infrastructure/database/notifications.js';
import { ProductCache } from '../../../src/modules/products/cache/product-cache.js';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale, type SimpleProduct } from '../../support/builders/catalogue.js';
import { aCategory, aCollection } from '../../support/builders/shelves.js';
import { until } from '../../support/until.js';

const env = { PRODUCT_CACHE_MS: '60000', LOCALES: 'en,de', CURRENCIES: 'EUR,USD' };
let first: TestApp;
let second: TestApp;

beforeAll(async () => {
  first = await startApp({ env });
  second = await startApp({ database: first.database, env });
});
afterAll(async () => {
  await second.close();
  await first.close();
});

const shown = async (app: TestApp, list: string, headers: Record<string, string> = {}): Promise<AnswerBody> => {
  const { body } = await app.api.get(list, { headers });
  return body.data[0];
};

let products = 0;
/** A product, the list that finds it alone, and how it is shown there. */
async function aListedProduct(more: Parameters<typeof aProductOnSale>[1] = {}): Promise<SimpleProduct & { list: string; summary: AnswerBody }> {
  products += 1;
  const vendor = `Vendor of list ${String(products)}`;
  const made = await aProductOnSale(first, { ...more, vendor });
  const list = `/v1/products?vendor=${encodeURIComponent(vendor)}`;
  return { ...made, list, summary: await shown(first, list) };
}

const change = ({ product, variantId }: SimpleProduct, path: string, body: object): Promise<Answer> =>
  first.api.patch(`/v1/admin/products/${String(product.id)}${path.replace('{variant}', `/variants/${variantId}`)}`, body, {
    as: first.adminToken, headers: { 'If-Match': '*' },
  });
const setPrice = (of: SimpleProduct, amount: number): Promise<Answer> => change(of, '{variant}', { price: { amount, currency: 'EUR' } });
const priceOf = (product: AnswerBody): number => product.variants[0].price.amount as number;

const OWN = { languages: [], currency: null };
/** The row that an application keeps of a product, in the language and currency of the shop. */
const keptOf = (app: TestApp, { product }: SimpleProduct): Promise<string | undefined> =>
  app.nest.get(ProductCache).withRows((rows) => Promise.resolve(rows.kept(OWN, String(product.id))));
/** Puts another row in the place of the kept one. */
const put = (app: TestApp, { product }: SimpleProduct, row: object): Promise<void> =>
  app.nest.get(ProductCache).withRows((rows) => {
    rows.keep(OWN, String(product.id), JSON.stringify(row));
    return Promise.resolve();
  });

/** Waits until the notices are heard and the row of a product is kept. */
async function untilKept(app: TestApp, of: SimpleProduct & { list: string }): Promise<void> {
  await until(() => app.nest.get(Notifications).catchUp(), 'the notices to be heard');
  await until(async () => {
    await app.api.get(of.list);
    return (await keptOf(app, of)) !== undefined;
  }, 'the row to be kept');
}

describe('a list that is asked for again', () => {
  it('answers the same', async () => {
    const of = await aListedProduct();
    const { text } = await first.api.get(of.list);
    await untilKept(first, of);

    expect((await first.api.get(of.list)).text).toBe(text);
  });

  it('does not read what is kept', async () => {
    const of = await aListedProduct();
    await untilKept(first, of);
    await put(first, of, { ...of.summary, title: 'As it was kept' });

    expect(await shown(first, of.list)).toMatchObject({ title: 'As it was kept' });
  });

  it('has the fields that are asked for', async () => {
    const of = await aListedProduct();
    await untilKept(first, of);

    expect(await shown(first, `${of.list}&fields=id,slug`)).toEqual({ id: of.product.id, slug: of.product.slug });
  });

  it('has facets as well, whether or not it is read', async () => {
    const of = await aListedProduct();
    const read = await first.api.get(`${of.list}&facets=true`);
    await untilKept(first, of);
    const kept = await first.api.get(`${of.list}&facets=true`);

    expect(kept.body).toEqual(read.body);
    expect(kept.body).toMatchObject({ data: [{ id: of.product.id }], facets: { matches: 1 } });
  });

  it('is in the language and the currency of who asks', async () => {
    const of = await aListedProduct({ title: 'Boot' });
    await first.api.put(`/v1/admin/products/${String(of.product.id)}/translations/de`, { title: 'Stiefel' }, {
      as: first.adminToken, headers: { 'If-Match': '*' },
    });
    await untilKept(first, of);

    expect(await shown(first, `${of.list}&locale=de`)).toMatchObject({ title: 'Stiefel' });
    expect(await shown(first, `${of.list}&currency=USD`)).toMatchObject({ variants: [] });
    expect(await shown(first, of.list)).toMatchObject({ title: 'Boot', variants: [{ price: { currency: 'EUR' } }] });
    expect(await shown(first, `${of.list}&locale=de`)).toMatchObject({ title: 'Stiefel' });
  });
});

/** Puts products on a shelf of a kind, and answers its list. */
const SHELVES: Readonly<Record<string, (ids: string[]) => Promise<string>>> = {
  category: async (ids) => {
    const categoryId = String((await aCategory(first, { name: 'Kept' })).id);
    for (const id of ids) await write(`/v1/admin/products/${id}/categories`, { categoryIds: [categoryId] });
    return `/v1/categories/${categoryId}/products?`;
  },
  'collection by hand': async (ids) => {
    const id = String((await aCollection(first)).id);
    await write(`/v1/admin/collections/${id}/products`, { productIds: ids });
    return `/v1/collections/${id}/products?`;
  },
  'collection by rules': async (ids) => {
    const tag = `tag ${String(ids[0])}`;
    for (const id of ids) await first.api.patch(`/v1/admin/products/${id}`, { tags: [tag] }, asStaff());
    const rules = { match: 'all', conditions: [{ field: 'tag', is: tag }] };
    return `/v1/collections/${String((await aCollection(first, { rules })).id)}/products?`;
  },
  'list of related products': async (ids) => {
    const { product } = await aProductOnSale(first);
    await write(`/v1/admin/products/${String(product.id)}/related`, { type: 'similar', productIds: ids });
    return `/v1/products/${String(product.id)}/related?`;
  },
};
const asStaff = () => ({ as: first.adminToken, headers: { 'If-Match': '*' } });
const write = async (path: string, body: object): Promise<void> => {
  const { status, text } = await first.api.put(path, body, asStaff());
  if (status !== 200) throw new Error(text);
};

describe.each(Object.entries(SHELVES))('a %s', (_kind, shelve) => {
  const made: SimpleProduct[] = [];
  let list: string;

  beforeAll(async () => {
    for (let n = 0; n < 3; n += 1) made.push(await aProductOnSale(first, { title: `Boot ${String(n)}` }));
    list = await shelve(made.map(({ product }) => String(product.id)));
  });

  const pages = async (app: TestApp, query = ''): Promise<AnswerBody[]> => {
    const data: AnswerBody[] = [];
    for (let cursor = ''; ;) {
      const { status, body, text } = await app.api.get(`${list}&limit=2${query}${cursor}`);
      if (status !== 200) throw new Error(text);
      data.push(...body.data);
      if (body.nextCursor === null) return data;
      cursor = `&cursor=${String(body.nextCursor)}`;
    }
  };
  const kept = (app: TestApp, of: SimpleProduct): Promise<boolean> =>
    until(async () => (await pages(app)).length > 0 && (await keptOf(app, of)) !== undefined, 'the row to be kept');

  it('shows what is kept as it was read, page by page', async () => {
    const read = await pages(first);
    for (const of of made) await kept(first, of);

    expect(read).toHaveLength(3);
    expect(await pages(first)).toEqual(read);
  });

  it('does not read what is kept, and reads what is not', async () => {
    const [of] = made as [SimpleProduct];
    for (const each of made) await kept(first, each);
    const title = 'As it was kept';
    await put(first, of, { ...JSON.parse((await keptOf(first, of)) ?? '{}') as object, title });

    const titles = (await pages(first)).map((row) => String(row.title)).sort();

    expect(titles).toEqual([title, 'Boot 1', 'Boot 2'].sort());
  });

  it('shows a change at once, and in the other process as soon as it is told', async () => {
    const [, of] = made as [SimpleProduct, SimpleProduct];
    await kept(second, of);
    for (let amount = 1; amount <= 5; amount += 1) {
      await setPrice(of, amount);
      expect((await pages(first)).filter(({ id }) => id === of.product.id).map(priceOf)).toEqual([amount]);
    }

    await until(async () => (await pages(second)).some((row) => row.id === of.product.id && priceOf(row) === 5), 'the new price');
  });

  it('is in the language and the currency of who asks', async () => {
    const [, , of] = made as [SimpleProduct, SimpleProduct, SimpleProduct];
    await first.api.put(`/v1/admin/products/${String(of.product.id)}/translations/de`, { title: 'Stiefel' }, asStaff());
    await kept(first, of);
    const rowIn = async (query: string): Promise<AnswerBody> => (await pages(first, query)).find(({ id }) => id === of.product.id);

    expect(await rowIn('&locale=de')).toMatchObject({ title: 'Stiefel' });
    expect(await rowIn('')).toMatchObject({ title: 'Boot 2', variants: [{ price: { currency: 'EUR' } }] });
    expect(await rowIn('&locale=de&currency=USD')).toMatchObject({ title: 'Stiefel', variants: [] });
    expect(await rowIn('')).toMatchObject({ title: 'Boot 2' });
  });

  it('leaves out what is archived, although it is kept', async () => {
    const [of] = made as [SimpleProduct];
    await kept(second, of);

    await first.api.post(`/v1/admin/products/${String(of.product.id)}/archive`, undefined, { as: first.adminToken });

    expect((await pages(second)).map(({ id }) => String(id))).not.toContain(String(of.product.id));
  });
});

describe('a change of a listed product', () => {
  it('is seen by the next list of the process that made it', async () => {
    const of = await aListedProduct();
    for (let amount = 1; amount <= 20; amount += 1) {
      await shown(first, of.list);
      await setPrice(of, amount);
      expect(priceOf(await shown(first, of.list))).toBe(amount);
    }
  });

  it('is heard of by every other process', async () => {
    const of = await aListedProduct();
    await untilKept(second, of);

    await setPrice(of, 4_711);

    await until(async () => priceOf(await shown(second, of.list)) === 4_711, 'the new price');
  });

  it('such as the sale of its last unit is heard of', async () => {
    const of = await aListedProduct({ stock: 1 });
    await untilKept(second, of);

    await first.api.post(`/v1/admin/stock/${of.variantId}/adjustments`, { delta: -1 }, { as: first.adminToken });

    await until(async () => (await shown(second, of.list)).variants[0].inStock === false, 'the product to be sold out');
  });

  it('such as its archive takes it off at once, wherever it is kept', async () => {
    const of = await aListedProduct();
    await untilKept(second, of);

    await first.api.post(`/v1/admin/products/${String(of.product.id)}/archive`, undefined, { as: first.adminToken });

    expect((await second.api.get(of.list)).body.data).toEqual([]);
  });

  it('that is made while a list is read ends what was read before', async () => {
    const [of, other] = [await aListedProduct(), await aListedProduct()];
    await untilKept(first, of);
    await first.nest.get(ProductCache).withRows(async (rows) => {
      await setPrice(of, 7);
      await untilKept(first, other);
      rows.keep(OWN, String(of.product.id), JSON.stringify(of.summary));
    });

    expect(JSON.parse((await keptOf(first, other)) ?? '{}')).toEqual(other.summary);
    expect(await keptOf(first, of)).toBeUndefined();
    expect(priceOf(await shown(first, of.list))).toBe(7);
  });

  it('is never followed by an older row, however lists and changes meet', async () => {
    const of = await aListedProduct({ amount: 1 });
    let written = 1;
    let done = false;
    const writer = async (): Promise<void> => {
      for (let amount = 2; amount <= 40; amount += 1) {
        await setPrice(of, amount);
        written = amount;
      }
      done = true;
    };
    const reader = (): Promise<boolean> =>
      until(async () => {
        const known = written;
        expect(priceOf(await shown(first, of.list))).toBeGreaterThanOrEqual(known);
        return done;
      }, 'the writer to end');

    await Promise.all([writer(), reader(), reader(), reader()]);

    expect(priceOf(await shown(first, of.list))).toBe(40);
    await until(async () => priceOf(await shown(second, of.list)) === 40, 'the last price in the other process');
  });
});

describe('the rows of lists', () => {
  it('stay within the bytes that are configured', async () => {
    const small = await startApp({ database: first.database, env: { ...env, PRODUCT_CACHE_MIB: '1' } });
    const cache = small.nest.get(ProductCache);
    await cache.withRows((rows) => {
      for (let row = 0; row < 2_000; row += 1) rows.keep(OWN, `product ${String(row)}`, 'x'.repeat(2_000));
      return Promise.resolve();
    });

    expect(cache.bytes).toBeGreaterThan(800_000);
    expect(cache.bytes).toBeLessThanOrEqual(1_048_576);
    await small.close();
  });

  it('are not kept where nothing is to be', async () => {
    const forgetful = await startApp({ database: first.database, env: { ...env, PRODUCT_CACHE_MS: '0' } });
    const of = await aListedProduct();
    for (let time = 0; time < 3; time += 1) {
      await forgetful.api.get(of.list);
      await put(forgetful, of, { ...of.summary, title: 'As it was kept' });
      expect(await shown(forgetful, of.list)).toMatchObject({ title: 'Linen shirt' });
    }
    await forgetful.close();
  });
});
