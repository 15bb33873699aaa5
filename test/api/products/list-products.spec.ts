import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale, anArchivedProduct } from '../../support/builders/catalogue.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const titles = (body: { data: { title: string }[] }): string[] => body.data.map(({ title }) => title);

const create = (more: object) =>
  app.api.post(
    '/v1/admin/products',
    { variants: [{ sku: `LIST-${String(Math.floor(performance.now() * 1e6))}`, price: { amount: 100, currency: 'EUR' } }], ...more },
    { as: app.adminToken },
  );

/** Walks a list from its first page to its last. */
async function walk(query: string): Promise<string[]> {
  const found: string[] = [];
  let cursor = '';
  do {
    const { body } = await app.api.get(`/v1/products?limit=3&${query}${cursor}`);
    found.push(...body.data.map(({ id }: { id: string }) => id));
    cursor = body.nextCursor === null ? '' : `&cursor=${String(body.nextCursor)}`;
  } while (cursor !== '');
  return found;
}

describe('GET /v1/products', () => {
  it('lists what is on sale with prices and stock, newest first', async () => {
    await anArchivedProduct(app);
    await aProductOnSale(app, { title: 'Older' });
    const { product, variantId, sku } = await aProductOnSale(app, { title: 'Newer', amount: 1234, stock: 0 });

    const { status, headers, body } = await app.api.get('/v1/products?limit=2');

    expect(status).toBe(200);
    expect(titles(body)).toEqual(['Newer', 'Older']);
    expect(body.data[0]).toMatchObject({ id: product.id, slug: 'newer' });
    expect(body.data[0].variants).toMatchObject([
      { id: variantId, sku, price: { amount: 1234, currency: 'EUR' }, inStock: false },
    ]);
    expect(headers['cache-control']).toBe('public, no-cache');
  });

  it('finds by words of the title, the vendor and the description, whatever their form', async () => {
    await create({ title: 'Running shoes', vendor: 'Sprintwerk', description: 'Made for marathons.' });

    for (const q of ['shoe', 'run', 'sprintwerk', 'marathon', 'shoes -boots', '"running shoes"']) {
      const { body } = await app.api.get(`/v1/products?q=${encodeURIComponent(q)}`);
      expect({ q, found: titles(body) }).toEqual({ q, found: ['Running shoes'] });
    }
    expect((await app.api.get('/v1/products?q=running+-shoes')).body.data).toEqual([]);
  });

  it('filters by category, vendor and tag together', async () => {
    await create({ title: 'Match', category: 'Filters', vendor: 'Acme', tags: ['red', 'big'] });
    await create({ title: 'Other vendor', category: 'Filters', vendor: 'Else', tags: ['red'] });
    await create({ title: 'Other tag', category: 'Filters', vendor: 'Acme', tags: ['blue'] });

    const { body } = await app.api.get('/v1/products?category=Filters&vendor=Acme&tag=red');

    expect(titles(body)).toEqual(['Match']);
  });

  it.each(['-createdAt', 'createdAt', 'title', '-title'])(
    'walks every product exactly once by %s, also where the sorted values are equal',
    async (sort) => {
      const category = `Walk ${sort}`;
      for (let index = 0; index < 10; index += 1) await create({ title: index < 5 ? 'Same' : `T${String(index)}`, category });
      await app.database.query('UPDATE products SET created_at = $2 WHERE category = $1', [category, '2026-01-01T00:00:00Z']);

      const found = await walk(`category=${encodeURIComponent(category)}&sort=${sort}`);

      expect(found).toHaveLength(10);
      expect(new Set(found).size).toBe(10);
    },
  );

  it('sorts by title', async () => {
    for (const title of ['Beta', 'Alpha', 'Gamma']) await create({ title, category: 'Sorted' });

    expect(titles((await app.api.get('/v1/products?category=Sorted&sort=title')).body)).toEqual(['Alpha', 'Beta', 'Gamma']);
    expect(titles((await app.api.get('/v1/products?category=Sorted&sort=-title')).body)).toEqual(['Gamma', 'Beta', 'Alpha']);
  });

  it('links to the next page', async () => {
    await aProductOnSale(app);
    await aProductOnSale(app);
    const { headers, body } = await app.api.get('/v1/products?limit=1');
    const next = /^<([^>]+)>; rel="next"$/.exec(headers.link ?? '')?.[1] ?? '';

    const following = await app.api.get(next);

    expect(following.status).toBe(200);
    expect(following.body.data[0].id).not.toBe(body.data[0].id);
  });

  it('refuses a cursor that was changed or belongs to another list', async () => {
    await aProductOnSale(app);
    await aProductOnSale(app);
    const { body } = await app.api.get('/v1/products?limit=1');
    const cursor = String(body.nextCursor);
    const forged = (parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const [fingerprint] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as string[];

    for (const query of [
      `cursor=${cursor}&sort=title`,
      `cursor=${cursor}&category=Other`,
      'cursor=nonsense',
      `cursor=${forged([fingerprint, 'not a time', body.data[0].id])}`,
      `cursor=${forged([fingerprint, '2026-01-01T00:00:00.000Z', 'no id'])}`,
    ]) {
      const answer = await app.api.get(`/v1/products?limit=1&${query}`);
      expect({ query, code: answer.body.code }).toEqual({ query, code: 'invalid_cursor' });
    }
  });

  it('answers 304 to a client that has the page, and the page again once it has changed', async () => {
    const { headers } = await app.api.get('/v1/products?category=Cached');
    const again = { headers: { 'If-None-Match': headers.etag ?? '' } };

    const unchanged = await app.api.get('/v1/products?category=Cached', again);
    await create({ title: 'New', category: 'Cached' });
    const changed = await app.api.get('/v1/products?category=Cached', again);

    expect(unchanged.status).toBe(304);
    expect(unchanged.text).toBe('');
    expect(changed.status).toBe(200);
  });

  it.each([
    ['the'],
    ["'; DROP TABLE products; --"],
    ['a & b | !c <-> (d'],
    ['🛒🛒🛒'],
    ['שלום עולם'],
    ['100% \\ _'],
    ['"unbalanced'],
    ['-'],
    ['OR OR OR'],
  ])('survives a search for %s', async (q) => {
    expect((await app.api.get(`/v1/products?q=${encodeURIComponent(q)}`)).status).toBe(200);
  });

  it.each(['limit=0', 'limit=101', 'limit=1.5', 'limit=x', 'sort=cheapest', `q=${'x'.repeat(10_240)}`, 'q=', 'q=%00', 'limit=1&limit=2'])(
    'refuses %s',
    async (query) => {
      const { status, body } = await app.api.get(`/v1/products?${query}`);

      expect(status).toBe(400);
      expect(body.code).toBe('invalid_request');
    },
  );
});

describe('GET /v1/products/{idOrSlug}', () => {
  it('answers one by id and by slug, with its description, images and options', async () => {
    const made = await create({
      title: 'Detailed',
      description: 'All of it.',
      images: [{ url: 'https://images.example.com/1.jpg', alt: 'Front' }],
      options: [{ name: 'Size', values: ['S'] }],
      variants: [{ sku: 'DETAILED-S', price: { amount: 500, currency: 'EUR' }, options: { Size: 'S' }, stock: 1 }],
    });

    const byId = await app.api.get(`/v1/products/${String(made.body.id)}`);
    const bySlug = await app.api.get('/v1/products/detailed');

    expect(bySlug.body).toEqual(byId.body);
    expect(byId.body).toMatchObject({
      title: 'Detailed',
      description: 'All of it.',
      images: [{ url: 'https://images.example.com/1.jpg', alt: 'Front', imageId: null, variantIds: [] }],
      options: [{ name: 'Size', values: ['S'] }],
      variants: [{ title: 'S', options: { Size: 'S' }, inStock: true }],
    });
    expect(byId.body).not.toHaveProperty('version');
    const cached = await app.api.get('/v1/products/detailed', { headers: { 'If-None-Match': byId.headers.etag ?? '' } });
    expect(cached.status).toBe(304);
  });

  it('does not know what is archived', async () => {
    const { product } = await anArchivedProduct(app);

    expect((await app.api.get(`/v1/products/${String(product.id)}`)).body.code).toBe('not_found');
    expect((await app.api.get(`/v1/products/${String(product.slug)}`)).body.code).toBe('not_found');
  });

  it.each(['------------------------------------', '%00', "x'y", 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa'])('survives %s', async (id) => {
    expect((await app.api.get(`/v1/products/${id}`)).status).toBeLessThan(500);
  });
});
