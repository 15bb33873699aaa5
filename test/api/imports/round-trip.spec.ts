import { startApp, type TestApp } from '../../support/app.js';
import type { AnswerBody } from '../../support/api-client.js';
import { anImage } from '../../support/builders/images.js';
import { exportAll, importFile } from '../../support/product-files.js';

const apps: TestApp[] = [];

/** A shop that is closed at the end: signing in belongs to the application that was started last. */
async function aShop(): Promise<TestApp> {
  const app = await startApp({ worker: true });
  apps.push(app);
  return app;
}

afterAll(async () => {
  for (const app of apps) await app.close();
});

/** A product with every field that there is. */
const full = (slug: string): object => ({
  slug,
  title: 'Everything',
  description: 'Two\nlines',
  vendor: 'Maker',
  category: 'Shirts',
  tags: ['b', 'a'],
  options: [{ name: 'Size', values: ['M', 'L'] }],
  images: [{ url: 'https://images.example.com/1.jpg', alt: 'One' }, { url: 'https://images.example.com/2.jpg' }],
  seo: { title: 'Found', description: 'Easily' },
  metadata: { season: 'summer', returnable: true, row: 7 },
  externalReference: `erp-${slug}`,
  unpublishAt: '2046-01-31T09:30:00.000Z',
  variants: [
    {
      ...{ sku: `${slug}-M`, price: { amount: 1999, currency: 'EUR' }, compareAtPrice: { amount: 2499, currency: 'EUR' } },
      ...{ stock: 4, options: { Size: 'M' }, barcode: '123', gtin: '04006381333931', weightGrams: 250 },
      ...{ lengthMm: 10, widthMm: 20, heightMm: 30, imageUrl: 'https://images.example.com/m.jpg' },
    },
    { sku: `${slug}-L`, price: { amount: 1999, currency: 'EUR' }, options: { Size: 'L' } },
  ],
});

/** An export without what belongs to one shop. */
const meaning = (file: string): unknown[] =>
  file
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { id: _, ...product } = JSON.parse(line) as { id: string; slug: string };
      return product;
    })
    .sort((a, b) => (a.slug < b.slug ? -1 : 1));

describe('an export', () => {
  it('makes the same products in an empty shop, and changes nothing in its own', async () => {
    const first = await aShop();
    const post = async (path: string, body?: unknown): Promise<AnswerBody> => {
      const answer = await first.api.post(path, body, { as: first.adminToken });
      expect(answer.status).toBeLessThan(300);
      return answer.body;
    };
    await post('/v1/admin/products', full('active'));
    const archived = await post('/v1/admin/products', full('archived'));
    await post(`/v1/admin/products/${String(archived.id)}/archive`);
    await post('/v1/admin/products', { ...full('draft'), state: 'draft', publishAt: '2045-01-31T09:30:00.000Z' });
    await post('/v1/admin/products', { title: 'Plain', variants: [{ sku: 'plain', price: { amount: 0, currency: 'JPY' } }] });
    const file = await exportAll(first);

    const own = await importFile(first, file);
    const after = await exportAll(first);
    const second = await aShop();
    const other = await importFile(second, file);

    expect(own).toMatchObject({ rows: 4, productsUnchanged: 4, errorCount: 0 });
    expect(after).toBe(file);
    expect(other).toMatchObject({ rows: 4, productsCreated: 4, variantsCreated: 7, errorCount: 0 });
    expect(meaning(await exportAll(second))).toEqual(meaning(file));
    expect(meaning(file)).toMatchObject([
      { ...full('active'), state: 'active', images: [{ alt: 'One' }, { alt: null }] },
      { slug: 'archived', state: 'archived' },
      { slug: 'draft', state: 'draft', publishAt: '2045-01-31T09:30:00.000Z' },
      { slug: 'plain', state: 'active' },
    ]);
  }, 60_000);

  it('names the images that were uploaded and their variants: its own shop keeps them, another leaves them out and says so', async () => {
    const first = await aShop();
    const image = await anImage(first);
    const { body: product } = await first.api.post('/v1/admin/products', full('pictured'), { as: first.adminToken });
    const [{ id: variantId }] = product.variants;
    const set = await first.api.put(
      `/v1/admin/products/${String(product.id)}/images`,
      { images: [{ imageId: image.id, alt: 'Ours', variantIds: [variantId] }, { url: 'https://images.example.com/1.jpg' }] },
      { as: first.adminToken, headers: { 'If-Match': `"${String(product.version)}"` } },
    );
    expect(set.status).toBe(200);
    const file = await exportAll(first);

    const own = await importFile(first, file);
    const without = await importFile(first, file.replace('"skus":["pictured-M"]', '"skus":[]'));
    const after = await exportAll(first);
    const second = await aShop();
    const other = await importFile(second, file);

    expect(JSON.parse(file)).toMatchObject({
      images: [{ imageId: image.id, alt: 'Ours', skus: ['pictured-M'] }, { url: 'https://images.example.com/1.jpg' }],
    });
    expect(own).toMatchObject({ productsUnchanged: 1, errorCount: 0 });
    expect(without).toMatchObject({ productsUpdated: 1, errorCount: 0 });
    expect(JSON.parse(after).images[0]).not.toHaveProperty('skus');
    expect(other).toMatchObject({ productsCreated: 1, errorCount: 2 });
    expect(other.errors).toMatchObject([
      { line: 1, field: 'images.0', detail: 'is an image that this shop does not have' },
      { line: 1, field: 'variants.0.imageUrl' },
    ]);
    expect(JSON.parse(await exportAll(second)).images).toEqual([{ url: 'https://images.example.com/1.jpg', alt: null }]);
  }, 60_000);
});

describe('a file', () => {
  it('changes the fields that it names, and leaves the others as staff have set them', async () => {
    const app = await aShop();
    await importFile(app, JSON.stringify(full('named')));
    const { title, variants } = full('named') as Record<string, unknown>;

    const less = await importFile(app, JSON.stringify({ ...full('named'), seo: undefined, metadata: undefined, externalReference: undefined, unpublishAt: undefined }));
    const more = await importFile(app, JSON.stringify({ ...full('named'), title, variants, metadata: {}, externalReference: null }));

    expect(less).toMatchObject({ productsUnchanged: 1 });
    expect(more).toMatchObject({ productsUpdated: 1 });
    expect(JSON.parse(await exportAll(app))).toMatchObject({ seo: { title: 'Found' }, metadata: {}, externalReference: null });
  });

  it('is told which of its times, images and states do not fit', async () => {
    const app = await aShop();
    const lines = [
      { ...full('waits'), publishAt: '2045-01-31T09:30:00.000Z' },
      { ...full('no-time'), state: 'archived', publishAt: 'soon' },
      { ...full('no-image'), images: [{ url: 'https://images.example.com/1.jpg', imageId: 'none' }] },
      { ...full('elsewhere'), images: [{ url: '/pictures/1.jpg' }] },
      { ...full('order'), state: 'draft', publishAt: '2045-01-31T09:30:00.000Z', unpublishAt: '2044-01-31T09:30:00.000Z' },
    ];

    const { errors } = await importFile(app, lines.map((line) => JSON.stringify(line)).join('\n'));

    expect(errors).toMatchObject([
      { line: 1, field: 'publishAt' },
      { line: 2, field: 'publishAt' },
      { line: 3, field: 'images.0.imageId' },
      { line: 4, field: 'images.0.url' },
      { line: 5, field: 'unpublishAt' },
    ]);
  });
});
