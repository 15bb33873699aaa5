import { createHash, createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import sharp from 'sharp';
import { mediaFolder, startApp, type TestApp } from '../../support/app.js';
import { Bucket } from '../../support/bucket.js';
import { anImage, aPicture } from '../../support/builders/images.js';
import { until } from '../../support/until.js';

let app: TestApp;
let bucket: Bucket;

beforeAll(async () => {
  bucket = await Bucket.open();
  app = await startApp({ worker: true, env: bucket.env });
});
afterAll(async () => {
  await app.close();
  await bucket.close();
});

interface Begun {
  readonly id: string;
  readonly upload: { readonly url: string; readonly headers: Record<string, string> };
}

const begin = async (bytes: number): Promise<Begun> =>
  (await app.api.post('/v1/admin/images/uploads', { contentType: 'image/jpeg', bytes }, { as: app.adminToken })).body as Begun;

const put = ({ url, headers }: Begun['upload'], content: Buffer): Promise<Response> =>
  fetch(url, { method: 'PUT', headers, body: new Uint8Array(content) });

const complete = (id: string) => app.api.post(`/v1/admin/images/${id}/complete`, undefined, { as: app.adminToken });

describe('images in a bucket', () => {
  it('are kept, served and removed there, and nowhere else', async () => {
    const { id } = await anImage(app, await aPicture('jpeg'));

    const { status, bytes } = await app.api.get(`/v1/images/${String(id)}/thumb.webp`);
    const deleted = await app.api.delete(`/v1/admin/images/${String(id)}`, { as: app.adminToken, headers: { 'If-Match': '"1"' } });

    expect([status, (await sharp(bytes).metadata()).width, deleted.status]).toEqual([200, 160, 204]);
    expect(existsSync(mediaFolder(app.database))).toBe(false);
    await until(
      async () => {
        const rows = await app.database.query(
          `SELECT 1 FROM jobs j JOIN outbox_events e ON e.id = j.event_id WHERE e.type = 'image.deleted' AND j.state = 'done'`,
        );
        return rows.length === 1;
      },
      'the files to be removed',
      60_000,
    );
    expect((await app.api.get(`/v1/images/${String(id)}/thumb.webp`)).body.code).toBe('not_found');
  });

  it('are uploaded to it directly, past the API', async () => {
    const content = await aPicture('jpeg');
    const { id, upload } = await begin(content.length);
    const missing = await complete(id);

    const stranger = await put({ ...upload, url: upload.url.replace('Credential=S3RVER', 'Credential=STRANGER') }, content);
    const stillMissing = await complete(id);
    const sent = await put(upload, content);
    const done = await complete(id);

    expect(upload.url.startsWith(`${bucket.endpoint}/images/uploads/${id}?`)).toBe(true);
    expect([missing.body.code, stillMissing.body.code]).toEqual(['upload_missing', 'upload_missing']);
    expect([stranger.status, sent.status]).toEqual([403, 200]);
    expect(done.body).toMatchObject({ id, state: 'ready', contentType: 'image/jpeg', width: 300 });
    expect((await app.api.get(`/v1/images/${id}/small.jpg`)).status).toBe(200);
  });

  // The server of the tests does not compare signatures of version 4: the sum is done here a second time.
  it('have an address whose signature covers the file, its type, its length and a quarter of an hour', async () => {
    const { upload } = await begin(4_711);
    const { pathname, host, searchParams } = new URL(upload.url);
    const [day = '', region = '', service = ''] = searchParams.get('X-Amz-Credential')?.split('/').slice(1) ?? [];
    const given = searchParams.get('X-Amz-Signature');
    searchParams.delete('X-Amz-Signature');
    const query = [...searchParams].map((pair) => pair.map(encodeURIComponent).join('=')).sort().join('&');
    const headers = `content-length:4711\ncontent-type:image/jpeg\nhost:${host}\n`;
    const request = ['PUT', pathname, query, headers, 'content-length;content-type;host', 'UNSIGNED-PAYLOAD'].join('\n');
    const scope = [day, region, service, 'aws4_request'].join('/');
    const hash = createHash('sha256').update(request).digest('hex');
    const text = ['AWS4-HMAC-SHA256', searchParams.get('X-Amz-Date'), scope, hash].join('\n');
    const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
      (before, part) => createHmac('sha256', before).update(part).digest(),
      'AWS4S3RVER',
    );

    expect(searchParams.get('X-Amz-Expires')).toBe('900');
    expect(createHmac('sha256', key).update(text).digest('hex')).toBe(given);
  });
});
