import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { mediaFolder, startApp, type TestApp } from '../../support/app.js';
import { anAwaitedImage, anImage, aPicture } from '../../support/builders/images.js';
import { until } from '../../support/until.js';

let app: TestApp;
/** An image of 2,400 × 1,200 pixels. */
let id: string;

beforeAll(async () => {
  app = await startApp();
  id = String((await anImage(app, await aPicture('png', { width: 2_400, height: 1_200 }))).id);
});
afterAll(async () => {
  await app.close();
});

const renditionsOf = (imageId: string): Promise<string[]> =>
  readdir(join(mediaFolder(app.database), 'renditions', imageId)).then((names) => names.sort(), () => []);

describe('an image', () => {
  it.each([
    ['thumb.jpg', 'image/jpeg', 160],
    ['small.webp', 'image/webp', 480],
    ['medium.avif', 'image/avif', 960],
    ['large.jpg', 'image/jpeg', 1_920],
  ])('is served as %s, to be kept for good', async (name, contentType, width) => {
    const { status, headers, bytes } = await app.api.get(`/v1/images/${id}/${name}`);

    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': contentType,
      'content-length': bytes.length.toString(),
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'",
      'x-content-type-options': 'nosniff',
    });
    expect(headers.vary).toBeUndefined();
    const read = await sharp(bytes).metadata();
    expect([read.format === 'heif' ? 'avif' : read.format, read.width, read.height]).toEqual([
      contentType.slice(6),
      width,
      width / 2,
    ]);
    expect((await app.api.get(`/v1/images/${id}/${name}`)).bytes.equals(bytes)).toBe(true);
  });

  it.each([
    ['image/avif,image/webp,*/*', 'image/avif'],
    ['text/html, image/webp;q=0.8, */*;q=0.5', 'image/webp'],
    ['image/avif;q=0, image/webp', 'image/webp'],
    ['image/*', 'image/jpeg'],
    ['*/*', 'image/jpeg'],
    ['application/json', 'image/jpeg'],
  ])('without an ending is served to who accepts %s as %s', async (accept, contentType) => {
    const { headers } = await app.api.get(`/v1/images/${id}/thumb`, { headers: { accept } });

    expect([headers['content-type'], headers.vary]).toEqual([contentType, 'Accept']);
  });

  it('is not sent again to who has it', async () => {
    const first = await app.api.get(`/v1/images/${id}/thumb.webp`);
    const other = await app.api.get(`/v1/images/${id}/thumb.jpg`);
    const again = await app.api.get(`/v1/images/${id}/thumb.webp`, {
      headers: { 'If-None-Match': `"other", W/${first.headers.etag ?? ''}` },
    });

    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', first.headers.etag]);
    expect(other.headers.etag).not.toBe(first.headers.etag);
  });

  it('that is small is never enlarged', async () => {
    const small = await anImage(app, await aPicture('png', { width: 30, height: 20 }));

    const { bytes } = await app.api.get(`/v1/images/${String(small.id)}/large.webp`);

    const { width, height } = await sharp(bytes).metadata();
    expect([width, height]).toEqual([30, 20]);
  });

  it('lets the page shine through where it does, and is white there as a JPEG', async () => {
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const content = await sharp({ create: { width: 8, height: 8, channels: 4, background: clear } }).png().toBuffer();
    const made = await anImage(app, content);

    const webp = await app.api.get(`/v1/images/${String(made.id)}/thumb.webp`);
    const jpeg = await app.api.get(`/v1/images/${String(made.id)}/thumb.jpg`);

    expect((await sharp(webp.bytes).metadata()).hasAlpha).toBe(true);
    expect([...(await sharp(jpeg.bytes).raw().toBuffer()).subarray(0, 3)]).toEqual([255, 255, 255]);
  });

  it.each(['huge.jpg', 'large.png', 'large.svg', '1920.jpg', 'large.jpg.webp', 'constructor', '.jpg', 'large.', '..%2f..%2foriginals'])(
    'is not served as %s, and nothing is made',
    async (name) => {
      const before = await renditionsOf(id);

      const { status, body, headers } = await app.api.get(`/v1/images/${id}/${name}`);

      expect([status, body.code, headers['cache-control']]).toEqual([404, 'not_found', 'no-store']);
      expect(await renditionsOf(id)).toEqual(before);
    },
  );

  it('that was never uploaded is not served', async () => {
    const { body } = await app.api.get(`/v1/images/${await anAwaitedImage(app)}/thumb.jpg`);

    expect(body.code).toBe('not_found');
  });

  it('that many ask for at once is made once', async () => {
    const made = await anImage(app, await aPicture('jpeg'));

    const answers = await Promise.all(
      Array.from({ length: 8 }, () => app.api.get(`/v1/images/${String(made.id)}/small.webp`)),
    );

    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    expect(new Set(answers.map(({ bytes }) => bytes.toString('base64'))).size).toBe(1);
    expect(await renditionsOf(String(made.id))).toEqual(['small.webp']);
  });
});

describe('the worker', () => {
  it('makes every rendition of a new image, and removes every file of a deleted one', async () => {
    const worker = await startApp({ worker: true, database: app.database });
    const made = await anImage(app, await aPicture('webp'));
    const imageId = String(made.id);
    const names = (made.renditions as { preset: string; format: string }[]).map(({ preset, format }) => `${preset}.${format}`);

    await until(async () => (await renditionsOf(imageId)).length === 12, 'twelve renditions', 60_000);
    expect(await renditionsOf(imageId)).toEqual(names.sort());
    const { status } = await app.api.delete(`/v1/admin/images/${imageId}`, {
      as: app.adminToken,
      headers: { 'If-Match': '"1"' },
    });

    expect(status).toBe(204);
    const originals = join(mediaFolder(app.database), 'originals', imageId);
    await until(async () => (await renditionsOf(imageId)).length === 0, 'no renditions');
    await until(async () => (await readdir(originals)).length === 0, 'no original');
    expect((await app.api.get(`/v1/images/${imageId}/large.jpg`)).body.code).toBe('not_found');
    await worker.close();
  });
});
