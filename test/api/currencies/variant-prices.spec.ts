import { randomUUID } from 'node:crypto';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale, type SimpleProduct } from '../../support/builders/catalogue.js';
import { aCategory, aCollection, aProductIn } from '../../support/builders/shelves.js';
import { logStatements } from '../../support/sql-log.js';
import { until } from '../../support/until.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { CURRENCIES: 'EUR,USD,JPY' } });
});
afterAll(async () => {
  await app.close();
});

const pricePath = ({ product, variantId }: SimpleProduct, currency = 'USD'): string =>
  `/v1/admin/products/${String(product.id)}/variants/${variantId}/prices/${currency}`;
const staff = (ifMatch = '*') => ({ as: app.adminToken, headers: { 'If-Match': ifMatch } });
const put = (path: string, body: unknown, ifMatch?: string): Promise<Answer> => app.api.put(path, body, staff(ifMatch));
const remove = (path: string, ifMatch?: string): Promise<Answer> => app.api.delete(path, staff(ifMatch));
const shown = ({ product }: SimpleProduct, currency: string): Promise<Answer> =>
  app.api.get(`/v1/products/${String(product.id)}?currency=${currency}`);
const updates = async ({ product }: SimpleProduct): Promise<number> =>
  (await app.database.query(`SELECT 1 FROM outbox_events WHERE aggregate_id = $1 AND type = 'product.updated'`, [product.id])).length;

/** A product with two variants in euros, of which one has a price in dollars. */
async function aShirt(): Promise<{ product: AnswerBody; sizes: { S: SimpleProduct; M: SimpleProduct } }> {
  const { body: product } = await app.api.post(
    '/v1/admin/products',
    {
      title: 'Shirt',
      options: [{ name: 'Size', values: ['S', 'M'] }],
      variants: ['S', 'M'].map((size) => ({
        sku: randomUUID(),
        price: { amount: 1000, currency: 'EUR' },
        compareAtPrice: { amount: 1500, currency: 'EUR' },
        stock: 5,
        options: { Size: size },
      })),
    },
    { as: app.adminToken },
  );
  const [S, M] = product.variants.map(({ id, sku }: { id: string; sku: string }) => ({ product, variantId: id, sku }));
  await put(pricePath(S), { amount: 1100, compareAtAmount: 1700 });
  return { product, sizes: { S, M } };
}

describe('the price of a variant in a further currency', () => {
  it('is set and set again, as a change of the product that is told', async () => {
    const made = await aProductOnSale(app, { amount: 1000 });

    const first = await put(pricePath(made), { amount: 1100, compareAtAmount: 1700 }, '"1"');
    const yen = await put(pricePath(made, 'JPY'), { amount: 150 }, '"2"');
    const again = await put(pricePath(made), { amount: 1200 }, '"3"');

    expect(first).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(first.body.variants[0]).toMatchObject({
      price: { amount: 1000, currency: 'EUR' },
      prices: [{ amount: 1100, currency: 'USD', compareAtAmount: 1700 }],
    });
    expect(yen.body).toMatchObject({ version: 3 });
    expect(again.body.variants[0].prices).toEqual([
      { amount: 150, currency: 'JPY', compareAtAmount: null },
      { amount: 1200, currency: 'USD', compareAtAmount: null },
    ]);
    expect((await app.api.get(`/v1/admin/products/${String(made.product.id)}`, { as: app.adminToken })).body).toEqual(again.body);
    const listed = await app.api.get('/v1/admin/products?limit=1', { as: app.adminToken });
    expect(listed.body.data).toEqual([again.body]);
    expect(await updates(made)).toBe(3);
  });

  it('is taken away once', async () => {
    const made = await aProductOnSale(app);
    await put(pricePath(made), { amount: 5 });

    const removed = await remove(pricePath(made), '"2"');

    expect(removed).toMatchObject({ status: 200, headers: { etag: '"3"' } });
    expect(removed.body.variants[0].prices).toEqual([]);
    expect((await remove(pricePath(made))).body.code).toBe('not_found');
    expect(await updates(made)).toBe(2);
  });

  it('is refused in a currency that the shop does not sell in, and in that of the own price', async () => {
    const made = await aProductOnSale(app);

    for (const currency of ['GBP', 'usd', 'XYZ', 'dollars']) {
      const { status, body } = await put(pricePath(made, currency), { amount: 1 });
      expect({ currency, status, code: body.code }).toEqual({ currency, status: 404, code: 'unknown_currency' });
    }
    const own = await put(pricePath(made, 'EUR'), { amount: 1 });
    expect(own).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ pointer: '/currency' }] } });
    for (const body of [{}, { amount: -1 }, { amount: 1.5 }, { amount: 9_000_000_001 }, { amount: 1, currency: 'USD' }]) {
      expect((await put(pricePath(made), body)).body.code).toBe('invalid_request');
    }
    expect(await updates(made)).toBe(0);
  });

  it('is not changed by who has not seen the last change, nor where there is no such variant', async () => {
    const [made, other] = [await aProductOnSale(app), await aProductOnSale(app)];
    await put(pricePath(made), { amount: 5 });
    const foreign = pricePath({ ...made, variantId: other.variantId });

    expect((await put(pricePath(made), { amount: 6 }, '"1"')).body.code).toBe('precondition_failed');
    expect((await remove(pricePath(made), '"1"')).body.code).toBe('precondition_failed');
    expect((await app.api.put(pricePath(made), { amount: 6 }, { as: app.adminToken })).body.code).toBe('precondition_required');
    expect((await put(foreign, { amount: 6 })).body.code).toBe('not_found');
    expect((await remove(foreign)).body.code).toBe('not_found');
    expect((await shown(made, 'USD')).body.variants[0].price).toEqual({ amount: 5, currency: 'USD' });
  });

  it('goes when the variant itself is priced in that currency', async () => {
    const made = await aProductOnSale(app, { amount: 1000 });
    await put(pricePath(made), { amount: 5 });
    const own = `/v1/admin/products/${String(made.product.id)}/variants/${made.variantId}`;

    const dollars = await app.api.patch(own, { price: { amount: 7, currency: 'USD' } }, staff());
    const euros = await app.api.patch(own, { price: { amount: 9, currency: 'EUR' } }, staff());

    expect(dollars.body.variants[0]).toMatchObject({ price: { amount: 7, currency: 'USD' }, prices: [] });
    expect(euros.body.variants[0]).toMatchObject({ price: { amount: 9, currency: 'EUR' }, prices: [] });
  });
});

describe('a product that is read in a currency', () => {
  it('has the variants that are for sale in it, at their prices in it', async () => {
    const { product, sizes } = await aShirt();

    const dollars = await shown(sizes.S, 'USD');
    const euros = await shown(sizes.S, 'EUR');

    expect(dollars.body.variants).toMatchObject([
      {
        id: sizes.S.variantId,
        price: { amount: 1100, currency: 'USD' },
        compareAtPrice: { amount: 1700, currency: 'USD' },
        inStock: true,
      },
    ]);
    expect(dollars.body.variants).toHaveLength(1);
    expect(euros.body.variants).toMatchObject([1, 2].map(() => ({ price: { amount: 1000, currency: 'EUR' } })));
    expect((await app.api.get(`/v1/products/${String(product.id)}`)).body).toEqual(euros.body);
    expect(new Set([dollars, euros].map(({ headers }) => headers.etag)).size).toBe(2);
  });

  it('is not found where no variant is for sale in it', async () => {
    const { sizes } = await aShirt();

    expect(await shown(sizes.S, 'JPY')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    await put(pricePath(sizes.M, 'JPY'), { amount: 0 });
    expect((await shown(sizes.S, 'JPY')).body.variants).toMatchObject([{ id: sizes.M.variantId, price: { amount: 0, currency: 'JPY' } }]);
  });

  it('is refused in a currency that the shop does not sell in', async () => {
    const { product } = await aShirt();

    for (const query of ['GBP', 'usd', '', 'USD&currency=EUR']) {
      const { status, body } = await app.api.get(`/v1/products/${String(product.id)}?currency=${query}`);
      expect({ query, status, errors: body.errors }).toEqual({
        query,
        status: 400,
        errors: [{ pointer: '/currency', detail: 'must be one of EUR, USD, JPY' }],
      });
    }
  });

  it('takes one statement, none when it is kept, and is read anew when a price changes, whoever changes it', async () => {
    const { sizes } = await aShirt();
    const isShownAt = (amount: number) =>
      until(async () => (await shown(sizes.S, 'USD')).body.variants?.[0].price.amount === amount, `the price ${String(amount)}`);

    const first = await logStatements(() => shown(sizes.S, 'USD'));
    await until(async () => (await logStatements(() => shown(sizes.S, 'USD'))).length === 0, 'the answer to be kept');
    expect(first.filter((sql) => sql.includes('FROM products'))).toHaveLength(1);

    await put(pricePath(sizes.S), { amount: 1101 });
    expect((await shown(sizes.S, 'USD')).body.variants[0].price.amount).toBe(1101);
    await app.database.query('UPDATE variant_prices SET amount = 1102 WHERE variant_id = $1', [sizes.S.variantId]);
    await isShownAt(1102);
    await app.database.query('DELETE FROM variant_prices WHERE variant_id = $1', [sizes.S.variantId]);
    await until(async () => (await shown(sizes.S, 'USD')).status === 404, 'the price to go');
    await app.database.query(`INSERT INTO variant_prices VALUES ($1, 'USD', 1103, NULL, now())`, [sizes.S.variantId]);
    await isShownAt(1103);
  });
});

describe('a list of products in a currency', () => {
  it('shows each with its prices in it, by one statement', async () => {
    const { product, sizes } = await aShirt();
    const vendor = randomUUID();
    await app.database.query('UPDATE products SET vendor = $2 WHERE id = $1', [product.id, vendor]);

    // How common the vendor is was looked up before, and is known for a while.
    let page = await app.api.get(`/v1/products?vendor=${vendor}&currency=USD`);
    const statements = await logStatements(async () => { page = await app.api.get(`/v1/products?vendor=${vendor}&currency=USD`); });

    expect(statements).toHaveLength(1);
    expect(page.body.data).toMatchObject([{ variants: [{ id: sizes.S.variantId, price: { amount: 1100, currency: 'USD' } }] }]);
    const tag = page.headers.etag ?? '';
    const known = await app.api.get(`/v1/products?vendor=${vendor}&currency=USD`, { headers: { 'If-None-Match': tag } });
    expect(known.status).toBe(304);
    // Looking for those that have a price would walk over all that have none.
    expect((await app.api.get(`/v1/products?vendor=${vendor}&currency=JPY`)).body.data).toMatchObject([{ id: product.id, variants: [] }]);
  });

  it('does so wherever products are listed', async () => {
    const category = await aCategory(app);
    const collection = await aCollection(app);
    const product = await aProductIn(app, [String(category.id)]);
    const beside = await aProductOnSale(app);
    const variantId = String(product.variants[0].id);
    await put(pricePath({ product, variantId, sku: '' }), { amount: 77 });
    await app.api.put(`/v1/admin/collections/${String(collection.id)}/products`, { productIds: [product.id] }, staff());
    const related = { type: 'similar', productIds: [product.id] };
    await app.api.put(`/v1/admin/products/${String(beside.product.id)}/related`, related, staff());

    for (const path of [
      `/v1/categories/${String(category.id)}/products`,
      `/v1/collections/${String(collection.id)}/products`,
      `/v1/products/${String(beside.product.id)}/related`,
    ]) {
      const { body } = await app.api.get(`${path}?currency=USD`);
      expect({ path, price: body.data[0].variants[0].price }).toEqual({ path, price: { amount: 77, currency: 'USD' } });
      expect((await app.api.get(`${path}?currency=GBP`)).body.code).toBe('invalid_request');
    }
  });
});
