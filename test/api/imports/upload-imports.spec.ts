import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ImportSweep } from '../../../src/modules/products/imports/import-sweep.task.js';
import { startApp, type TestApp } from '../../support/app.js';
import type { Answer } from '../../support/api-client.js';
import { until } from '../../support/until.js';

const LINES = 'application/x-ndjson';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ worker: true, env: { IMPORT_MAX_MIB: '2' } });
  await app.nest.listen(0, '127.0.0.1');
});
afterAll(async () => {
  await app.close();
});

const aLine = (slug: string, description = ''): string =>
  `${JSON.stringify({ title: slug, slug, description, variants: [{ sku: slug, price: { amount: 1500, currency: 'EUR' } }] })}\n`;

const send = (payload: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
  app.api.raw('POST', '/v1/admin/imports', payload, { as: app.adminToken, headers: { 'content-type': LINES, ...headers } });

const left = async (): Promise<unknown> => {
  const [row] = await app.database.query(
    'SELECT (SELECT count(*)::int FROM product_imports) AS imports, (SELECT count(*)::int FROM import_chunks) AS chunks',
  );
  return row;
};

const end = ({ headers }: Answer) =>
  until(async () => {
    const { body } = await app.api.get(headers.location ?? '', { as: app.adminToken });
    return ['succeeded', 'failed', 'cancelled'].includes(body.state) && body;
  }, 'the import to end');

describe('an upload of lines of JSON as the body', () => {
  it('is imported, whatever the pieces in which it is kept, and its pieces go in the end', async () => {
    const lines = Array.from({ length: 60 }, (_, index) => aLine(`piece-${String(index)}`, 'ä€😀'.repeat(1_500)));

    const answer = await send(lines.join(''));
    const { state, result } = await end(answer);

    expect(answer.status).toBe(202);
    expect({ state, ...result }).toMatchObject({ state: 'succeeded', rows: 60, productsCreated: 60, errorCount: 0 });
    const [row] = await app.database.query(`SELECT count(*)::int AS whole FROM products WHERE slug LIKE 'piece-%' AND description = $1`, ['ä€😀'.repeat(1_500)]);
    expect(row).toEqual({ whole: 60 });
    await until(async () => (await left() as { chunks: number }).chunks === 0, 'the pieces to be gone');
  });

  it('is taken once under one key, and another body under it is refused', async () => {
    const key = { 'Idempotency-Key': 'one-body' };
    const first = await send(aLine('once'), key);
    const second = await send(aLine('once'), key);
    const other = await send(aLine('other'), key);

    expect(second.text).toBe(first.text);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(other.body.code).toBe('idempotency_key_reused');
    await end(first);
    await until(async () => (await left() as { chunks: number }).chunks === 0, 'the pieces to be gone');
  });
});

describe('an upload that becomes no import leaves nothing', () => {
  it.each<[string, string | Buffer, Record<string, string>, number, string]>([
    ['an empty body', '', {}, 400, 'invalid_file'],
    ['lines that are not JSON', 'a\nb\n', {}, 400, 'invalid_file'],
    ['bytes that are not UTF-8', Buffer.concat([Buffer.from(aLine('x')), Buffer.from([0xe4, 0x0a])]), {}, 400, 'invalid_file'],
    ['a character that is cut off', Buffer.concat([Buffer.from(aLine('x')), Buffer.from([0xe2, 0x82])]), {}, 400, 'invalid_file'],
    ['zero bytes', `${aLine('x')}\0`, {}, 400, 'invalid_file'],
    ['compressed bytes', 'x', { 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
    ['an archive', 'x', { 'content-type': 'application/gzip' }, 415, 'unsupported_media_type'],
    ['a CSV without a form', 'x', { 'content-type': 'text/csv' }, 415, 'unsupported_media_type'],
    ['more bytes than may be', aLine('x').padEnd(2_097_153, '\n'), {}, 413, 'body_too_large'],
  ])('%s', async (_, payload, headers, status, code) => {
    const before = await left();

    const answer = await send(payload, headers);

    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    expect(await left()).toEqual(before);
  });

  it('a file in a form that is too large', async () => {
    const before = await left();

    const { body } = await app.api.postFile(
      '/v1/admin/imports',
      { format: 'ndjson' },
      { name: 'x', content: aLine('x').padEnd(2_097_153, '\n') },
      { as: app.adminToken },
    );

    expect(body.code).toBe('body_too_large');
    expect(await left()).toEqual(before);
  });

  it('a dry run', async () => {
    const before = await left();

    const { status } = await app.api.raw('POST', '/v1/admin/imports?dryRun=true', aLine('dry').repeat(4_000), {
      as: app.adminToken,
      headers: { 'content-type': LINES },
    });

    expect(status).toBe(202);
    expect(await left()).toEqual(before);
  });

  it.each([
    ['lines', LINES, ''],
    ['a form', 'multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'],
  ])('%s that are cut off in the middle', async (_, type, head) => {
    const before = await left();
    const { port } = app.nest.getHttpServer().address() as AddressInfo;
    const call = request({
      port,
      method: 'POST',
      path: '/v1/admin/imports',
      headers: { authorization: `Bearer ${app.adminToken}`, 'content-type': type },
    });
    call.on('error', () => undefined);
    call.write(head + aLine('cut').repeat(6_000));
    await until(async () => (await left() as { chunks: number }).chunks > 0, 'the first piece to be kept');

    call.destroy();

    await until(async () => JSON.stringify(await left()) === JSON.stringify(before), 'the pieces to be gone');
  });

  it('one whose process ended is forgotten after some hours, and no import loses its file', async () => {
    const insert = `INSERT INTO import_chunks (import_id, position, data, created_at) VALUES (gen_random_uuid(), 0, 'x', now() - $1::interval)`;
    await app.database.query(insert, ['7 hours']);
    await app.database.query(insert, ['1 hour']);
    const [before] = await app.database.query<{ count: number }>('SELECT count(*)::int AS count FROM import_chunks');

    await app.nest.get(ImportSweep, { strict: false }).run();

    const [after] = await app.database.query<{ count: number }>('SELECT count(*)::int AS count FROM import_chunks');
    expect(after?.count).toBe((before?.count ?? 0) - 1);
  });
});
