import { startApp, type TestApp } from '../../support/app.js';
import type { AnswerBody } from '../../support/api-client.js';
import { exportAll, importFile } from '../../support/product-files.js';

const apps: TestApp[] = [];
const ENV = { LOCALES: 'en,de,fr', CURRENCIES: 'EUR,USD,JPY' };

/** A shop that is closed at the end: signing in belongs to the application that was started last. */
async function aShop(env: Record<string, string> = ENV): Promise<TestApp> {
  const app = await startApp({ worker: true, env });
  apps.push(app);
  return app;
}

afterAll(async () => {
  for (const app of apps) await app.close();
});

const importLines = (app: TestApp, ...lines: (object | string)[]): Promise<AnswerBody> =>
  importFile(app, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));

/** The lines of an export without what belongs to one shop, by slug. */
async function exported(app: TestApp): Promise<Record<string, AnswerBody>> {
  const lines = (await exportAll(app)).trimEnd().split('\n').map((line) => JSON.parse(line));
  return Object.fromEntries(lines.map(({ id: _, ...product }) => [product.slug as string, product]));
}

/** The product with a slug, as staff read it. */
async function read({ api, adminToken }: TestApp, slug: string): Promise<AnswerBody> {
  const { body } = await api.get(`/v1/admin/products?q=${slug}&limit=100`, { as: adminToken });
  return (body.data as AnswerBody[]).find((product) => product.slug === slug) ?? {};
}

async function put({ api, adminToken }: TestApp, path: string, body: object): Promise<void> {
  const { status } = await api.put(path, body, { as: adminToken, headers: { 'If-Match': '*' } });
  expect(status).toBe(200);
}

const eventsOf = async ({ database }: TestApp, slug: string): Promise<unknown[]> =>
  (await database.query<{ type: string }>(
    'SELECT type FROM outbox_events WHERE aggregate_id = (SELECT id FROM products WHERE slug = $1) ORDER BY sequence',
    [slug],
  )).map(({ type }) => type);

const BOOTS = {
  code: 'boots',
  name: 'Boots',
  attributes: [
    { code: 'height', name: 'Height', type: 'number', unit: 'mm' },
    { code: 'material', name: 'Material', type: 'choice', values: ['Leather', 'Canvas'], required: true },
    { code: 'waterproof', name: 'Waterproof', type: 'boolean' },
  ],
};

async function aType({ api, adminToken }: TestApp, type: object = BOOTS): Promise<AnswerBody> {
  const { status, body } = await api.post('/v1/admin/product-types', type, { as: adminToken });
  expect(status).toBe(201);
  return body;
}

const german = {
  locale: 'de',
  title: 'Stiefel',
  description: 'Aus Leder.',
  seo: { title: 'Stiefel kaufen', description: null },
  options: { 'Size/EU': { name: 'Größe', values: { Small: 'Klein' } } },
};
const french = { locale: 'fr', title: 'Bottes', description: null, seo: { title: null, description: null }, options: {} };
const dollars = { amount: 2199, currency: 'USD', compareAtAmount: 2599 };
const yen = { amount: 300, currency: 'JPY', compareAtAmount: null };

/** A product with a type, attributes, texts and prices. */
const boots = (slug: string, more: object = {}, variant: object = {}): object => ({
  slug,
  title: slug,
  options: [{ name: 'Size/EU', values: ['Small', 'Large'] }],
  searchBoost: 5,
  productType: { code: 'boots' },
  attributes: { height: 220.5, material: 'Leather', waterproof: true },
  translations: [german, french],
  variants: [
    { sku: `${slug}-S`, price: { amount: 1999, currency: 'EUR' }, options: { 'Size/EU': 'Small' }, prices: [yen, dollars], ...variant },
    { sku: `${slug}-L`, price: { amount: 1999, currency: 'EUR' }, options: { 'Size/EU': 'Large' }, prices: [] },
  ],
  ...more,
});

describe('types, attributes, texts and prices in a file', () => {
  it('are those of the product that staff made, in its own shop and in another', async () => {
    const first = await aShop();
    const type = await aType(first);
    const { searchBoost, productType: _, translations: __, ...body } = boots('made') as AnswerBody;
    const plain = body.variants.map(({ prices: ___, ...variant }: AnswerBody) => variant as object);
    const { status, body: made } = await first.api.post(
      '/v1/admin/products', { ...body, variants: plain, productTypeId: type.id }, { as: first.adminToken },
    );
    expect(status).toBe(201);
    const path = `/v1/admin/products/${String(made.id)}`;
    await first.api.patch(path, { searchBoost }, { as: first.adminToken, headers: { 'If-Match': '*' } });
    for (const { locale, ...texts } of [german, french]) await put(first, `${path}/translations/${locale}`, texts);
    for (const { currency, ...price } of [dollars, yen]) await put(first, `${path}/variants/${String(made.variants[0].id)}/prices/${currency}`, price);
    await importLines(first, { title: 'Plain', slug: 'plain', variants: [{ sku: 'plain', price: { amount: 5, currency: 'EUR' } }] });
    const file = await exportAll(first);

    const own = await importLines(first, file);
    const after = await exportAll(first);
    const told = await exported(first);
    const second = await aShop();
    await aType(second);
    const other = await importLines(second, file);
    const again = await importLines(second, file);

    expect(told.made).toMatchObject(boots('made'));
    expect(told.plain).toMatchObject({ searchBoost: 0, productType: null, attributes: {}, translations: [], variants: [{ prices: [] }] });
    expect(own).toMatchObject({ productsUnchanged: 2, errorCount: 0 });
    expect(after).toBe(file);
    expect(other).toMatchObject({ productsCreated: 2, errorCount: 0 });
    expect(again).toMatchObject({ productsUnchanged: 2, errorCount: 0 });
    expect(await exported(second)).toEqual(told);
    const shown = await second.api.get('/v1/products/made?locale=de&currency=USD');
    expect(shown.body).toMatchObject({
      title: 'Stiefel',
      attributes: [{ code: 'height', value: 220.5 }, { code: 'material' }, { code: 'waterproof' }],
      options: [{ name: 'Größe', values: ['Klein', 'Large'] }],
      variants: [{ price: { amount: 2199, currency: 'USD' }, compareAtPrice: { amount: 2599, currency: 'USD' } }],
    });
  }, 60_000);

  describe('of a shop', () => {
    let app: TestApp;

    beforeAll(async () => {
      app = await aShop();
      await aType(app);
    });

    it('are changed and taken away as the file names them, each as one change that is told', async () => {
      await importLines(app, boots('changes'));

      const changed = await importLines(
        app,
        boots('changes', { attributes: { material: 'Canvas' }, translations: [{ ...german, title: 'Kurzstiefel' }] }, { prices: [{ ...dollars, amount: 2200 }] }),
      );
      const once = await exported(app);
      const taken = await importLines(app, boots('changes', { productType: null, attributes: {}, translations: [], searchBoost: 0 }, { prices: [] }));
      const twice = await exported(app);

      expect(changed).toMatchObject({ productsUpdated: 1, variantsUpdated: 0, errorCount: 0 });
      expect(once.changes).toMatchObject({
        productType: { code: 'boots' },
        attributes: { material: 'Canvas' },
        translations: [{ ...german, title: 'Kurzstiefel' }],
        variants: [{ prices: [{ ...dollars, amount: 2200 }] }, { prices: [] }],
      });
      expect(taken).toMatchObject({ productsUpdated: 1, errorCount: 0 });
      expect(twice.changes).toMatchObject({ productType: null, attributes: {}, translations: [], searchBoost: 0, variants: [{ prices: [] }, { prices: [] }] });
      expect(await eventsOf(app, 'changes')).toEqual(['product.created', 'product.updated', 'product.updated']);
      expect(await read(app, 'changes')).toMatchObject({ version: 3 });
    });

    it('stay as they are where the file does not name them', async () => {
      await importLines(app, boots('stays'));
      const before = (await exported(app)).stays;

      const { variants, title, options } = boots('stays') as AnswerBody;
      const plain = variants.map(({ prices: _, ...variant }: AnswerBody) => variant as object);
      const result = await importLines(app, { slug: 'stays', title, options, variants: plain });

      expect(result).toMatchObject({ productsUnchanged: 1, errorCount: 0 });
      expect((await exported(app)).stays).toEqual(before);
      expect(await eventsOf(app, 'stays')).toEqual(['product.created']);
    });

    it('are refused with the field and the problem, and nothing of that product is written', async () => {
      const translations = [{ ...german, locale: 'it' }, { ...german, options: { Colour: { name: 'Farbe' } } }];
      const lines = [
        boots('r1', { productType: { code: 'hats' } }),
        boots('r2', { attributes: { material: 'Paper', brim: 1 } }),
        boots('r3', { translations }),
        boots('r4', {}, { prices: [{ ...dollars, currency: 'CHF' }] }),
        boots('r5', {}, { prices: [dollars, dollars, { amount: 1, currency: 'EUR' }, { amount: -1, currency: 'JPY' }] }),
        boots('r6', { translations: [german, { ...french, locale: 'DE' }] }),
        boots('r7', { translations: [{ locale: 'de', title: null }] }),
        boots('r8', { productType: { code: 'boots' }, productTypeId: null }),
        boots('r9', { translations: [{ ...german, locale: 'en' }] }),
        boots('right'),
      ];

      const result = await importLines(app, ...lines);

      expect(result).toMatchObject({ rows: 10, productsCreated: 1 });
      const faults = (result.errors as { line: number; field: string; detail: string }[]).map(
        ({ line, field, detail }) => [line, field, detail.split(':')[0]],
      );
      expect(faults).toEqual([
        [1, 'productType.code', 'is no product type'],
        [2, 'attributes.brim', 'is no attribute of the product type'],
        [2, 'attributes.material', 'must be one of the values of the attribute'],
        [3, 'translations.0.locale', 'unknown_locale'],
        [3, 'translations.1.options.Colour', 'is no option of the product'],
        [4, 'variants.0.prices.0.currency', 'unknown_currency'],
        [5, 'variants.0.prices.3.amount', expect.any(String)],
        [5, 'variants.0.prices.1.currency', 'is named twice'],
        [5, 'variants.0.prices.2.currency', "is that of the variant's own price"],
        [6, 'translations.1.locale', 'is named twice'],
        [7, 'translations.0', 'must translate something'],
        [8, 'productType', 'is named twice'],
        [9, 'translations.0.locale', 'unknown_locale'],
      ]);
      expect(Object.keys(await exported(app)).filter((slug) => slug.startsWith('r'))).toEqual(['right']);
    });

    it('are refused of a variant where a currency is named twice or is its own', async () => {
      const result = await importLines(app, boots('twice', {}, { prices: [dollars, dollars, { amount: 1, currency: 'EUR' }] }));

      expect(result.errors).toMatchObject([
        { line: 1, field: 'variants.0.prices.1.currency', detail: 'is named twice' },
        { line: 1, field: 'variants.0.prices.2.currency', detail: "is that of the variant's own price" },
      ]);
    });

    it('are refused of a product that is there already without a trace', async () => {
      await importLines(app, boots('kept'));
      const before = (await exported(app)).kept;

      const result = await importLines(app, boots('kept', { title: 'New', translations: [{ ...german, locale: 'it' }] }));

      expect(result).toMatchObject({ productsUpdated: 0, errorCount: 1 });
      expect((await exported(app)).kept).toEqual(before);
    });

    it('change nothing where the type has become stricter or an option has gone since', async () => {
      await aType(app, { ...BOOTS, code: 'late', name: 'Late' });
      await importLines(app, boots('stale', { productType: { code: 'late' }, translations: [{ ...german, options: { ...german.options, Colour: { name: 'Farbe' } } }], options: [
        { name: 'Size/EU', values: ['Small', 'Large'] },
        { name: 'Colour', values: ['Red'] },
      ], variants: [{ sku: 'stale-S', price: { amount: 1, currency: 'EUR' }, options: { 'Size/EU': 'Small', Colour: 'Red' } }] }));
      const { id } = await read(app, 'stale');
      await app.database.query(
        `UPDATE product_types SET attributes = jsonb_set(attributes, '{3}', '{"code":"sole","name":"Sole","type":"text","unit":null,"values":[],"required":true,"filterable":true,"searchable":true}') WHERE code = 'late'`,
      );
      await app.database.query(
        `UPDATE products SET options = '[{"name":"Size/EU","values":["Small","Large"]}]' WHERE id = $1`, [id],
      );
      await app.database.query(`UPDATE variants SET options = '{"Size/EU":"Small"}' WHERE product_id = $1`, [id]);
      const file = await exportAll(app);

      const result = await importLines(app, file);

      expect((await exported(app)).stale?.translations).toEqual([german]);
      expect(result).toMatchObject({ productsUpdated: 0, errorCount: 0 });
      expect(await exportAll(app)).toBe(file);
    });

    it('leave prices and texts alone that the shop sells and speaks no more', async () => {
      await importLines(app, boots('former'));
      await app.database.query(
        `INSERT INTO product_translations (product_id, locale, title, seo, options, updated_at)
         SELECT id, 'sv', 'Stövlar', '{"title":null,"description":null}', '{}', now() FROM products WHERE slug = 'former'`,
      );
      await app.database.query(
        `INSERT INTO variant_prices (variant_id, currency, amount, updated_at) SELECT id, 'SEK', 1, now() FROM variants WHERE sku = 'former-S'`,
      );
      const { former } = await exported(app);

      const result = await importLines(app, former ?? {});

      expect(result).toMatchObject({ productsUnchanged: 1, errorCount: 0 });
      expect(JSON.stringify(former)).not.toMatch(/SEK|"sv"/);
      const rows = await app.database.query(
        `SELECT (SELECT count(*)::int FROM product_translations WHERE locale = 'sv') AS texts, (SELECT count(*)::int FROM variant_prices WHERE currency = 'SEK') AS prices`,
      );
      expect(rows).toEqual([{ texts: 1, prices: 1 }]);
    });
  });

  it('are taken in where a shop has one language and one currency, as long as none is named', async () => {
    const plain = await aShop({});
    const { productType: _, attributes: __, ...less } = boots('plain', { translations: [] }, { prices: [] }) as AnswerBody;

    const result = await importLines(plain, less, boots('refused', { productType: null, attributes: {} }));

    expect(result).toMatchObject({ productsCreated: 1 });
    expect((result.errors as { field: string }[]).map(({ field }) => field)).toEqual([
      'translations.0.locale', 'translations.1.locale', 'variants.0.prices.0.currency', 'variants.0.prices.1.currency',
    ]);
    const [line] = Object.values(await exported(plain));
    expect(line).not.toHaveProperty('translations');
    expect(line?.variants[0]).not.toHaveProperty('prices');
  });
});
