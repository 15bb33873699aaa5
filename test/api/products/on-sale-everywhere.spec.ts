import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { aCustomer } from '../../support/builders/people.js';
import { aCollection } from '../../support/builders/shelves.js';

let app: TestApp;
let planned: string;
let other: string;
let collection: string;
let customers: string[];

/** No worker runs: states stay as they are, and time alone decides. */
beforeAll(async () => {
  app = await startApp();
  const staff = { as: app.adminToken, headers: { 'If-Match': '*' } };
  const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
  const { body } = await app.api.post('/v1/admin/products', {
    title: 'Planned', state: 'draft', publishAt: inSeconds(600), unpublishAt: inSeconds(1_200),
    variants: [{ sku: randomUUID(), price: { amount: 100, currency: 'EUR' } }],
  }, staff);
  planned = String(body.id);
  other = String((await aProductOnSale(app)).product.id);
  collection = String((await aCollection(app)).id);
  for (const [path, set] of [
    [`products/${other}/related`, { type: 'similar', productIds: [planned] }],
    [`products/${planned}/related`, { type: 'similar', productIds: [other] }],
    [`collections/${collection}/products`, { productIds: [planned] }],
  ] as const) {
    const { status, text } = await app.api.put(`/v1/admin/${path}`, set, staff);
    if (status !== 200) throw new Error(text);
  }
  customers = [];
  for (let index = 0; index < 3; index += 1) customers.push((await aCustomer(app)).token);
});
afterAll(async () => {
  await app.close();
});

/** Whether the planned product is where products on sale are; as the `turn`th of the customers. */
async function places(turn: number): Promise<Record<string, boolean>> {
  const get = (path: string) => app.api.get(`/v1/${path}`);
  const has = async (path: string): Promise<boolean> => (await get(path)).body.data.length > 0;
  const written = await app.api.post(`/v1/products/${planned}/reviews`, { rating: 5, title: 'Fine' }, { as: customers[turn] ?? '' });
  return {
    product: (await get(`products/${planned}`)).status === 200,
    search: await has('products?q=planned'),
    related: await has(`products/${other}/related?type=similar`),
    relatedToIt: (await get(`products/${planned}/related?type=similar`)).status === 200,
    collection: await has(`collections/${collection}/products`),
    reviews: (await get(`products/${planned}/reviews`)).status === 200,
    reviewed: written.status === 201,
  };
}

const everywhere = (is: boolean): Record<string, boolean> =>
  Object.fromEntries(['product', 'search', 'related', 'relatedToIt', 'collection', 'reviews', 'reviewed'].map((place) => [place, is]));

describe('a product whose sale is planned', () => {
  it('is on sale everywhere from its first moment to its last, before any job moves its state', async () => {
    const before = await places(0);
    app.clock.advance(601);
    const during = await places(1);
    app.clock.advance(600);
    const after = await places(2);

    expect(before).toEqual(everywhere(false));
    expect(during).toEqual(everywhere(true));
    expect(after).toEqual(everywhere(false));
  });
});
