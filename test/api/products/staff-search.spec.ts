import { startApp, type TestApp } from '../../support/app.js';

/** More than are looked up and sorted. */
const MANY = 5_050;

let app: TestApp;

async function create(product: { title: string; sku: string; [field: string]: unknown }): Promise<string> {
  const { sku, ...rest } = product;
  const variants = [{ sku, price: { amount: 100, currency: 'EUR' } }];
  const { status, body, text } = await app.api.post('/v1/admin/products', { variants, ...rest }, { as: app.adminToken });
  if (status !== 201) throw new Error(text);
  return String(body.id);
}

beforeAll(async () => {
  app = await startApp();
  await create({ title: 'Linen shirt', sku: 'AB-12-XL', description: 'Woven in Portugal.', vendor: 'Acme' });
  await create({ title: 'Draft of linen', sku: 'DRAFT-1', state: 'draft', externalReference: 'erp:4711/Ä' });
  const archived = await create({ title: 'Old linen', sku: 'OLD.1' });
  await app.api.post(`/v1/admin/products/${archived}/archive`, undefined, { as: app.adminToken });
  await create({ title: 'Socks AB 12 XL', sku: 'SOCKS' });
  await create({ title: 'The Who', sku: 'WHO' });
});
afterAll(async () => {
  await app.close();
});

const list = async (query: string): Promise<{ titles: string[]; nextCursor: string | null }> => {
  const { status, body, text } = await app.api.get(`/v1/admin/products?${query}`, { as: app.adminToken });
  if (status !== 200) throw new Error(text);
  return { titles: body.data.map(({ title }: { title: string }) => title), nextCursor: body.nextCursor as string | null };
};
const find = async (q: string, more = ''): Promise<string[]> => (await list(`sort=title${more}&q=${encodeURIComponent(q)}`)).titles;

describe('the search of staff', () => {
  it('finds products of all states', async () => {
    expect(await find('linen')).toEqual(['Draft of linen', 'Linen shirt', 'Old linen']);
    expect(await find('linen', '&state=draft')).toEqual(['Draft of linen']);
    expect(await find('linen', '&vendor=Acme')).toEqual(['Linen shirt']);
  });

  it.each([
    ['shirts', 'another form of a word'],
    ['portugal', 'the description'],
    ['acme', 'the vendor'],
    ['"linen shirt"', 'words side by side'],
    ['linen -draft -old', 'words that it must not have'],
  ])('for %s finds a product by %s', async (q) => {
    expect(await find(q)).toEqual(['Linen shirt']);
  });

  it('finds what begins with the last word, while it is typed', async () => {
    expect(await find('linen sh')).toEqual(['Linen shirt']);
    expect(await find('the')).toEqual(['The Who']);
  });

  it('finds a product by its SKU however it is typed, beside those with such words', async () => {
    expect(await find('AB-12-XL')).toEqual(['Linen shirt', 'Socks AB 12 XL']);
    expect(await find('ab12xl')).toEqual(['Linen shirt']);
    expect(await find('old1')).toEqual(['Old linen']);
    expect(await find('old1', '&state=active')).toEqual([]);
  });

  it('finds a product by its external reference', async () => {
    expect(await find('erp:4711/Ä')).toEqual(['Draft of linen']);
    expect(await find('erp:4711')).toEqual([]);
  });

  it.each(['"', `'; DROP TABLE products; --`, `a' & !b | c:* <-> d`, '\\', '-linen', 'or', '🛒', ':*', '=red'])(
    'for %s answers, whatever it finds', async (q) => {
      expect(await find(q)).toEqual(expect.any(Array));
    },
  );

  it('walks common words page by page, and finds each product once', async () => {
    await app.database.query(
      `INSERT INTO products (id, slug, title, description, tags, state, created_at, updated_at)
       SELECT gen_random_uuid(), 'common-' || n, 'Common ' || n, '', '{}', CASE WHEN n <= 3 THEN 'draft' ELSE 'archived' END,
              timestamptz '2026-01-01' + n * interval '1 minute', now() FROM generate_series(1, $1::int) n`,
      [MANY],
    );
    await app.database.query(
      `INSERT INTO variants (id, product_id, position, sku, title, options, price_amount, currency, created_at, updated_at)
       SELECT gen_random_uuid(), id, 0, CASE slug WHEN 'common-2' THEN 'common' ELSE slug END, 'x', '{}', 1000, 'EUR', now(), now()
       FROM products WHERE slug LIKE 'common-%'`,
    );

    const first = await list('q=common&limit=2&state=draft');
    const second = await list(`q=common&limit=2&state=draft&cursor=${String(first.nextCursor)}`);

    expect([first.titles, second.titles, second.nextCursor]).toEqual([['Common 3', 'Common 2'], ['Common 1'], null]);
    expect((await list('q=common&limit=2')).titles).toEqual([`Common ${String(MANY)}`, `Common ${String(MANY - 1)}`]);
    expect((await list('q=common&limit=2&sort=createdAt')).titles).toEqual(['Common 1', 'Common 2']);
  });
});

describe('a process of the version before', () => {
  it('still finds products by what was a column of theirs', async () => {
    const rows = await app.database.query(
      `SELECT title FROM (SELECT * FROM products p WHERE p.search @@ websearch_to_tsquery('english', 'portugal') LIMIT 5) p`,
    );

    expect(rows).toEqual([{ title: 'Linen shirt' }]);
  });
});
