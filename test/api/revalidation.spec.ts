import { startApp, type TestApp } from '../support/app.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { aCategory, aCollection } from '../support/builders/shelves.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

describe('a public read', () => {
  it('answers 304 to who has its version', async () => {
    const { product } = await aProductOnSale(app);
    const category = `/v1/categories/${String((await aCategory(app)).id)}`;
    const collection = `/v1/collections/${String((await aCollection(app)).id)}`;
    const shown = `/v1/products/${String(product.slug)}`;
    const paths = [
      ...['/v1/products', shown, `${shown}/related`, `${shown}/reviews`],
      ...['/v1/categories', category, `${category}/products`],
      ...['/v1/collections', collection, `${collection}/products`],
    ];

    for (const path of paths) {
      const first = await app.api.get(path);
      const again = await app.api.get(path, { headers: { 'If-None-Match': first.headers.etag ?? '' } });
      expect({ path, statuses: [first.status, again.status], text: again.text }).toEqual({ path, statuses: [200, 304], text: '' });
    }
  });
});
