import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app.js';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { anAwaitedImage, anImage } from '../../support/builders/images.js';
import { PNG } from '../../support/operation-calls.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { DATABASE_POOL_SIZE: '10' } });
});
afterAll(async () => {
  await app.close();
});

const setImages = (productId: unknown, images: object[], version = '*'): Promise<Answer> =>
  app.api.put(`/v1/admin/products/${String(productId)}/images`, { images }, { as: app.adminToken, headers: { 'If-Match': version } });

const deleteImage = (id: unknown, version = '*'): Promise<Answer> =>
  app.api.delete(`/v1/admin/images/${String(id)}`, { as: app.adminToken, headers: { 'If-Match': version } });

const urlOf = (id: unknown): string => `/v1/images/${String(id)}/large.jpg`;

async function aSizedProduct(): Promise<AnswerBody> {
  const price = { amount: 100, currency: 'EUR' };
  const variants = ['M', 'L'].map((size) => ({ sku: randomUUID(), price, options: { Size: size } }));
  const options = [{ name: 'Size', values: ['M', 'L'] }];
  const { body } = await app.api.post('/v1/admin/products', { title: 'Shirt', options, variants }, { as: app.adminToken });
  return body;
}

describe('the images of a product', () => {
  it('are uploaded ones and those of other places, in their order, for the product and for variants', async () => {
    const product = await aSizedProduct();
    const [medium, large] = (product.variants as { id: string }[]).map(({ id }) => id);
    const [front, back] = [await anImage(app, PNG, { alt: 'The front' }), await anImage(app, PNG, { alt: 'The back' })];
    const elsewhere = 'https://images.example.com/1.jpg';

    const { status, body, headers } = await setImages(
      product.id,
      [
        { imageId: front.id, variantIds: [medium] },
        { imageId: back.id, alt: 'Its back', variantIds: [medium, large] },
        { url: elsewhere, alt: null },
      ],
      '"1"',
    );

    expect([status, headers.etag]).toEqual([200, '"2"']);
    const images = [
      { url: urlOf(front.id), alt: 'The front', imageId: front.id, variantIds: [medium] },
      { url: urlOf(back.id), alt: 'Its back', imageId: back.id, variantIds: [medium, large] },
      { url: elsewhere, alt: null, imageId: null, variantIds: [] },
    ];
    expect(body.images).toEqual(images);
    const shown = await app.api.get(`/v1/products/${String(product.id)}`);
    expect(shown.body.images).toEqual(images);
    expect(shown.body.variants.map(({ imageUrl }: { imageUrl: string }) => imageUrl)).toEqual([urlOf(front.id), urlOf(back.id)]);
    expect((await app.api.get(urlOf(front.id))).status).toBe(200);
  });

  it('that are taken away are taken from the variants, which keep those of other places', async () => {
    const product = await aSizedProduct();
    const [medium, large] = (product.variants as { id: string }[]).map(({ id }) => id);
    const { id: imageId } = await anImage(app);
    const own = 'https://images.example.com/own.jpg';
    await app.api.patch(`/v1/admin/products/${String(product.id)}/variants/${large ?? ''}`, { imageUrl: own }, {
      as: app.adminToken,
      headers: { 'If-Match': '*' },
    });
    const given = await setImages(product.id, [{ imageId, variantIds: [medium] }]);

    const { body } = await setImages(product.id, []);

    const urls = ({ variants }: AnswerBody): unknown => variants.map(({ imageUrl }: { imageUrl: string | null }) => imageUrl);
    expect(urls(given.body)).toEqual([urlOf(imageId), own]);
    expect(urls(body)).toEqual([null, own]);
    expect(body.images).toEqual([]);
  });

  it('are refused when there is no such image or variant, and stay as they were', async () => {
    const { product } = await aProductOnSale(app);
    const stranger = await aProductOnSale(app);
    const { id } = await anImage(app);

    const { status, body } = await setImages(product.id, [
      { imageId: randomUUID() },
      { imageId: await anAwaitedImage(app) },
      { imageId: id, variantIds: [stranger.variantId] },
    ]);
    const strange = await setImages(product.id, [{ imageId: id, url: 'https://images.example.com/1.jpg' }, {}, { url: 'javascript:alert(1)' }]);

    expect(status).toBe(400);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/images/0/imageId',
      '/images/1/imageId',
      '/images/2/variantIds/0',
    ]);
    expect(strange.body.code).toBe('invalid_request');
    const after = await app.api.get(`/v1/admin/products/${String(product.id)}`, { as: app.adminToken });
    expect(after.body).toEqual(product);
  });
});

describe('an image', () => {
  it('cannot be deleted while a product shows it, and can once none does', async () => {
    const [{ product }, other] = [await aProductOnSale(app), await aProductOnSale(app)];
    const { id } = await anImage(app);
    await setImages(product.id, [{ url: 'https://images.example.com/1.jpg' }, { imageId: id }]);
    await setImages(other.product.id, [{ imageId: id }]);

    const answers = [];
    for (const shows of [product.id, other.product.id]) {
      answers.push(await deleteImage(id));
      await setImages(shows, []);
    }
    const stale = await deleteImage(id, '"9"');
    const deleted = await deleteImage(id, '"1"');

    expect(answers.map(({ status, body }) => [status, body.code as string])).toEqual([
      [409, 'image_in_use'],
      [409, 'image_in_use'],
    ]);
    expect([stale.body.code, deleted.status]).toEqual(['precondition_failed', 204]);
    expect((await deleteImage(id)).body.code).toBe('not_found');
    expect((await app.api.get(urlOf(id))).body.code).toBe('not_found');
  });

  it('cannot be deleted while a variant shows it, though its product has other images by now', async () => {
    const { product, variantId } = await aProductOnSale(app);
    const { id } = await anImage(app);
    await setImages(product.id, [{ imageId: id, variantIds: [variantId] }]);
    const images = [{ url: 'https://images.example.com/1.jpg' }];
    await app.api.patch(`/v1/admin/products/${String(product.id)}`, { images }, { as: app.adminToken, headers: { 'If-Match': '*' } });

    expect((await deleteImage(id)).body.code).toBe('image_in_use');
  });

  it('that is deleted and given to a product at once is one or the other', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { product } = await aProductOnSale(app);
      const { id } = await anImage(app);

      const [deleted, given] = await Promise.all([deleteImage(id), setImages(product.id, [{ imageId: id }])]);

      expect([
        [204, 400],
        [409, 200],
      ]).toContainEqual([deleted.status, given.status]);
    }
  });
});
