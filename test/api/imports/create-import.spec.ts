import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { startApp, type TestApp } from '../../support/app.js';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { until } from '../../support/until.js';

const HEADER = 'Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ worker: true });
});
afterAll(async () => {
  await app.close();
});

const sample = (name: string): Buffer => readFileSync(new URL(`../../data/${name}`, import.meta.url));

const upload = (content: string | Buffer, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Answer> =>
  app.api.postFile('/v1/admin/imports', { format: 'shopify-csv', ...fields }, { name: 'products.csv', content }, { as: app.adminToken, headers });

/** Uploads a file and waits for the worker to import it. */
async function importFile(content: string | Buffer, fields: Record<string, string> = {}): Promise<AnswerBody> {
  const { status, headers, body } = await upload(content, fields);
  expect({ status, state: body.state }).toEqual({ status: 202, state: 'queued' });
  return until(async () => {
    const { body: operation } = await app.api.get(headers.location ?? '', { as: app.adminToken });
    return ['succeeded', 'failed'].includes(operation.state) ? operation : undefined;
  }, 'the import to end');
}

const productBySlug = async (slug: string): Promise<AnswerBody> => {
  const { body } = await app.api.get(`/v1/products/${slug}`);
  return (await app.api.get(`/v1/admin/products/${String(body.id)}`, { as: app.adminToken })).body;
};

const csv = (...rows: string[]): string => `${[HEADER, ...rows].join('\n')}\n`;

describe.each(['shopify-apparel.csv', 'shopify-home-and-garden.csv'])('the published file %s', (name) => {
  const rows = parse(sample(name), { columns: true, bom: true }) as unknown as Record<string, string>[];
  const groups = new Map<string, Record<string, string>[]>();
  for (const row of rows) groups.set(row.Handle ?? '', [...(groups.get(row.Handle ?? '') ?? []), row]);

  let operation: AnswerBody;

  beforeAll(async () => {
    operation = await importFile(sample(name));
  });

  it('is imported whole: every variant, price, option, tag and image address', async () => {
    const variants = rows.filter((row) => row['Variant Price'] !== '');
    expect(operation).toMatchObject({ state: 'succeeded', progress: 100, failure: null });
    expect(operation.result).toMatchObject({
      rows: rows.length,
      productsCreated: groups.size,
      variantsCreated: variants.length,
      errorCount: 0,
      errors: [],
    });
    for (const [handle, [first = {}, ...more]] of groups) {
      const all = [first, ...more];
      const product = await productBySlug(handle);
      expect(product).toMatchObject({
        title: first.Title?.trim(),
        description: (first['Body (HTML)'] ?? '').trim(),
        vendor: first.Vendor || null,
        category: first.Type || null,
        tags: (first.Tags ?? '').split(',').map((tag) => tag.trim()).filter(Boolean),
      });
      expect(product.images.map(({ url }: { url: string }) => url)).toEqual(
        all.map((row) => row['Image Src'] ?? '').filter(Boolean),
      );
      const cents = (text = ''): number => Math.round(Number(text) * 100);
      const isDefault = first['Option1 Value'] === 'Default Title';
      expect(product.variants).toMatchObject(
        all
          .filter((row) => row['Variant Price'])
          .map((row) => ({
            price: { amount: cents(row['Variant Price']), currency: 'EUR' },
            compareAtPrice: row['Variant Compare At Price']
              ? { amount: cents(row['Variant Compare At Price']), currency: 'EUR' }
              : null,
            stock: { onHand: Number(row['Variant Inventory Qty']) },
            options: isDefault ? {} : { [first['Option1 Name'] ?? '']: row['Option1 Value'] },
          })),
      );
    }
  });

  it('changes nothing when it is sent again, and tells nothing', async () => {
    const state = () =>
      app.database.query(`SELECT (SELECT json_agg(p ORDER BY id) FROM products p)::text AS products,
        (SELECT json_agg(v ORDER BY id) FROM variants v)::text AS variants,
        (SELECT json_agg(s ORDER BY id) FROM stock_levels s)::text AS levels,
        (SELECT count(*) FROM outbox_events WHERE aggregate_type = 'product') AS events`);
    const before = await state();

    const { result } = await importFile(sample(name));

    expect(result).toMatchObject({
      productsCreated: 0,
      productsUpdated: 0,
      productsUnchanged: groups.size,
      variantsCreated: 0,
      variantsUpdated: 0,
    });
    expect(await state()).toEqual(before);
  });
});

describe('POST /v1/admin/imports', () => {
  it('changes what has changed in a later file, and leaves stock to the orders', async () => {
    await importFile(csv('lamp,Lamp,,Lux,Home,"a, b",true,Size,S,LAMP-S,5,10.00', 'lamp,,,,,,,,M,LAMP-M,5,12.00'));

    const { result } = await importFile(
      csv('lamp,Lamp,,Lux,Home,"a, b",true,Size,S,LAMP-S,99,11.00', 'lamp,,,,,,,,M,LAMP-M,99,12.00', 'lamp,,,,,,,,L,LAMP-L,2,14.00'),
    );

    expect(result).toMatchObject({ productsUpdated: 1, variantsUpdated: 1, variantsCreated: 1 });
    const product = await productBySlug('lamp');
    expect(product.options).toEqual([{ name: 'Size', values: ['S', 'M', 'L'] }]);
    expect(product.variants).toMatchObject([
      { sku: 'LAMP-S', price: { amount: 1100 }, stock: { onHand: 5 } },
      { sku: 'LAMP-M', price: { amount: 1200 }, stock: { onHand: 5 } },
      { sku: 'LAMP-L', price: { amount: 1400 }, stock: { onHand: 2 } },
    ]);
  });

  it('reports each broken row with the line on which it begins, and imports the others', async () => {
    const { state, result } = await importFile(
      csv(
        'good,Good,"two', // lines 2 and 3
        'lines",,,,true,Title,Default Title,GOOD,1,9.99',
        'broken-price,Broken,,,,,true,Title,Default Title,BROKEN,1,9.999', // line 4
        ',No handle,,,,,true,Title,Default Title,NONE,1,5.00', // line 5
        'broken-stock,Broken,,,,,true,Title,Default Title,STOCK,-1,5.00', // line 6
        'half,Half,,,,,true,Size,S,HALF-S,1,5.00', // line 7
        'half,,,,,,,,M,HALF-M,1,free', // line 8
        'stolen,Stolen,,,,,true,Title,Default Title,GOOD,1,5.00', // line 9
      ),
    );

    expect(state).toBe('succeeded');
    expect(result).toMatchObject({ rows: 7, productsCreated: 2, variantsCreated: 2, errorCount: 5 });
    expect(result.errors).toMatchObject([
      { line: 4, field: 'Variant Price', detail: 'is not an amount of EUR' },
      { line: 5, field: 'Handle', detail: 'is missing' },
      { line: 6, field: 'Variant Inventory Qty' },
      { line: 8, field: 'Variant Price' },
      { line: 9, detail: expect.stringContaining('sku_taken') },
    ]);
    expect((await productBySlug('half')).variants).toMatchObject([{ sku: 'HALF-S' }]);
    expect((await app.api.get('/v1/products/broken-price')).status).toBe(404);
  });

  it('reads prices in the currency that it is told', async () => {
    await importFile(csv('yen,Yen,,,,,true,Title,Default Title,YEN,1,1500'), { currency: 'JPY' });

    expect((await productBySlug('yen')).variants[0].price).toEqual({ amount: 1500, currency: 'JPY' });
  });

  it('makes what is not published archived', async () => {
    const { result } = await importFile(csv('hidden,Hidden,,,,,false,Title,Default Title,HIDDEN,1,5'));

    expect(result.productsCreated).toBe(1);
    expect((await app.api.get('/v1/products/hidden')).status).toBe(404);
  });

  it('takes a file once under one key, and refuses another file under it', async () => {
    const key = { 'Idempotency-Key': 'one-file' };
    const first = await upload(csv('once,Once,,,,,true,Title,Default Title,ONCE,1,5'), {}, key);
    const second = await upload(csv('once,Once,,,,,true,Title,Default Title,ONCE,1,5'), {}, key);
    const other = await upload(csv('twice,Twice,,,,,true,Title,Default Title,TWICE,1,5'), {}, key);

    expect(second.text).toBe(first.text);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(other.body.code).toBe('idempotency_key_reused');
  });

  it.each([
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['an empty file', ''],
    ['a header without rows', `${HEADER}\n`],
    ['another CSV', 'a,b,c\n1,2,3\n'],
    ['a web page', '<!doctype html><html></html>'],
  ])('refuses %s, and imports nothing', async (_, content) => {
    const before = await app.database.query('SELECT count(*) FROM product_imports');

    const { status, body } = await upload(content);

    expect(status).toBe(400);
    expect(body.code).toBe('invalid_file');
    expect(await app.database.query('SELECT count(*) FROM product_imports')).toEqual(before);
  });

  it.each([
    [{ format: 'xml' }, '/format'],
    [{ currency: 'EURO' }, '/currency'],
    [{ unknown: '1' }, '/unknown'],
  ])('refuses the fields %j and names %s', async (fields, pointer) => {
    const { status, body } = await upload(csv('x,X,,,,,true,Title,Default Title,X,1,5'), fields);

    expect(status).toBe(400);
    expect(body.errors[0].pointer).toBe(pointer);
  });
});
