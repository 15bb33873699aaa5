import { randomUUID } from 'node:crypto';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const PRODUCTS = '/v1/admin/products';
const staff = () => ({ as: app.adminToken });
const create = async (slug: string, more: object = {}): Promise<AnswerBody> => {
  const variants = [{ sku: randomUUID(), price: { amount: 100, currency: 'EUR' } }];
  const answer = await app.api.post(PRODUCTS, { title: 'Shirt', slug, variants, ...more }, staff());
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body;
};
const rename = (id: unknown, slug: string): Promise<Answer> =>
  app.api.patch(`${PRODUCTS}/${String(id)}`, { slug }, { ...staff(), headers: { 'If-Match': '*' } });
const look = async (slug: string): Promise<unknown[]> => {
  const { status, headers } = await app.api.get(`/v1/products/${slug}`);
  return [status, headers.location];
};

describe('a slug that a product had', () => {
  it('leads to the present one, with what the query asks', async () => {
    const { id } = await create('linen');
    await rename(id, 'linen-shirt');
    await rename(id, 'linen-shirt-washed');

    expect(await look('linen')).toEqual([301, '/v1/products/linen-shirt-washed']);
    expect(await look('linen-shirt')).toEqual([301, '/v1/products/linen-shirt-washed']);
    expect(await look('linen?fields=id,slug')).toEqual([301, '/v1/products/linen-shirt-washed?fields=id,slug']);
    expect(await look('linen-shirt-washed')).toEqual([200, undefined]);
  });

  it('is its own again when it goes back, and does not lead in a circle', async () => {
    const { id } = await create('there');
    await rename(id, 'back');
    await rename(id, 'there');

    expect(await look('there')).toEqual([200, undefined]);
    expect(await look('back')).toEqual([301, '/v1/products/there']);
  });

  it('can be taken by another product, made or renamed', async () => {
    const { id } = await create('first');
    await rename(id, 'second');
    await rename(id, 'third');
    const taker = await create('first');
    const renamed = await create('anything');
    await rename(renamed.id, 'second');

    expect((await app.api.get('/v1/products/first')).body.id).toBe(taker.id);
    expect((await app.api.get('/v1/products/second')).body.id).toBe(renamed.id);
    await rename(taker.id, 'fourth');
    expect(await look('first')).toEqual([301, '/v1/products/fourth']);
  });

  it('does not tell of a product that is not on sale', async () => {
    const draft = await create('secret', { state: 'draft' });
    await rename(draft.id, 'secret-plan');

    expect((await app.api.get('/v1/products/secret')).body.code).toBe('not_found');
  });
});
