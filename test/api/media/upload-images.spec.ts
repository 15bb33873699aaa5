import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { mediaFolder, startApp, type TestApp } from '../../support/app.js';
import type { Answer } from '../../support/api-client.js';
import { aBlankPng, aPngBomb, withSides } from '../../support/builders/hostile-images.js';
import { anImage, aPicture } from '../../support/builders/images.js';
import { PNG } from '../../support/operation-calls.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const upload = (content: Buffer | string, name = 'a.jpg', headers = {}): Promise<Answer> =>
  app.api.postFile('/v1/admin/images', {}, { name, content }, { as: app.adminToken, headers });

/** Every file that is kept. */
async function storedFiles(): Promise<string[]> {
  const folder = mediaFolder(app.database);
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const storedFilesOf = async (id: string): Promise<string[]> => (await storedFiles()).filter((path) => path.includes(id));

describe('an upload', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)('of a %s is kept, whatever its name says', async (format) => {
    const content = await aPicture(format);

    const { status, body, headers } = await upload(content, 'price-list.exe');

    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      state: 'ready',
      contentType: `image/${format}`,
      width: 300,
      height: 200,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      renditions: expect.any(Array),
      alt: null,
      version: 1,
      createdAt: expect.any(String),
    });
    expect(body.renditions).toHaveLength(12); // 4 sizes × 3 formats
    expect(body.renditions[0]).toEqual({ preset: 'thumb', format: 'avif', url: `/v1/images/${String(body.id)}/thumb.avif` });
    expect(headers.location).toBe(`/v1/admin/images/${String(body.id)}`);
    const read = await app.api.get(headers.location ?? '', { as: app.adminToken });
    expect(read.body).toEqual(body);
    expect(read.headers.etag).toBe('"1"');
  });

  it('keeps the text that says what the image shows', async () => {
    expect((await anImage(app, PNG, { alt: 'A linen shirt' })).alt).toBe('A linen shirt');
  });

  it('is kept upright and without metadata, such as the place where it was taken', async () => {
    const content = await sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } })
      .withExif({ IFD0: { Copyright: 'the-secret-author' }, IFD3: { GPSLatitude: '52/1 31/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect(content.includes('the-secret-author')).toBe(true);

    const { body } = await upload(content);

    expect([body.width, body.height]).toEqual([20, 40]);
    await app.api.get(`/v1/images/${String(body.id)}/large.jpg`);
    const files = await storedFilesOf(String(body.id));
    expect(files).toHaveLength(2); // the original and one rendition
    for (const path of files) {
      const kept = await readFile(path);
      const { width, height, exif, orientation, icc, space } = await sharp(kept).metadata();
      expect({ width, height, exif, orientation, icc, space }).toEqual({ width: 20, height: 40, space: 'srgb' });
      expect(kept.includes('the-secret-author')).toBe(false);
    }
  });

  it('in the colours of print is shown in those of a screen', async () => {
    const content = await sharp(await aPicture('jpeg')).toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharp(content).metadata()).space).toBe('cmyk');

    const { body } = await upload(content);

    const { bytes } = await app.api.get(`/v1/images/${String(body.id)}/small.jpg`);
    expect((await sharp(bytes).metadata()).space).toBe('srgb');
  });

  it('of a good image with a web page in its comment and behind its end is shown without either', async () => {
    const picture = await aPicture('jpeg');
    const page = Buffer.from('<html><script>alert(1)</script></html>');
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, page.length + 2]), page]);
    const content = Buffer.concat([picture.subarray(0, 2), comment, picture.subarray(2), page]);

    const { status, body } = await upload(content);

    expect(status).toBe(201);
    const { bytes } = await app.api.get(`/v1/images/${String(body.id)}/large.jpg`);
    const files = await storedFilesOf(String(body.id));
    const kept = await Promise.all(files.map((path) => readFile(path)));
    expect([bytes, ...kept].filter((data) => data.includes('script'))).toEqual([]);
  });

  it('takes nearly 50 megapixels and refuses more, before anything is decoded', async () => {
    const taken = await upload(aBlankPng(10_000, 4_999));
    const refused = await Promise.all([
      upload(aBlankPng(10_000, 5_001)),
      upload(aBlankPng(20_000, 20_000)),
      upload(withSides(await aPicture('jpeg'), 20_000)),
      upload(aPngBomb()),
    ]);

    expect([taken.status, taken.body.width, taken.body.height]).toEqual([201, 10_000, 4_999]);
    expect(refused.map(({ status, body }) => [status, body.code as string])).toEqual(
      Array.from({ length: 4 }, () => [413, 'image_too_large']),
    );
  });

  it.each([
    ['an SVG with a script', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['an SVG after an XML line', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'],
    ['a web page', '<!doctype html><script>alert(1)</script>'],
    ['a PDF', '%PDF-1.7\n%âãÏÓ\n'],
    ['a program', Buffer.from('MZ\u0090\u0000\u0003', 'latin1')],
    ['a bitmap', Buffer.concat([Buffer.from('BM'), Buffer.alloc(60)])],
    ['a TIFF', Buffer.concat([Buffer.from('II*\u0000\u0008\u0000\u0000\u0000', 'latin1'), Buffer.alloc(20)])],
    ['a HEIC', Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.alloc(20)])],
    ['nothing', ''],
  ])('of %s is refused, whatever its name says', async (_what, content) => {
    const before = await storedFiles();

    const { status, body } = await upload(content, 'photo.jpg');

    expect([status, body.code]).toEqual([415, 'image_unsupported']);
    expect(await storedFiles()).toEqual(before);
  });

  it('of a web page that goes on as an image is refused', async () => {
    const content = Buffer.concat([Buffer.from('<html><script>alert(1)</script><!--'), await aPicture('jpeg')]);

    expect((await upload(content)).body.code).toBe('image_unsupported');
  });

  it.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)('of a %s that was cut off is refused', async (format) => {
    const whole = await aPicture(format);
    const before = await storedFiles();

    const { status, body } = await upload(whole.subarray(0, whole.length - Math.ceil(whole.length / 4)));

    expect([status, body.code]).toEqual([422, 'image_broken']);
    expect(await storedFiles()).toEqual(before);
  });

  it('of a script that begins as a GIF is refused', async () => {
    expect((await upload('GIF89a/*<html>*/=1;alert(1)//')).body.code).toBe('image_broken');
  });

  it('that is no form, is broken off, has no file or one over 20 MiB is refused', async () => {
    const as = app.adminToken;
    const broken = await app.api.raw('POST', '/v1/admin/images', '--x\r\nContent-Dispo', {
      as,
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    const answers = [
      broken,
      await upload(Buffer.alloc(21 * 1_048_576, 'a')),
      await app.api.post('/v1/admin/images', {}, { as }),
      await app.api.postFile('/v1/admin/images', {}, null, { as }),
    ];

    expect(answers.map(({ body }) => body.code as string)).toEqual([
      'malformed_body',
      'body_too_large',
      'unsupported_media_type',
      'invalid_request',
    ]);
  });

  it('with an Idempotency-Key is done once, and leaves the files of one', async () => {
    const [key, before] = [{ 'Idempotency-Key': randomUUID() }, await storedFiles()];

    const answers = await Promise.all(Array.from({ length: 3 }, () => upload(PNG, 'a.png', key)));
    const again = await upload(PNG, 'a.png', key);

    expect(answers.map(({ status }) => status).every((status) => [201, 409].includes(status))).toBe(true);
    expect(again.status).toBe(201);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect((await storedFiles()).length - before.length).toBe(1);
  });

  it('that is only tried stores no file', async () => {
    const before = await storedFiles();

    const { body } = await app.api.postFile('/v1/admin/images?dryRun=true', {}, { name: 'a.png', content: PNG }, { as: app.adminToken });

    expect(body.state).toBe('ready');
    expect(await storedFiles()).toEqual(before);
    expect((await app.api.get(`/v1/admin/images/${String(body.id)}`, { as: app.adminToken })).body.code).toBe('not_found');
  });
});

describe('the list of images', () => {
  it('has the newest first, page by page, of one state if wanted', async () => {
    const [older, newer] = [await anImage(app), await anImage(app)];

    const first = await app.api.get('/v1/admin/images?limit=1&state=ready', { as: app.adminToken });
    const cursor = String(first.body.nextCursor);
    const second = await app.api.get(`/v1/admin/images?limit=1&state=ready&cursor=${cursor}`, { as: app.adminToken });
    const wrong = await app.api.get(`/v1/admin/images?limit=1&cursor=${cursor}`, { as: app.adminToken });

    expect([first.body.data, second.body.data]).toEqual([[newer], [older]]);
    expect(wrong.body.code).toBe('invalid_cursor');
  });
});
