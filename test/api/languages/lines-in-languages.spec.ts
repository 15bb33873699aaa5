import { randomUUID } from 'node:crypto';
import type { Answer } from '../../support/api-client.js';
import { startApp, type TestApp } from '../../support/app.js';
import { CHECKOUT } from '../../support/builders/orders.js';
import { logStatements } from '../../support/sql-log.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { LOCALES: 'en,de,de-AT,fr' } });
});
afterAll(async () => {
  await app.close();
});

const speak = (path: string, languages: string, more: Record<string, string> = {}): Promise<Answer> =>
  app.api.get(path, { headers: { 'Accept-Language': languages, ...more } });

/** A product that is called otherwise in German, and in Austria in part. */
async function aShirt(): Promise<{ id: string; variantId: string }> {
  const staff = { as: app.adminToken, headers: { 'If-Match': '*' } };
  const variants = [{ sku: randomUUID(), price: { amount: 100, currency: 'EUR' }, stock: 9, options: { Size: 'Small', Colour: 'Red' } }];
  const options = [{ name: 'Size', values: ['Small'] }, { name: 'Colour', values: ['Red'] }];
  const { body } = await app.api.post('/v1/admin/products', { title: 'Shirt', options, variants }, staff);
  for (const [locale, texts] of [
    ['de', { title: 'Hemd', options: { Size: { name: 'Größe', values: { Small: 'Klein' } }, Colour: { values: { Red: 'Rot' } } } }],
    ['de-AT', { title: 'Leiberl' }],
  ] as const) {
    const { status, text } = await app.api.put(`/v1/admin/products/${String(body.id)}/translations/${locale}`, texts, staff);
    if (status !== 200) throw new Error(text);
  }
  return { id: String(body.id), variantId: String(body.variants[0].id) };
}

describe('the lines of a cart', () => {
  const GERMAN = { title: 'Hemd', variantTitle: 'Klein / Rot' };
  const AUSTRIAN = { title: 'Leiberl', variantTitle: 'Klein / Rot' };
  const OWN = { title: 'Shirt', variantTitle: 'Small / Red' };

  const line = ({ body, headers }: Answer): object => ({
    title: body.items[0]?.title, variantTitle: body.items[0]?.variantTitle, language: headers['content-language'],
  });
  const aShirtInACart = async (): Promise<{ id: string; token: string; variantId: string; itemId: string }> => {
    const { variantId } = await aShirt();
    const cart = await app.api.post('/v1/carts', { items: [{ variantId, quantity: 1 }] });
    return { id: String(cart.body.id), token: String(cart.body.token), variantId, itemId: String(cart.body.items[0].id) };
  };

  it('are called as their products are, in the language of who looks', async () => {
    const cart = await aShirtInACart();
    const look = (path: string, languages: string): Promise<Answer> => speak(path, languages, { 'X-Cart-Token': cart.token });
    const path = `/v1/carts/${cart.id}`;

    const german = await look(path, 'de');
    expect(line(german)).toEqual({ ...GERMAN, language: 'de' });
    expect(german.headers.vary).toContain('Accept-Language');
    expect(line(await look(path, 'de-AT'))).toEqual({ ...AUSTRIAN, language: 'de-AT' });
    expect(line(await look(path, 'fr'))).toEqual({ ...OWN, language: 'fr' });
    expect(line(await look(path, 'en'))).toEqual({ ...OWN, language: 'en' });
    expect(line(await look(`${path}?locale=de`, 'fr'))).toEqual({ ...GERMAN, language: 'de' });
    expect((await look(`${path}?locale=it`, 'fr')).body.errors).toEqual([{ pointer: '/locale', detail: 'must be one of en, de, de-AT, fr' }]);
  });

  it('are so in the answers of its changes as well, and take no more statements', async () => {
    const cart = await aShirtInACart();
    const headers = { 'X-Cart-Token': cart.token, 'Accept-Language': 'de' };
    const path = `/v1/carts/${cart.id}/items`;
    const add = (languages: string): Promise<Answer> =>
      app.api.post(path, { variantId: cart.variantId, quantity: 1 }, { headers: { ...headers, 'Accept-Language': languages } });

    const made = await app.api.post('/v1/carts?locale=de', { items: [{ variantId: cart.variantId, quantity: 1 }] });
    const set = await app.api.patch(`${path}/${cart.itemId}`, { quantity: 3 }, { headers });
    const counts = [];
    for (const languages of ['en', 'de']) counts.push((await logStatements(() => add(languages))).length);

    expect(line(made)).toEqual({ ...GERMAN, language: 'de' });
    expect(line(await add('de'))).toEqual({ ...GERMAN, language: 'de' });
    expect(line(set)).toEqual({ ...GERMAN, language: 'de' });
    expect(counts[0]).toBe(counts[1]);
    const removed = await app.api.delete(`${path}/${cart.itemId}`, { headers });
    expect([removed.status, removed.headers['content-language']]).toEqual([200, 'de']);
  });

  it('keep to what was answered first where a change is repeated, which then names no language', async () => {
    const cart = await aShirtInACart();
    const key = randomUUID();
    const add = (languages: string): Promise<Answer> =>
      app.api.post(
        `/v1/carts/${cart.id}/items`,
        { variantId: cart.variantId, quantity: 1 },
        { headers: { 'X-Cart-Token': cart.token, 'Accept-Language': languages, 'Idempotency-Key': key } },
      );

    const first = await add('de');
    const again = await add('fr');

    expect(again.body).toEqual(first.body);
    expect([first.headers['content-language'], again.headers['content-language']]).toEqual(['de', undefined]);
  });

  it('are kept by an order in the language of the checkout, whoever reads it later', async () => {
    const cart = await aShirtInACart();
    const place = (input: object, headers: Record<string, string>): Promise<Answer> =>
      app.api.post('/v1/orders', { ...CHECKOUT, ...input }, { headers: { 'Idempotency-Key': randomUUID(), ...headers } });

    const ofItems = await place({ items: [{ variantId: cart.variantId, quantity: 1 }] }, { 'Accept-Language': 'de-AT' });
    const ofCart = await place({ cartId: cart.id }, { 'Accept-Language': 'de', 'X-Cart-Token': cart.token });
    const later = await speak(`/v1/orders/${String(ofCart.body.id)}`, 'fr', { 'X-Order-Token': String(ofCart.body.token) });

    expect(ofItems.body.lines).toMatchObject([AUSTRIAN]);
    expect(ofCart.body.lines).toMatchObject([GERMAN]);
    expect(ofCart.headers['content-language']).toBe('de');
    expect(later.body.lines).toMatchObject([GERMAN]);
  });
});
