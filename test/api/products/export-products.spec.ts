import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'csv-parse/sync';
import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { logStatements } from '../../support/sql-log.js';
import { until } from '../../support/until.js';

const FILES = ['shopify-apparel.csv', 'shopify-home-and-garden.csv'];
/** What a product file says that an import understands. */
const UNDERSTOOD = [
  ...['Handle', 'Title', 'Body (HTML)', 'Vendor', 'Type', 'Tags', 'Published'],
  ...[1, 2, 3].flatMap((n) => [`Option${String(n)} Name`, `Option${String(n)} Value`]),
  ...['Variant SKU', 'Variant Grams', 'Variant Inventory Qty', 'Variant Price', 'Variant Compare At Price'],
  ...['Variant Barcode', 'Image Src', 'Image Alt Text', 'Variant Image'],
];

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

const sample = (name: string): Buffer => readFileSync(new URL(`../../data/${name}`, import.meta.url));

async function importFile({ api, adminToken }: TestApp, content: string | Buffer): Promise<void> {
  const { headers } = await api.postFile('/v1/admin/imports', { format: 'shopify-csv' }, { name: 'p.csv', content }, { as: adminToken });
  const operation = await until(async () => {
    const { body } = await api.get(headers.location ?? '', { as: adminToken });
    return ['succeeded', 'failed'].includes(body.state) && body;
  }, 'the import to end', 60_000);
  expect(operation).toMatchObject({ state: 'succeeded', result: { errorCount: 0 } });
}

async function exportAs({ api, adminToken }: TestApp, query: string): Promise<string> {
  const { status, text } = await api.get(`/v1/admin/exports/products?${query}`, { as: adminToken });
  expect(status).toBe(200);
  return text;
}

type Row = Record<string, string>;

/** The cells of a file that an import understands, by product, as it understands them. */
function cells(file: string): Map<string, Row[]> {
  const byHandle = new Map<string, Row[]>();
  for (const row of parse(file, { columns: true, bom: true }) as unknown as Row[]) {
    const understood = Object.fromEntries(UNDERSTOOD.map((column) => [column, toMeaning(column, (row[column] ?? '').trim())]));
    byHandle.set(row.Handle ?? '', [...(byHandle.get(row.Handle ?? '') ?? []), understood]);
  }
  return byHandle;
}

function toMeaning(column: string, cell: string): string {
  if (column === 'Published') return cell.toLowerCase();
  if (column === 'Tags') return cell.split(',').map((tag) => tag.trim()).filter(Boolean).join(', ');
  return cell !== '' && /Price|Grams|Qty/.test(column) ? String(Number(cell)) : cell;
}

describe('GET /v1/admin/exports/products', () => {
  it('writes what was imported, cell by cell, and makes the same shop again from it', async () => {
    const first = await aShop();
    for (const name of FILES) await importFile(first, sample(name));
    const exported = await exportAs(first, 'format=shopify-csv');

    const wanted = new Map(FILES.flatMap((name) => [...cells(sample(name).toString())]));
    const written = cells(exported);
    expect(exported.split('\n', 1)[0]).toBe(sample(FILES[0] ?? '').toString().split(/\r?\n/, 1)[0]?.replace(/^\ufeff/, ''));
    expect(new Set(written.keys())).toEqual(new Set(wanted.keys()));
    const loose = (rows: Row[]): Row[] =>
      rows.map((row) => ({ ...row, 'Variant SKU': wantedSkus.has(row['Variant SKU'] ?? '') ? (row['Variant SKU'] ?? '') : '' }));
    const wantedSkus = new Set([...wanted.values()].flat().map((row) => row['Variant SKU'] ?? ''));
    for (const [handle, rows] of wanted) expect(loose(written.get(handle) ?? [])).toEqual(rows);

    const second = await aShop();
    await importFile(second, exported);
    expect(await exportAs(second, 'format=shopify-csv')).toBe(exported);
  }, 180_000);

  it('writes a line of NDJSON a product: the body with which it is made, its id, state and stock, and what it is beside', async () => {
    const app = await aShop();
    const { product } = await aProductOnSale(app, { title: 'In a line', stock: 7 });
    await app.api.post(`/v1/admin/products/${String(product.id)}/archive`, undefined, { as: app.adminToken });

    const [line = ''] = (await exportAs(app, 'format=ndjson')).split('\n');
    const { id, state, searchBoost, productType, ...body } = JSON.parse(line) as Record<string, unknown>;

    expect({ id, state, searchBoost, productType }).toEqual({ id: product.id, state: 'archived', searchBoost: 0, productType: null });
    expect(body).toMatchObject({ title: 'In a line', variants: [{ stock: 7, price: { amount: 1999, currency: 'EUR' } }] });
    const again = { ...body, slug: 'again', variants: [{ ...(body.variants as object[])[0], sku: 'AGAIN' }] };
    expect((await app.api.post('/v1/admin/products', again, { as: app.adminToken })).status).toBe(201);
  });

  describe('of many products', () => {
    let app: TestApp;

    beforeAll(async () => {
      app = await aShop();
      await app.database.query(
        `INSERT INTO products (id, slug, title, description, state, created_at, updated_at)
         SELECT gen_random_uuid(), 'many-' || n, 'Many', repeat(' ', 9000), 'active', now(), now()
         FROM generate_series(1, 5000) n`,
      );
    });

    it('tells each once, in pages, and goes on after the last that arrived', async () => {
      const whole = (await exportAs(app, 'format=ndjson')).trimEnd().split('\n');
      const ids = whole.map((line) => (JSON.parse(line) as { id: string }).id);

      const rest = (await exportAs(app, `format=ndjson&after=${ids[1_233] ?? ''}`)).trimEnd().split('\n');

      expect(new Set(ids).size).toBe(5_000);
      expect(ids).toEqual([...ids].sort());
      expect(rest).toEqual(whole.slice(1_234));
    });

    it('reads no more than a client takes', async () => {
      await app.nest.listen(0, '127.0.0.1');
      const { port } = app.nest.getHttpServer().address() as AddressInfo;
      const pages: number[] = [];

      const statements = await logStatements(async () => {
        const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
          get(
            { port, path: '/v1/admin/exports/products', headers: { authorization: `Bearer ${app.adminToken}` } },
            resolve,
          ).on('error', reject);
        });
        // Nothing is read of 50 MB: the pages that are read fit the buffers of the connection.
        response.pause();
        await app.api.get('/health/live');
        await app.api.get('/v1/products?limit=1');
        pages.push(response.statusCode ?? 0);
        response.destroy();
      });

      expect(pages).toEqual([200]);
      expect(statements.filter((sql) => sql.includes('WHERE id > $1')).length).toBeLessThan(10);
    });
  });
});
