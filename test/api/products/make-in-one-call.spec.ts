import { randomUUID } from 'node:crypto';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { LOCALES: 'en,de,fr', CURRENCIES: 'EUR,USD,JPY' } });
});
afterAll(async () => {
  await app.close();
});

const PRODUCTS = '/v1/admin/products';
const EMPTY_SEO = { title: null, description: null };
const german = {
  locale: 'de',
  title: 'Leinenhemd',
  description: 'Aus Leinen.',
  seo: { title: 'Hemd kaufen', description: null },
  options: { Size: { name: 'Größe', values: { Small: 'Klein' } } },
};
const french = { locale: 'fr', title: 'Chemise', description: null, seo: EMPTY_SEO, options: {} };
const dollars = { amount: 2199, currency: 'USD', compareAtAmount: 2599 };
const yen = { amount: 300, currency: 'JPY', compareAtAmount: null };

/** The body of a product in two further languages, whose first variant has prices in two further currencies. */
const aShirt = ({ word = 'shirt', ...more }: { word?: string; [field: string]: unknown } = {}, variant: object = {}) => ({
  title: `Linen ${word}`,
  options: [{ name: 'Size', values: ['Small', 'Large'] }],
  translations: [{ ...german, title: `Leinenhemd ${word}` }, french],
  variants: [
    { sku: randomUUID(), price: { amount: 1999, currency: 'EUR' }, stock: 3, options: { Size: 'Small' }, prices: [yen, dollars], ...variant },
    { sku: randomUUID(), price: { amount: 1999, currency: 'EUR' }, stock: 3, options: { Size: 'Large' } },
  ],
  ...more,
});

const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  app.api.post(path, body, { as: app.adminToken, headers });
const putAs = (reference: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  app.api.put(`${PRODUCTS}/by-external-reference/${reference}`, body, { as: app.adminToken, headers });
const textsOf = async (id: unknown): Promise<AnswerBody> =>
  (await app.api.get(`${PRODUCTS}/${String(id)}/translations`, { as: app.adminToken })).body.translations;
const localesOf = async (id: unknown): Promise<string[]> => ((await textsOf(id)) as { locale: string }[]).map(({ locale }) => locale);
const pricesOf = ({ variants }: AnswerBody): unknown => variants.map(({ prices }: AnswerBody) => prices as unknown);
const eventsOf = async (id: unknown): Promise<string[]> =>
  (await app.database.query<{ type: string }>('SELECT type FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence', [id])).map(
    ({ type }) => type,
  );
const everything = (): Promise<object[]> =>
  app.database.query(`SELECT (SELECT count(*) FROM products) AS products, (SELECT sum(version) FROM products) AS versions,
    (SELECT count(*) FROM variants) AS variants, (SELECT count(*) FROM stock_movements) AS movements,
    (SELECT count(*) FROM product_translations) AS texts, (SELECT count(*) FROM variant_prices) AS prices,
    (SELECT count(*) FROM outbox_events) AS events`);

/** What a body is refused with: the changes of a shirt and of its first variant, the code, and the place. */
const REFUSED: readonly [string, Record<string, unknown>, object, string, string][] = [
  ['a language that the shop does not speak', { translations: [french, { ...german, locale: 'it' }] }, {}, 'unknown_locale', '/translations/1/locale'],
  ["the shop's own language", { translations: [{ ...german, locale: 'EN' }] }, {}, 'unknown_locale', '/translations/0/locale'],
  ['a language twice', { translations: [german, { ...french, locale: 'DE' }] }, {}, 'invalid_request', '/translations/1/locale'],
  ['texts that say nothing', { translations: [{ locale: 'de', title: null }] }, {}, 'invalid_request', '/translations/0'],
  ['an unknown field of a text', { translations: [{ ...german, name: 'x' }] }, {}, 'invalid_request', '/translations/0/name'],
  ['the name of an option that there is not', { translations: [{ ...german, options: { 'A/B': { name: 'Farbe' } } }] }, {}, 'invalid_request', '/translations/0/options/A~1B'],
  ['the name of a value that there is not', { translations: [{ ...german, options: { Size: { values: { Huge: 'Riesig' } } } }] }, {}, 'invalid_request', '/translations/0/options/Size/values/Huge'],
  ['a currency that the shop does not sell in', {}, { prices: [yen, { ...dollars, currency: 'CHF' }] }, 'unknown_currency', '/variants/0/prices/1/currency'],
  ['what is no currency', {}, { prices: [{ ...dollars, currency: 'ABC' }] }, 'invalid_request', '/variants/0/prices/0/currency'],
  ['a currency twice', {}, { prices: [dollars, dollars] }, 'invalid_request', '/variants/0/prices/1/currency'],
  ["the currency of the variant's own price", {}, { prices: [{ ...dollars, currency: 'EUR' }] }, 'invalid_request', '/variants/0/prices/0/currency'],
  ['a price below nothing', {}, { prices: [{ ...dollars, amount: -1 }] }, 'invalid_request', '/variants/0/prices/0/amount'],
];

describe('a product that is made in one call', () => {
  it('is read in each of its languages and currencies, and told of once', async () => {
    const { status, headers, body } = await post(PRODUCTS, aShirt({ word: 'onecall' }));

    expect({ status, etag: headers.etag }).toEqual({ status: 201, etag: '"1"' });
    expect(pricesOf(body)).toEqual([[yen, dollars], []]);
    expect(await textsOf(body.id)).toMatchObject([{ ...german, title: 'Leinenhemd onecall' }, french]);
    expect(await eventsOf(body.id)).toEqual(['product.created']);
    const path = `/v1/products/${String(body.slug)}`;
    expect((await app.api.get(`${path}?locale=en`)).body).toMatchObject({ title: 'Linen onecall', variants: [{ price: { amount: 1999, currency: 'EUR' } }, {}] });
    expect((await app.api.get(`${path}?locale=de&currency=USD`)).body).toMatchObject({
      title: 'Leinenhemd onecall',
      description: 'Aus Leinen.',
      options: [{ name: 'Größe', values: ['Klein', 'Large'] }],
      variants: [{ title: 'Klein', price: { amount: 2199, currency: 'USD' }, compareAtPrice: { amount: 2599, currency: 'USD' } }],
    });
    expect((await app.api.get(`${path}?locale=fr&currency=JPY`)).body).toMatchObject({
      title: 'Chemise',
      variants: [{ price: { amount: 300, currency: 'JPY' }, compareAtPrice: null }],
    });
    const found = await app.api.get('/v1/products?q=leinenhemd+onecall&locale=de&currency=USD');
    expect(found.body.data).toMatchObject([{ id: body.id, title: 'Leinenhemd onecall', variants: [{ price: { amount: 2199 } }] }]);
  });

  it('is made once under one key, and not at all as a rehearsal', async () => {
    const key = { 'Idempotency-Key': randomUUID() };
    const body = aShirt();
    const before = await everything();

    const rehearsed = await post(`${PRODUCTS}?dryRun=true`, body);
    const after = await everything();
    const made = await post(PRODUCTS, body, key);
    const again = await post(PRODUCTS, body, key);

    expect(rehearsed.status).toBe(201);
    expect(pricesOf(rehearsed.body)).toEqual([[yen, dollars], []]);
    expect(after).toEqual(before);
    expect([again.status, again.text, again.headers['idempotent-replayed']]).toEqual([201, made.text, 'true']);
    expect(await localesOf(made.body.id)).toEqual(['de', 'fr']);
  });

  it.each(REFUSED)('is refused with %s, and leaves nothing', async (_, more, variant, code, pointer) => {
    const before = await everything();

    const { body } = await post(PRODUCTS, aShirt(more, variant));

    expect(body).toMatchObject({ code, errors: [{ pointer }] });
    expect(await everything()).toEqual(before);
  });

  it('gets a variant with prices in further currencies', async () => {
    const { body: made } = await post(PRODUCTS, aShirt({ options: [{ name: 'Size', values: ['Small', 'Large', 'Huge'] }] }));
    const path = `${PRODUCTS}/${String(made.id)}/variants`;
    const variant = { sku: randomUUID(), price: { amount: 5, currency: 'EUR' }, options: { Size: 'Huge' } };

    const unknown = await post(path, { ...variant, prices: [{ ...dollars, currency: 'CHF' }] });
    const own = await post(path, { ...variant, prices: [{ ...dollars, currency: 'EUR' }] });
    const added = await post(path, { ...variant, prices: [dollars] });

    expect(unknown.body).toMatchObject({ status: 404, code: 'unknown_currency', errors: [{ pointer: '/prices/0/currency' }] });
    expect(own.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/prices/0/currency' }] });
    expect(added).toMatchObject({ status: 201, headers: { etag: '"2"' } });
    expect(pricesOf(added.body)).toEqual([[yen, dollars], [], [dollars]]);
    expect(await eventsOf(made.id)).toEqual(['product.created', 'product.updated']);
  });
});

describe('a product that another system keeps in step', () => {
  it('has the texts and prices that are named, changed and taken away as one change that is told', async () => {
    const reference = randomUUID();
    const shirt = aShirt();
    const [small, large] = shirt.variants;

    const made = await putAs(reference, shirt);
    const same = await putAs(reference, shirt);
    const changed = await putAs(reference, {
      ...shirt,
      translations: [{ ...german, title: 'Hemd', locale: 'DE' }],
      variants: [{ ...small, prices: [{ ...dollars, amount: 2200 }] }, { ...large, prices: [yen] }],
    });
    const texts = await textsOf(made.body.id);
    const taken = await putAs(reference, { ...shirt, translations: [], variants: shirt.variants.map((variant) => ({ ...variant, prices: [] })) });

    expect([made.status, same.status, same.headers.etag, changed.headers.etag, taken.headers.etag]).toEqual([201, 200, '"1"', '"2"', '"3"']);
    expect(pricesOf(made.body)).toEqual([[yen, dollars], []]);
    expect(texts).toMatchObject([{ ...german, title: 'Hemd' }]);
    expect(texts).toHaveLength(1);
    expect(pricesOf(changed.body)).toEqual([[{ ...dollars, amount: 2200 }], [yen]]);
    expect(await textsOf(made.body.id)).toEqual([]);
    expect(pricesOf(taken.body)).toEqual([[], []]);
    expect(await eventsOf(made.body.id)).toEqual(['product.created', 'product.updated', 'product.updated']);
    expect((await app.api.get(`/v1/products/${String(made.body.slug)}?locale=de`)).body.title).toBe(shirt.title);
  });

  it('keeps the texts and prices that are not named', async () => {
    const reference = randomUUID();
    const { translations: _, ...shirt } = aShirt();
    const made = await putAs(reference, { ...shirt, translations: [german] });

    const plain = { ...shirt, title: 'Other', variants: shirt.variants.map(({ prices: __, ...variant }: AnswerBody) => variant as object) };
    const changed = await putAs(reference, plain);

    expect(changed.body).toMatchObject({ title: 'Other', version: 2 });
    expect(pricesOf(changed.body)).toEqual([[yen, dollars], []]);
    expect(await localesOf(made.body.id)).toEqual(['de']);
  });

  it('gets a variant, an option and a price in what was its own currency at once', async () => {
    const reference = randomUUID();
    const { variants: [small, large], ...shirt } = aShirt();
    await putAs(reference, { ...shirt, variants: [small] });

    const { status, body } = await putAs(reference, {
      ...shirt,
      options: [{ name: 'Size', values: ['Small', 'Large', 'Huge'] }],
      translations: [{ ...german, options: { Size: { values: { Huge: 'Riesig' } } } }],
      variants: [
        { ...large, prices: [yen] },
        { ...small, price: { amount: 2199, currency: 'USD' }, prices: [{ amount: 1999, currency: 'EUR' }] },
      ],
    });

    expect(status).toBe(200);
    expect(body.variants).toMatchObject([
      { price: { amount: 2199, currency: 'USD' }, prices: [{ amount: 1999, currency: 'EUR', compareAtAmount: null }] },
      { price: { amount: 1999, currency: 'EUR' }, prices: [yen] },
    ]);
    expect(await textsOf(body.id)).toMatchObject([{ options: { Size: { values: { Huge: 'Riesig' } } } }]);
  });

  it.each(REFUSED)('is refused with %s, made or brought up to date, and stays as it is', async (_, more, variant, code, pointer) => {
    const reference = randomUUID();
    const sku = randomUUID();
    const { variants: [small] } = aShirt({}, { sku });
    await putAs(reference, aShirt({ variants: [small] }));
    const before = await everything();

    const fresh = await putAs(randomUUID(), aShirt(more, variant));
    const changed = await putAs(reference, aShirt({ title: 'Other', ...more }, { sku, ...variant }));

    for (const { body } of [fresh, changed]) expect(body).toMatchObject({ code, errors: [{ pointer }] });
    expect(await everything()).toEqual(before);
  });

  it('is not changed by a rehearsal, and once under one key', async () => {
    const reference = randomUUID();
    const shirt = aShirt();
    await putAs(reference, shirt);
    const next = { ...shirt, translations: [french] };
    const key = { 'Idempotency-Key': randomUUID() };
    const before = await everything();

    const rehearsed = await app.api.put(`${PRODUCTS}/by-external-reference/${reference}?dryRun=true`, next, { as: app.adminToken });
    const after = await everything();
    const answers = [await putAs(reference, next, key), await putAs(reference, next, key)];

    expect(rehearsed.body.version).toBe(2);
    expect(after).toEqual(before);
    expect(answers.map(({ body }) => body.version as number)).toEqual([2, 2]);
    expect(await localesOf(rehearsed.body.id)).toEqual(['fr']);
  });
});

describe('products that are made in bulk', () => {
  const create = (product: object): object => ({ action: 'create', product });
  const bulk = (policy: string, ...items: object[]): Promise<Answer> => post(`${PRODUCTS}/bulk`, { policy, items });
  const badLanguage = create(aShirt({ translations: [{ ...german, locale: 'it' }] }));

  it('have their texts and prices, each by itself', async () => {
    const { status, body } = await bulk(
      'each',
      create(aShirt({ word: 'inbulk' })),
      badLanguage,
      create(aShirt({}, { prices: [{ ...dollars, currency: 'CHF' }] })),
      create(aShirt({ translations: [{ ...german, options: { Colour: { name: 'Farbe' } } }] })),
      create(aShirt({}, { prices: [dollars, dollars] })),
    );

    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { status: 201 },
      { status: 404, code: 'unknown_locale', errors: [{ pointer: '/translations/0/locale' }] },
      { status: 404, code: 'unknown_currency', errors: [{ pointer: '/variants/0/prices/0/currency' }] },
      { status: 400, code: 'invalid_request', errors: [{ pointer: '/translations/0/options/Colour' }] },
      { status: 400, code: 'invalid_request', errors: [{ pointer: '/product/variants/0/prices/1/currency' }] },
    ]);
    const id = body.results[0].productId as string;
    expect(await localesOf(id)).toEqual(['de', 'fr']);
    expect(await eventsOf(id)).toEqual(['product.created']);
    expect((await app.api.get(`/v1/products/${id}?locale=de&currency=JPY`)).body).toMatchObject({
      title: 'Leinenhemd inbulk',
      variants: [{ price: { amount: 300, currency: 'JPY' } }],
    });
  });

  it('are all made, or none with "atomic"', async () => {
    const before = await everything();

    const refused = await bulk('atomic', create(aShirt()), badLanguage);
    const after = await everything();
    const done = await bulk('atomic', create(aShirt()), create(aShirt()));

    expect(refused.body).toMatchObject({ code: 'bulk_refused', results: [{ status: 201 }, { index: 1, status: 404, code: 'unknown_locale' }] });
    expect(after).toEqual(before);
    for (const { productId } of done.body.results) expect(await localesOf(productId)).toEqual(['de', 'fr']);
  });
});
