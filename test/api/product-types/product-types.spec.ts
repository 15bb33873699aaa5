import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductType } from '../../support/builders/shelves.js';
import { until } from '../../support/until.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { DATABASE_POOL_SIZE: '6' } });
});
afterAll(async () => {
  await app.close();
});

const PATH = '/v1/admin/product-types';
const staff = () => ({ as: app.adminToken });
const version = (read: number | string) => ({ ...staff(), headers: { 'If-Match': read === '*' ? '*' : `"${String(read)}"` } });
const ids = (rows: AnswerBody[]): string[] => rows.map(({ id }) => id as string);
const create = (body: object): Promise<Answer> => app.api.post(PATH, body, staff());
const change = (type: AnswerBody, body: object, read: number | string = '*'): Promise<Answer> =>
  app.api.patch(`${PATH}/${String(type.id)}`, body, version(read));
const pointers = ({ body }: Answer): string[] => (body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer);

const text = { code: 'care', name: 'Care', type: 'text' };
const height = { code: 'height', name: 'Height', type: 'number', unit: 'mm' };
const material = { code: 'material', name: 'Material', type: 'choice', values: ['Leather', 'Canvas'] };

const newProduct = (typeId: unknown, attributes?: object) => ({
  title: 'Boot',
  variants: [{ sku: randomUUID(), price: { amount: 100, currency: 'EUR' } }],
  productTypeId: typeId,
  ...(attributes ? { attributes } : {}),
});

async function aProductOf(type: AnswerBody, attributes: object): Promise<AnswerBody> {
  const { status, body } = await app.api.post('/v1/admin/products', newProduct(type.id, attributes), staff());
  expect(status).toBe(201);
  return body;
}

/** Makes calls while another transaction has run statements and is open; it is committed when all of them wait for it. */
async function meanwhile(statements: [sql: string, id: unknown][], calls: (() => Promise<Answer>)[]): Promise<Answer[]> {
  const other = new pg.Client({ connectionString: app.database.url });
  await other.connect();
  try {
    await other.query('BEGIN');
    for (const [sql, id] of statements) await other.query(sql, [id]);
    const answers = Promise.all(calls.map((call) => call()));
    await until(async () => {
      const [row] = await app.database.query<{ waiting: number }>(
        `SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return row?.waiting === calls.length;
    }, 'the calls to wait');
    await other.query('COMMIT');
    return await answers;
  } finally {
    await other.end();
  }
}

describe('a product type', () => {
  it('is made, read, changed in the version that was read, and deleted, and each is told', async () => {
    const made = await create({ code: 'boot', name: 'Boot', attributes: [height, { ...material, required: true, filterable: false }] });
    const one = `${PATH}/${String(made.body.id)}`;

    const changed = await change(made.body, { code: 'boots', name: 'Boots' }, 1);
    const stale = await change(made.body, { name: 'Shoes' }, 1);
    const bare = await app.api.patch(one, { name: 'Shoes' }, staff());
    const read = await app.api.get(one, staff());
    const deleted = await app.api.delete(one, version(2));
    const gone = [await app.api.get(one, staff()), await change(made.body, { name: 'X' }), await app.api.delete(one, version('*'))];

    expect(made.status).toBe(201);
    expect(made.headers).toMatchObject({ location: one, etag: '"1"' });
    const defaults = { unit: null, values: [], required: false, filterable: true, searchable: true };
    expect(made.body).toMatchObject({
      code: 'boot',
      name: 'Boot',
      attributes: [{ ...defaults, ...height }, { ...defaults, ...material, required: true, filterable: false }],
      version: 1,
    });
    expect(changed.headers.etag).toBe('"2"');
    expect(changed.body).toMatchObject({ code: 'boots', name: 'Boots', attributes: made.body.attributes, version: 2 });
    expect([stale.body.code, bare.body.code]).toEqual(['precondition_failed', 'precondition_required']);
    expect(read.body).toEqual(changed.body);
    expect(deleted.status).toBe(204);
    expect(gone.map(({ body }) => body.code)).toEqual(['not_found', 'not_found', 'not_found']);
    const events = await app.database.query('SELECT type, payload FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence', [made.body.id]);
    const payload = { productTypeId: made.body.id };
    expect(events).toEqual(['created', 'updated', 'deleted'].map((what) => ({ type: `product_type.${what}`, payload })));
  });

  it('has a code that no other has', async () => {
    const type = await aProductType(app, { code: 'only-one' });
    const other = await aProductType(app);

    const answers = [await create({ code: 'only-one', name: 'X' }), await change(other, { code: 'only-one' })];

    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [409, 'product_type_code_taken'],
      [409, 'product_type_code_taken'],
    ]);
    expect((await change(type, { code: 'only-one' })).status).toBe(200);
  });

  it('is listed by name, page by page', async () => {
    await app.database.query('UPDATE products SET product_type_id = NULL');
    await app.database.query('DELETE FROM product_types');
    const [b, a, c] = [await aProductType(app, { name: 'B' }), await aProductType(app, { name: 'A' }), await aProductType(app, { name: 'C' })];

    const page = await app.api.get(`${PATH}?limit=2`, staff());
    const rest = await app.api.get(`${PATH}?limit=2&cursor=${String(page.body.nextCursor)}`, staff());

    expect([...page.body.data, ...rest.body.data]).toEqual([a, b, c]);
    expect(ids(rest.body.data)).toEqual([c.id]);
    expect(rest.body.nextCursor).toBeNull();
    expect((await app.api.get(`${PATH}?cursor=x`, staff())).body.code).toBe('invalid_cursor');
  });

  it('is made again by what is read of it', async () => {
    const { attributes } = await aProductType(app, { attributes: [text, height, material] });

    const copy = await aProductType(app, { attributes });

    expect(copy.attributes).toEqual(attributes);
  });

  it.each([
    ['a code in capitals', { code: 'Shoe' }, '/code'],
    ['an empty name', { name: ' ' }, '/name'],
    ['an unknown field', { name: 'Shoe', colour: 'red' }, '/colour'],
    ['an attribute with a code in capitals', { attributes: [{ ...text, code: 'Care' }] }, '/attributes/0/code'],
    ['an attribute with a code that begins below', { attributes: [{ ...text, code: '__proto__' }] }, '/attributes/0/code'],
    ['an attribute of an unknown type', { attributes: [{ ...text, type: 'colour' }] }, '/attributes/0/type'],
    ['two attributes with one code', { attributes: [text, height, { ...material, code: 'care' }] }, '/attributes/2/code'],
    ['a unit of a text', { attributes: [{ ...text, unit: 'mm' }] }, '/attributes/0/unit'],
    ['values of a number', { attributes: [{ ...height, values: ['1'] }] }, '/attributes/0/values'],
    ['a choice without values', { attributes: [{ ...material, values: [] }] }, '/attributes/0/values'],
    ['a choice with a value twice', { attributes: [{ ...material, values: ['a', 'b', ' a'] }] }, '/attributes/0/values/2'],
    [
      'a choice with 201 values',
      { attributes: [{ ...material, values: Array.from({ length: 201 }, (_, index) => String(index)) }] },
      '/attributes/0/values',
    ],
    ['51 attributes', { attributes: Array.from({ length: 51 }, (_, index) => ({ ...text, code: `a${String(index)}` })) }, '/attributes'],
  ])('does not have %s', async (_, fields, pointer) => {
    const type = await aProductType(app);

    const answers = [await create({ code: 'fine', name: 'Fine', ...fields }), await change(type, fields)];

    for (const answer of answers) {
      expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 400, code: 'invalid_request' });
      expect(pointers(answer)).toEqual([pointer]);
    }
  });

  it('has up to 50 attributes of up to 200 values', async () => {
    const values = Array.from({ length: 200 }, (_, index) => String(index));
    const attributes = Array.from({ length: 50 }, (_, index) => ({ ...material, code: `a${String(index)}`, values }));

    const type = await aProductType(app, { attributes });

    expect(type.attributes).toHaveLength(50);
  });

  it('is changed by a change that changes something', async () => {
    expect((await change(await aProductType(app), {})).body.code).toBe('invalid_request');
  });
});

describe('a product type that products have', () => {
  it('is not deleted until none has it', async () => {
    const type = await aProductType(app);
    const product = await aProductOf(type, {});
    const one = `${PATH}/${String(type.id)}`;

    const refused = await app.api.delete(one, version(1));
    await app.api.patch(`/v1/admin/products/${String(product.id)}`, { productTypeId: null }, version('*'));
    const deleted = await app.api.delete(one, version(1));

    expect([refused.status, refused.body.code]).toEqual([409, 'product_type_in_use']);
    expect(deleted.status).toBe(204);
  });

  it.each([
    ['an attribute', { attributes: [height, material] }, 'care', 'Dry'],
    ['the type of an attribute', { attributes: [{ ...text, type: 'date' }, height, material] }, 'care', 'Dry'],
    ['the code of an attribute', { attributes: [text, { ...height, code: 'tallness' }, material] }, 'height', '12.5'],
    ['a choice that a product has', { attributes: [text, height, { ...material, values: ['Canvas', 'Wool'] }] }, 'material', 'Leather'],
  ])('does not lose %s', async (_, fields, attribute, value) => {
    const type = await aProductType(app, { attributes: [text, height, material] });
    await aProductOf(type, { care: 'Dry', height: 12.5, material: 'Leather' });

    const refused = await change(type, fields);

    expect(refused.body).toMatchObject({ status: 409, code: 'attribute_in_use', attribute, value });
    expect((await app.api.get(`${PATH}/${String(type.id)}`, staff())).body).toEqual(type);
  });

  it('loses what no product has: attributes, types and choices', async () => {
    const type = await aProductType(app, { attributes: [text, height, material] });
    const other = await aProductType(app, { attributes: [text, height, material] });
    await aProductOf(type, { material: 'Leather' });
    await aProductOf(other, { care: 'Dry', height: 1, material: 'Canvas' });

    const changed = await change(type, { attributes: [{ ...material, values: ['Wool', 'Leather'] }, { ...height, type: 'text', unit: null }] });

    expect(changed.status).toBe(200);
    expect(changed.body.attributes).toMatchObject([{ code: 'material', values: ['Wool', 'Leather'] }, { code: 'height', type: 'text' }]);
  });

  it('gets more attributes, another order, and other names and units', async () => {
    const type = await aProductType(app, { attributes: [text, height] });
    await aProductOf(type, { care: 'Dry', height: 1 });

    const changed = await change(type, { attributes: [{ ...height, name: 'Tallness', unit: 'cm' }, material, { ...text, searchable: false }] });

    expect(changed.status).toBe(200);
  });

  it('waits with a change until who writes a product of it has ended, and then sees that product', async () => {
    const type = await aProductType(app, { attributes: [text] });
    const product = await aProductOf(type, {});
    const answers = await meanwhile(
      [
        ['SELECT 1 FROM product_types WHERE id = $1 FOR SHARE', type.id],
        [`UPDATE products SET attributes = '{"care": "Dry"}' WHERE id = $1`, product.id],
      ],
      [() => change(type, { attributes: [] }), () => app.api.delete(`${PATH}/${String(type.id)}`, version('*'))],
    );

    expect(answers.map(({ body }) => body.code)).toEqual(['attribute_in_use', 'product_type_in_use']);
  });

  it('lets who writes products of it wait until a change of it has ended, and then has them fit', async () => {
    const type = await aProductType(app, { attributes: [text] });
    const product = await aProductOf(type, {});
    const reference = randomUUID();
    await app.api.patch(`/v1/admin/products/${String(product.id)}`, { externalReference: reference }, version('*'));
    const other = await aProductOf(type, {});
    const wanted = newProduct(type.id, { care: 'Dry' });
    const answers = await meanwhile(
      [[`UPDATE product_types SET attributes = '[]' WHERE id = $1`, type.id]],
      [
        () => app.api.post('/v1/admin/products', wanted, staff()),
        () => app.api.patch(`/v1/admin/products/${String(other.id)}`, { attributes: { care: 'Wet' } }, version('*')),
        () => app.api.put(`/v1/admin/products/by-external-reference/${reference}`, wanted, staff()),
      ],
    );

    expect(answers.map(pointers)).toEqual([['/attributes/care'], ['/attributes/care'], ['/attributes/care']]);
  });

  it('never lacks an attribute that a product has, however writes of both meet', async () => {
    for (let round = 0; round < 10; round += 1) {
      const type = await aProductType(app, { attributes: [text, height] });
      const written = await aProductOf(type, {});

      const answers = await Promise.all([
        app.api.post('/v1/admin/products', newProduct(type.id, { care: 'Dry' }), staff()),
        change(type, { attributes: [height] }),
        app.api.patch(`/v1/admin/products/${String(written.id)}`, { attributes: { care: 'Wet' } }, version('*')),
      ]);

      expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
      const [faults] = await app.database.query<{ count: number }>(
        `SELECT count(*)::int FROM products p JOIN product_types t ON t.id = p.product_type_id, jsonb_object_keys(p.attributes) AS had
         WHERE NOT t.attributes @> jsonb_build_array(jsonb_build_object('code', had))`,
      );
      expect(faults).toEqual({ count: 0 });
    }
  });
});
