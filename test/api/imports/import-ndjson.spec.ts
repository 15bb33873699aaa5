import { randomUUID } from 'node:crypto';
import { startApp, type TestApp } from '../../support/app.js';
import type { AnswerBody } from '../../support/api-client.js';
import { until } from '../../support/until.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ worker: true });
});
afterAll(async () => {
  await app.close();
});

async function importFile(content: string): Promise<AnswerBody> {
  const { status, headers } = await app.api.postFile(
    '/v1/admin/imports',
    { format: 'ndjson' },
    { name: 'products.ndjson', content },
    { as: app.adminToken },
  );
  expect(status).toBe(202);
  return until(async () => {
    const { body } = await app.api.get(headers.location ?? '', { as: app.adminToken });
    return ['succeeded', 'failed'].includes(body.state) && (body);
  }, 'the import to end');
}

const aLine = (slug: string, more: object = {}, sku: string = slug): string =>
  JSON.stringify({ title: `Title of ${slug}`, slug, variants: [{ sku, price: { amount: 1500, currency: 'JPY' }, stock: 3 }], ...more });

const exported = async (): Promise<string> =>
  (await app.api.get('/v1/admin/exports/products?format=ndjson', { as: app.adminToken })).text;

describe('an import of NDJSON', () => {
  it('makes each line a product, and changes nothing when its export is imported', async () => {
    const lines = [aLine('first'), aLine('second', { state: 'archived', tags: ['a', 'b'] }), aLine('third', { id: randomUUID() })];

    const { result } = await importFile(lines.join('\n'));
    const file = await exported();
    const again = await importFile(file);

    expect(result).toMatchObject({ rows: 3, productsCreated: 3, variantsCreated: 3, errorCount: 0 });
    expect(file.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { slug: 'first', state: 'active', variants: [{ price: { amount: 1500, currency: 'JPY' }, stock: 3 }] },
      { slug: 'second', state: 'archived', tags: ['a', 'b'] },
      { slug: 'third', state: 'active' },
    ]);
    expect(again.result).toMatchObject({ productsCreated: 0, productsUpdated: 0, productsUnchanged: 3 });
    expect(await exported()).toBe(file);
  });

  it('names the line and field of each fault, and imports the other lines', async () => {
    const { result } = await importFile(
      [aLine('good'), '{', aLine('no-variants', { variants: [] }), aLine('unknown', { colour: 'red' }), '', aLine('stolen', {}, 'good')].join('\n'),
    );

    expect(result).toMatchObject({ rows: 5, productsCreated: 1, errorCount: 4 });
    expect(result.errors).toMatchObject([
      { line: 2, detail: 'is not a JSON object' },
      { line: 3, field: 'variants' },
      { line: 4 },
      { line: 6, detail: expect.stringContaining('sku_taken') },
    ]);
  });

  it.each(['', '\n', 'Handle,Title\nx,X\n'])('refuses %j, which holds no line of JSON', async (content) => {
    const { status, body } = await app.api.postFile(
      '/v1/admin/imports', { format: 'ndjson' }, { name: 'x', content }, { as: app.adminToken },
    );

    expect({ status, code: body.code }).toEqual({ status: 400, code: 'invalid_file' });
  });
});
