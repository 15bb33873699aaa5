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

  it('are uploaded to it directly, past the API, at an address that it checks', async () => {
    const content = await aPicture('jpeg');
    const { id, upload } = await begin(content.length);
    const missing = await complete(id);

    const forged = await put({ ...upload, url: upload.url.replace(/X-Amz-Signature=.{4}/, 'X-Amz-Signature=0000') }, content);
    const otherType = await put({ ...upload, headers: { ...upload.headers, 'Content-Type': 'text/html' } }, content);
    const stillMissing = await complete(id);
    const sent = await put(upload, content);
    const done = await complete(id);

    expect(upload.url.startsWith(`${bucket.endpoint}/images/uploads/${id}?`)).toBe(true);
    expect([missing.body.code, stillMissing.body.code]).toEqual(['upload_missing', 'upload_missing']);
    expect([forged.status, otherType.status, sent.status]).toEqual([403, 403, 200]);
    expect(done.body).toMatchObject({ id, state: 'ready', contentType: 'image/jpeg', width: 300 });
    expect((await app.api.get(`/v1/images/${id}/small.jpg`)).status).toBe(200);
  });
});
