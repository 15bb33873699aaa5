import { Notifications } from '../../../src/infrastructure/database/notifications.js';
import { ProductCache } from '../../../src/modules/products/cache/product-cache.js';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale, type SimpleProduct } from '../../support/builders/catalogue.js';
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
