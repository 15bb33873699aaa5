import { randomUUID } from 'node:crypto';
import type { Answer } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { aCategory, aCollection } from '../../support/builders/shelves.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { LOCALES: 'en,de,de-AT,fr' } });
});
afterAll(async () => {
  await app.close();
});

const put = (path: string, body: unknown, ifMatch = '*'): Promise<Answer> =>
  app.api.put(path, body, { as: app.adminToken, headers: { 'If-Match': ifMatch } });
const remove = (path: string, ifMatch = '*'): Promise<Answer> =>
  app.api.delete(path, { as: app.adminToken, headers: { 'If-Match': ifMatch } });
const read = (path: string): Promise<Answer> => app.api.get(path, { as: app.adminToken });
const events = (id: string): Promise<{ type: string }[]> =>
  app.database.query('SELECT type FROM outbox_events WHERE aggregate_id = $1 ORDER BY sequence', [id]);

const EMPTY_SEO = { title: null, description: null };
const kinds = {
  product: {
    make: async () => (await aProductOnSale(app, { stock: 0 })).product as { id: string },
    folder: 'products',
    texts: { title: 'Leinenhemd', description: 'Aus Leinen.', seo: { title: 'Hemd', description: null }, options: {} },
    other: { title: null, description: 'Nur das.', seo: EMPTY_SEO, options: {} },
    empty: { title: null, seo: {} },
  },
  category: {
    make: () => aCategory(app) as Promise<{ id: string }>,
    folder: 'categories',
    texts: { name: 'Hemden', description: 'Alle.' },
    other: { name: null, description: 'Nur das.' },
    empty: {},
  },
  collection: {
    make: () => aCollection(app) as Promise<{ id: string }>,
    folder: 'collections',
    texts: { title: 'Sommer', description: 'Leicht.' },
    other: { title: null, description: 'Nur das.' },
    empty: { title: null },
  },
};

describe.each(Object.entries(kinds))('the texts of a %s in further languages', (kind, { make, folder, texts, other, empty }) => {
  const pathOf = (id: string): string => `/v1/admin/${folder}/${id}/translations`;

  it('are set whole, language by language, each as a change of it that is told', async () => {
    const { id } = await make();

    const first = await put(`${pathOf(id)}/de`, texts, '"1"');
    const french = await put(`${pathOf(id)}/fr`, other, '"2"');
    const again = await put(`${pathOf(id)}/DE`, other, '"3"');

    expect(first).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(first.body).toEqual({ [`${kind}Id`]: id, version: 2, locale: 'de', ...texts, updatedAt: expect.any(String) });
    expect(french.body).toMatchObject({ version: 3, locale: 'fr' });
    expect(again.body).toEqual({ [`${kind}Id`]: id, version: 4, locale: 'de', ...other, updatedAt: expect.any(String) });
    const listed = await read(pathOf(id));
    expect(listed).toMatchObject({ status: 200, headers: { etag: '"4"' } });
    expect(listed.body).toEqual({
      [`${kind}Id`]: id,
      version: 4,
      translations: ['de', 'fr'].map((locale) => ({ locale, ...other, updatedAt: expect.any(String) })),
    });
    expect(await events(id)).toEqual([
      { type: `${kind}.created` },
      ...Array.from({ length: 3 }, () => ({ type: `${kind}.updated` })),
    ]);
    expect((await read(`/v1/admin/${folder}/${id}`)).body.version).toBe(4);
  });

  it('are taken away once, which is told', async () => {
    const { id } = await make();
    await put(`${pathOf(id)}/de-AT`, texts);

    expect((await remove(`${pathOf(id)}/de-at`, '"2"')).status).toBe(204);
    expect((await remove(`${pathOf(id)}/de-AT`)).body.code).toBe('not_found');

    expect((await read(pathOf(id))).body).toMatchObject({ version: 3, translations: [] });
    expect((await events(id)).map(({ type }) => type)).toEqual([`${kind}.created`, `${kind}.updated`, `${kind}.updated`]);
  });

  it('are refused in a language that the shop does not speak, and in its own', async () => {
    const { id } = await make();

    for (const locale of ['en', 'EN', 'it', 'de-CH', 'nonsense_', 'x'.repeat(90)]) {
      const { status, body } = await put(`${pathOf(id)}/${locale}`, texts);
      expect({ locale, status, code: body.code }).toEqual({ locale, status: 404, code: 'unknown_locale' });
    }
    expect((await put(`${pathOf(id)}/${'x'.repeat(101)}`, texts)).body.code).toBe('invalid_request');
    expect((await put(`${pathOf(id)}/de`, empty)).body.code).toBe('invalid_request');
    expect((await read(pathOf(id))).body).toMatchObject({ version: 1, translations: [] });
    expect(await events(id)).toHaveLength(1);
  });

  it('are not changed by who has not seen the last change', async () => {
    const { id } = await make();
    await put(`${pathOf(id)}/de`, texts);

    expect((await put(`${pathOf(id)}/de`, other, '"1"')).body.code).toBe('precondition_failed');
    expect((await remove(`${pathOf(id)}/de`, '"1"')).body.code).toBe('precondition_failed');
    expect((await app.api.put(`${pathOf(id)}/de`, other, { as: app.adminToken })).body.code).toBe('precondition_required');
    expect((await read(pathOf(id))).body.translations).toMatchObject([texts]);
  });

  it('are those of nothing where there is no such thing', async () => {
    const path = pathOf(randomUUID());

    expect((await read(path)).body.code).toBe('not_found');
    expect((await put(`${path}/de`, texts)).body.code).toBe('not_found');
    expect((await remove(`${path}/de`)).body.code).toBe('not_found');
  });

  it('go with it', async () => {
    const { id } = await make();
    await put(`${pathOf(id)}/de`, texts);

    expect([200, 204]).toContain((await remove(`/v1/admin/${folder}/${id}`)).status);

    expect(await app.database.query(`SELECT 1 FROM ${kind}_translations WHERE ${kind}_id = $1`, [id])).toEqual([]);
  });
});

describe('the options of a product in a language', () => {
  it('are refused where the product has no such option or value, each by its place', async () => {
    const { body } = await app.api.post(
      '/v1/admin/products',
      {
        title: 'Shirt',
        options: [{ name: 'Size', values: ['S'] }],
        variants: [{ sku: randomUUID(), price: { amount: 1, currency: 'EUR' }, options: { Size: 'S' } }],
      },
      { as: app.adminToken },
    );
    const options = {
      Size: { name: 'Größe', values: { S: 'Klein', 'a/b~': 'X' } },
      Colour: { values: {} },
      toString: { values: {} },
    };

    const answer = await put(`/v1/admin/products/${String(body.id)}/translations/de`, { options });

    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/options/Size/values/a~1b~0',
      '/options/Colour',
      '/options/toString',
    ]);
  });
});
