import { randomUUID } from 'node:crypto';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aCategory, aCollection, aProductType } from '../../support/builders/shelves.js';
import { logStatements } from '../../support/sql-log.js';
import { until } from '../../support/until.js';

let app: TestApp;
let shoe: AnswerBody;

const ATTRIBUTES = [
  { code: 'material', name: 'Material', type: 'choice', values: ['Leather', 'Canvas'], required: true },
  { code: 'height', name: 'Sole height', type: 'number', unit: 'mm' },
  { code: 'care', name: 'Care', type: 'text' },
  { code: 'vegan', name: 'Vegan', type: 'boolean' },
  { code: 'since', name: 'Since', type: 'date' },
];

beforeAll(async () => {
  app = await startApp({ worker: true });
  shoe = await aProductType(app, { name: 'Shoe', attributes: ATTRIBUTES });
});
afterAll(async () => {
  await app.close();
});

const PRODUCTS = '/v1/admin/products';
const staff = () => ({ as: app.adminToken });
const any = () => ({ ...staff(), headers: { 'If-Match': '*' } });
const body = (more: object = {}) => ({ title: 'Boot', variants: [{ sku: randomUUID(), price: { amount: 100, currency: 'EUR' }, stock: 1 }], ...more });
const create = (more: object): Promise<Answer> => app.api.post(PRODUCTS, body(more), staff());
const change = (product: AnswerBody, changes: object): Promise<Answer> =>
  app.api.patch(`${PRODUCTS}/${String(product.id)}`, changes, any());
const changeType = (type: AnswerBody, changes: object): Promise<Answer> =>
  app.api.patch(`/v1/admin/product-types/${String(type.id)}`, changes, any());
const read = async (product: AnswerBody): Promise<AnswerBody> => (await app.api.get(`/v1/products/${String(product.id)}`)).body;
const valuesOf = (product: AnswerBody): object =>
  Object.fromEntries(product.attributes.map(({ code, value }: AnswerBody) => [code, value]) as [string, unknown][]);
const faultsOf = (answer: Answer): unknown => ({
  status: answer.status,
  code: answer.body.code,
  pointers: (answer.body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer),
});
const refusal = (...pointers: string[]): unknown => ({ status: 400, code: 'invalid_request', pointers });

async function aShoe(attributes: object = {}, more: object = {}): Promise<AnswerBody> {
  const answer = await create({ productTypeId: shoe.id, attributes: { material: 'Leather', ...attributes }, ...more });
  expect(answer.status).toBe(201);
  return answer.body;
}

describe('what a shop shows of a product', () => {
  it('is what staff see of it, in full and in lists', async () => {
    const title = `Boot "${randomUUID()}" \\ ü 👢`;
    const made = await aShoe({ care: 'Brush.\n"Wax."', height: 22.5 }, {
      ...{ title, vendor: 'A & Söhne', category: 'Boots', tags: ['winter', 'a "tag"'] },
      seo: { title: 'Boots', description: null },
      description: 'Warm.\n\tDry.',
      options: [{ name: 'Size', values: ['40', '41'] }],
      images: [{ url: 'https://example.org/boot.jpg', alt: 'A boot' }, { url: 'https://example.org/sole.jpg', alt: null }],
      variants: [
        { sku: randomUUID(), price: { amount: 9_900, currency: 'EUR' }, compareAtPrice: { amount: 12_900, currency: 'EUR' }, stock: 1, options: { Size: '40' } },
        { sku: randomUUID(), price: { amount: 900_000_000, currency: 'EUR' }, options: { Size: '41' } },
      ],
    });
    const { variants, ...seenByStaff } = made;
    const path = `/v1/products/${String(made.id)}`;
    const [shown, listed] = [(await app.api.get(path)).body, (await app.api.get('/v1/products?limit=1')).body.data[0]];

    for (const product of [shown, listed]) {
      const { variants: shownVariants, ...texts } = product;
      expect(seenByStaff).toMatchObject(texts);
      expect(variants).toMatchObject(shownVariants);
    }
    expect(shown).toMatchObject({ title, tags: ['winter', 'a "tag"'], variants: [{ compareAtPrice: { amount: 12_900 }, inStock: true }, { compareAtPrice: null, inStock: false }] });
    expect(shown.images[1]).toEqual({ url: 'https://example.org/sole.jpg', alt: null, imageId: null, variantIds: [] });
  });
});

describe('a product with a type', () => {
  it('shows its attributes in the order of the type, to staff and in the shop', async () => {
    const product = await aShoe({ since: '2026-03-01', vegan: false, care: 'Brush.\nWax.', height: 22.5 });

    const attributes = [
      { code: 'material', name: 'Material', type: 'choice', value: 'Leather', unit: null },
      { code: 'height', name: 'Sole height', type: 'number', value: 22.5, unit: 'mm' },
      { code: 'care', name: 'Care', type: 'text', value: 'Brush.\nWax.', unit: null },
      { code: 'vegan', name: 'Vegan', type: 'boolean', value: false, unit: null },
      { code: 'since', name: 'Since', type: 'date', value: '2026-03-01', unit: null },
    ];
    const productType = { id: shoe.id, code: shoe.code, name: 'Shoe' };
    expect(product).toMatchObject({ attributes, productType });
    expect((await app.api.get(`${PRODUCTS}/${String(product.id)}`, staff())).body).toEqual(product);
    const listed = (await app.api.get(PRODUCTS, staff())).body.data.find(({ id }: AnswerBody) => id === product.id);
    expect(listed).toMatchObject({ attributes, productType });
    const shown = await read(product);
    expect(shown).toMatchObject({ attributes });
    expect(shown.productType).toBeUndefined();
    const inShop = (await app.api.get('/v1/products')).body.data.find(({ id }: AnswerBody) => id === product.id);
    expect(inShop).toMatchObject({ attributes });
  });

  it('shows them where shelves list it', async () => {
    const product = await aShoe({ height: 30 });
    const category = await aCategory(app);
    const collection = await aCollection(app);
    await app.api.put(`${PRODUCTS}/${String(product.id)}/categories`, { categoryIds: [category.id] }, any());
    await app.api.put(`/v1/admin/collections/${String(collection.id)}/products`, { productIds: [product.id] }, any());

    const shelves = [`/v1/categories/${String(category.id)}/products`, `/v1/collections/${String(collection.id)}/products`];

    for (const shelf of shelves) {
      const { data } = (await app.api.get(shelf)).body;
      expect(data.map(valuesOf)).toEqual([{ material: 'Leather', height: 30 }]);
    }
  });

  it('is read with its type in one statement, alone and in lists', async () => {
    const product = await aShoe();
    const reads = [
      () => app.api.get(`${PRODUCTS}/${String(product.id)}`, staff()),
      () => app.api.get(PRODUCTS, staff()),
      () => app.api.get('/v1/products'),
      () => read(product),
    ];

    for (const work of reads) {
      const statements = await logStatements(work);
      expect(statements.filter((sql) => /\b(products|product_types)\b/.test(sql))).toHaveLength(1);
    }
  });

  it('is answered 304 to who has it, and anew when its type has changed', async () => {
    const type = await aProductType(app, { attributes: [{ code: 'care', name: 'Care', type: 'text' }] });
    const { body: product } = await create({ productTypeId: type.id, attributes: { care: 'Dry' } });
    for (const path of [`/v1/products/${String(product.slug)}`, '/v1/products']) {
      const first = await app.api.get(path);
      const headers = { 'If-None-Match': first.headers.etag ?? '' };
      const same = await app.api.get(path, { headers });
      await changeType(type, { attributes: [{ code: 'care', name: `Care of ${path}`, type: 'text' }] });
      const after = await app.api.get(path, { headers });

      expect([first.status, same.status, after.status]).toEqual([200, 304, 200]);
      expect(after.text).toContain(`Care of ${path}`);
    }
  });

  it('is told anew to every process when its type changes, also by a statement by hand', async () => {
    const type = await aProductType(app, { attributes: [{ code: 'care', name: 'Before', type: 'text' }] });
    const { body: product } = await create({ productTypeId: type.id, attributes: { care: 'Dry' } });
    await until(async () => {
      const statements = await logStatements(() => read(product));
      return statements.length === 0;
    }, 'the answer to be kept');

    await app.database.query(`UPDATE product_types SET attributes = jsonb_set(attributes, '{0,name}', '"After"') WHERE id = $1`, [type.id]);

    await until(async () => (await read(product)).attributes[0].name === 'After', 'the new name');
  });

  it('has no attributes until it has a type', async () => {
    const { body: product } = await create({});

    expect(product).toMatchObject({ attributes: [], productType: null });
    expect((await read(product)).attributes).toEqual([]);
    expect(faultsOf(await change(product, { attributes: { care: 'x' } }))).toEqual(refusal('/attributes/care'));
    expect(faultsOf(await create({ attributes: { care: 'x' } }))).toEqual(refusal('/attributes/care'));
    expect((await change(product, { attributes: {} })).status).toBe(200);
  });
});

describe('the values of a product', () => {
  const bad: [string, unknown[]][] = [
    ['material', ['leather', 'Leather ', '', 7, true, [], {}, 'x'.repeat(1_001)]],
    ['height', ['22', '', true, [22], 1e300, 9_007_199_254_740_992]],
    ['care', [1, false, '', 'x'.repeat(1_001), 'a\u0000b', ['x'], { en: 'x' }]],
    ['vegan', ['true', 0, 1, '', []]],
    ['since', ['2026-02-30', '2026-3-1', '2026-03-01T00:00:00Z', 20_260_301, true, '']],
    ['colour', ['red']],
    ['Care', ['x']],
  ];

  it.each(bad)('fit its %s, whether it is made or changed', async (code, values) => {
    const product = await aShoe();
    for (const value of values) {
      const made = await create({ productTypeId: shoe.id, attributes: { material: 'Leather', [code]: value } });
      const changed = await change(product, { attributes: { [code]: value } });

      expect({ value, made: faultsOf(made) }).toEqual({ value, made: refusal(`/attributes/${code}`) });
      expect({ value, changed: faultsOf(changed) }).toEqual({ value, changed: refusal(`/attributes/${code}`) });
    }
    expect(valuesOf(await read(product))).toEqual({ material: 'Leather' });
  });

  it('are all that the type requires', async () => {
    const product = await aShoe();

    expect(faultsOf(await create({ productTypeId: shoe.id }))).toEqual(refusal('/attributes/material'));
    expect(faultsOf(await create({ productTypeId: shoe.id, attributes: { height: 'x' } }))).toEqual(
      refusal('/attributes/material', '/attributes/height'),
    );
    expect(faultsOf(await change(product, { attributes: { material: null } }))).toEqual(refusal('/attributes/material'));
  });

  it('are not null when it is made, and not more than a type has', async () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`a${String(index)}`, 1]));

    expect(faultsOf(await create({ productTypeId: shoe.id, attributes: { material: null } }))).toEqual(refusal('/attributes/material'));
    expect(faultsOf(await create({ productTypeId: shoe.id, attributes: many }))).toEqual(refusal('/attributes'));
  });

  it('are of a type that there is', async () => {
    const product = await aShoe();
    for (const productTypeId of [randomUUID(), 'shoe']) {
      expect(faultsOf(await create({ productTypeId }))).toEqual(refusal('/productTypeId'));
      expect(faultsOf(await change(product, { productTypeId }))).toEqual(refusal('/productTypeId'));
    }
  });
});

describe('a change of a product', () => {
  it('replaces the values that it names, takes null away, and leaves the others', async () => {
    const product = await aShoe({ height: 10, care: 'Dry', vegan: true });

    const changed = await change(product, { attributes: { height: 12, care: null, since: '2026-01-01', vegan: false } });
    const titled = await change(product, { title: 'Boots' });

    const expected = { material: 'Leather', height: 12, vegan: false, since: '2026-01-01' };
    expect([changed.status, titled.status]).toEqual([200, 200]);
    expect(valuesOf(changed.body)).toEqual(expected);
    expect(changed.headers.etag).toBe('"2"');
    expect(valuesOf(titled.body)).toEqual(expected);
    expect(valuesOf(await read(product))).toEqual(expected);
    const events = await app.database.query('SELECT type FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence', [product.id]);
    expect(events).toEqual([{ type: 'product.created' }, { type: 'product.updated' }, { type: 'product.updated' }]);
  });

  it('gives it another type with what fits that one', async () => {
    const shirt = await aProductType(app, { attributes: [{ code: 'care', name: 'Care', type: 'text' }] });
    const product = await aShoe({ care: 'Dry', height: 1 });

    const unfit = await change(product, { productTypeId: shirt.id });
    const given = await change(product, { productTypeId: shirt.id, attributes: { material: null, height: null } });
    const kept = await change(product, { productTypeId: null });
    const none = await change(product, { productTypeId: null, attributes: { care: null } });

    expect(faultsOf(unfit)).toEqual(refusal('/attributes/height', '/attributes/material'));
    expect(given.body).toMatchObject({ productType: { id: shirt.id }, attributes: [{ code: 'care', value: 'Dry' }] });
    expect(faultsOf(kept)).toEqual(refusal('/attributes/care'));
    expect(none.body).toMatchObject({ productType: null, attributes: [] });
  });

  it('asks for what its type has come to require', async () => {
    const care = { code: 'care', name: 'Care', type: 'text' };
    const type = await aProductType(app, { attributes: [care] });
    const { body: product } = await create({ productTypeId: type.id });
    expect((await changeType(type, { attributes: [{ ...care, required: true }] })).status).toBe(200);

    expect((await read(product)).attributes).toEqual([]);
    expect(faultsOf(await change(product, { title: 'Other' }))).toEqual(refusal('/attributes/care'));
    expect((await change(product, { title: 'Other', attributes: { care: 'Dry' } })).status).toBe(200);
  });

  it('tried with dryRun leaves the values as they are', async () => {
    const product = await aShoe();

    const tried = await app.api.patch(`${PRODUCTS}/${String(product.id)}?dryRun=true`, { attributes: { height: 5 } }, any());

    expect(valuesOf(tried.body)).toEqual({ material: 'Leather', height: 5 });
    expect(valuesOf(await read(product))).toEqual({ material: 'Leather' });
  });
});

describe('typed products of other systems', () => {
  it('are made and changed in bulk, each for itself', async () => {
    const product = await aShoe();
    const items = [
      { action: 'create', product: body({ productTypeId: shoe.id, attributes: { material: 'Canvas' } }) },
      { action: 'create', product: body({ productTypeId: shoe.id, attributes: { material: 'Paper' } }) },
      { action: 'create', product: body({ productTypeId: randomUUID() }) },
      { action: 'update', id: product.id, changes: { attributes: { height: 9 } } },
      { action: 'update', id: product.id, changes: { attributes: { height: 'tall' } } },
    ];

    const { body: answer } = await app.api.post(`${PRODUCTS}/bulk`, { policy: 'each', items }, staff());

    expect(answer.results).toMatchObject([
      { status: 201 },
      { status: 400, code: 'invalid_request', errors: [{ pointer: '/attributes/material' }] },
      { status: 400, code: 'invalid_request', errors: [{ pointer: '/productTypeId' }] },
      { status: 200 },
      { status: 400, errors: [{ pointer: '/attributes/height' }] },
    ]);
    expect(valuesOf(await read(product))).toEqual({ material: 'Leather', height: 9 });
    expect(valuesOf(await read({ id: answer.results[0].productId }))).toEqual({ material: 'Canvas' });
  });

  it('are put by external reference: attributes that are named are all that there are', async () => {
    const reference = randomUUID();
    const wanted = body({ productTypeId: shoe.id, attributes: { material: 'Canvas', height: 4 } });
    const { productTypeId, attributes, ...plain } = wanted as AnswerBody;
    const put = (sent: object): Promise<Answer> => app.api.put(`${PRODUCTS}/by-external-reference/${reference}`, sent, staff());

    const made = await put(wanted);
    const same = await put(wanted);
    const unnamed = await put(plain);
    const fewer = await put({ ...wanted, attributes: { material: 'Leather' } });
    const unfit = await put({ ...wanted, attributes: { height: 4 } });
    const untyped = await put({ ...wanted, productTypeId: null, attributes: {} });

    expect([made.status, same.status, unnamed.status, fewer.status]).toEqual([201, 200, 200, 200]);
    expect([made, same, unnamed, fewer].map(({ headers }) => headers.etag)).toEqual(['"1"', '"1"', '"1"', '"2"']);
    expect(valuesOf(unnamed.body)).toEqual(attributes);
    expect(valuesOf(fewer.body)).toEqual({ material: 'Leather' });
    expect(faultsOf(unfit)).toEqual(refusal('/attributes/material'));
    expect(untyped.body).toMatchObject({ productType: null, attributes: [] });
    expect(productTypeId).toBe(shoe.id);
  });

  it('are imported from NDJSON, and what does not fit is named by line and field', async () => {
    const slug = `imported-${randomUUID()}-x`;
    const lines = [
      body({ slug, productTypeId: shoe.id, attributes: { material: 'Canvas', height: 3 } }),
      body({ slug: `${slug}-bad`, productTypeId: shoe.id, attributes: { material: 'Paper', since: 'now' } }),
      body({ slug: `${slug}-worse`, productTypeId: randomUUID() }),
      body({ slug: `${slug}-wrong`, productTypeId: shoe.id, attributes: { material: ['Canvas'] } }),
    ];
    const importFile = async (): Promise<AnswerBody> => {
      const file = { name: 'products.ndjson', content: lines.map((line) => JSON.stringify(line)).join('\n') };
      const { headers } = await app.api.postFile('/v1/admin/imports', { format: 'ndjson' }, file, staff());
      return until(async () => {
        const { body: operation } = await app.api.get(headers.location ?? '', staff());
        return operation.state === 'succeeded' && operation.result;
      }, 'the import to end');
    };

    const result = await importFile();
    const again = await importFile();

    expect(result).toMatchObject({ rows: 4, productsCreated: 1, errorCount: 4 });
    expect(result.errors).toMatchObject([
      { line: 2, field: 'attributes.material' },
      { line: 2, field: 'attributes.since' },
      { line: 3, field: 'productTypeId', detail: 'is no product type' },
      { line: 4, field: 'attributes.material' },
    ]);
    expect(again).toMatchObject({ productsCreated: 0, productsUnchanged: 1 });
    expect(valuesOf((await app.api.get(`/v1/products/${slug}`)).body)).toEqual({ material: 'Canvas', height: 3 });
  });
});
