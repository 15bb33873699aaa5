import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startApp, mediaFolder, type TestApp } from '../../support/app.js';
import type { Answer, AnswerBody } from '../../support/api-client.js';
import { aBlankPng } from '../../support/builders/hostile-images.js';
import { anImage, anUploadedFile, aPicture } from '../../support/builders/images.js';
import { PNG } from '../../support/operation-calls.js';
import { until } from '../../support/until.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const begin = async (input: object = { contentType: 'image/png', bytes: PNG.length }): Promise<Answer> =>
  app.api.post('/v1/admin/images/uploads', input, { as: app.adminToken });

const send = ({ upload }: AnswerBody, content: Buffer = PNG, url = String(upload.url)): Promise<Answer> =>
  app.api.raw('PUT', url, content, { headers: upload.headers as Record<string, string> });

const complete = (id: string, query = ''): Promise<Answer> =>
  app.api.post(`/v1/admin/images/${id}/complete${query}`, undefined, { as: app.adminToken });

describe('a direct upload', () => {
  it('gets a signed address, takes the bytes there, and makes an image of them', async () => {
    const content = await aPicture('webp');

    const begun = await begin({ contentType: 'image/png', bytes: content.length, alt: 'A shirt' });
    const { id } = begun.body as { id: string };
    const awaited = await app.api.get(`/v1/admin/images/${id}`, { as: app.adminToken });
    const sent = await send(begun.body, content);
    const { status, body, headers } = await complete(id);

    expect(begun.status).toBe(201);
    expect(begun.body).toEqual({
      id,
      state: 'awaiting_upload',
      upload: {
        method: 'PUT',
        url: expect.stringMatching(`^/v1/uploads/${id}\\?expires=\\d+&signature=[\\w-]{43}$`),
        headers: { 'Content-Type': 'image/png' },
        expiresAt: expect.any(String),
      },
    });
    expect(awaited.body).toMatchObject({ state: 'awaiting_upload', width: null, renditions: [], version: 1 });
    expect(sent.status).toBe(204);
    expect([status, headers.etag]).toEqual([200, '"2"']);
    // It is what its bytes say, not what was announced.
    expect(body).toMatchObject({ id, state: 'ready', contentType: 'image/webp', width: 300, height: 200, alt: 'A shirt' });
    expect((await app.api.get(`/v1/admin/images/${id}`, { as: app.adminToken })).body).toEqual(body);
    expect((await app.api.get(`/v1/images/${id}/thumb.jpg`)).status).toBe(200);
  });

  it('takes nothing at an address that was changed, or at that of another image', async () => {
    const [{ body }, other] = [await begin(), await begin()];
    const url = String(body.upload.url);
    const tried = [
      url.replace(/signature=.{4}/, 'signature=AAAA'),
      url.replace(/expires=\d/, 'expires=9'),
      url.replace(/&signature=.*/, ''),
      url.replace(String(body.id), String(other.body.id)),
    ];

    const answers = await Promise.all(tried.map((address) => send(body, PNG, address)));

    expect(answers.map(({ status, body: refused }) => [status, refused.code as string])).toEqual(tried.map(() => [404, 'not_found']));
    expect((await complete(String(body.id))).body.code).toBe('upload_missing');
  });

  it('takes no more bytes than were announced, and nothing that is no image by its media type', async () => {
    const { body } = await begin();

    const tooMany = await send(body, Buffer.concat([PNG, PNG]));
    const json = await app.api.put(String(body.upload.url), {});
    const elsewhere = await app.api.raw('POST', '/v1/admin/products', PNG, {
      as: app.adminToken,
      headers: { 'content-type': 'image/png' },
    });

    expect([tooMany, json, elsewhere].map(({ body: refused }) => refused.code as string)).toEqual([
      'body_too_large',
      'unsupported_media_type',
      'unsupported_media_type',
    ]);
    expect((await complete(String(body.id))).body.code).toBe('upload_missing');
  });

  it('may be sent again until it is complete, and neither sent nor completed after', async () => {
    const { body } = await begin();

    const sent = [await send(body, Buffer.from('no image')), await send(body)];
    const done = await complete(String(body.id));
    const late = [await send(body), await complete(String(body.id))];

    expect(sent.map(({ status }) => status)).toEqual([204, 204]);
    expect(done.status).toBe(200);
    expect(late.map(({ body: refused }) => [refused.code as string, refused.state as string])).toEqual([
      ['invalid_state_transition', 'ready'],
      ['invalid_state_transition', 'ready'],
    ]);
  });

  it('is checked like any other, and can be sent anew when it was refused', async () => {
    const picture = await aPicture('jpeg');
    const cases = [Buffer.from('<svg><script/></svg>'), picture.subarray(0, 400), aBlankPng(20_000, 20_000)];
    const ids = await Promise.all(cases.map((content) => anUploadedFile(app, content)));

    const answers = [];
    for (const id of ids) answers.push(await complete(id));

    expect(answers.map(({ status, body }) => [status, body.code as string])).toEqual([
      [415, 'image_unsupported'],
      [422, 'image_broken'],
      [413, 'image_too_large'],
    ]);
    const { body } = await app.api.get(`/v1/admin/images/${ids[0] ?? ''}`, { as: app.adminToken });
    expect(body.state).toBe('awaiting_upload');
  });

  it('that is completed as a trial stores nothing', async () => {
    const id = await anUploadedFile(app);

    const tried = await complete(id, '?dryRun=true');

    expect(tried.body).toMatchObject({ id, state: 'ready', version: 2 });
    expect(existsSync(join(mediaFolder(app.database), 'originals', id))).toBe(false);
    expect((await complete(id)).body).toEqual(tried.body);
  });

  it('that two complete at once makes one image and one event', async () => {
    const id = await anUploadedFile(app);

    const answers = await Promise.all([complete(id), complete(id)]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const events = await app.database.query('SELECT type FROM outbox_events WHERE aggregate_id = $1', [id]);
    expect(events).toEqual([{ type: 'image.created' }]);
  });

  it.each([{ contentType: 'image/svg+xml', bytes: 1 }, { contentType: 'image/png', bytes: 20_971_521 }, { contentType: 'image/png' }])(
    'is not begun for %j',
    async (input) => {
      expect((await begin(input)).body.code).toBe('invalid_request');
    },
  );
});

describe('an upload that is not completed', () => {
  it('is refused after a quarter of an hour, and forgotten with its file after a day', async () => {
    const later = await startApp({ worker: true });
    const { api, adminToken: as, database, clock } = later;
    const ready = await anImage(later);
    const { body } = await api.post('/v1/admin/images/uploads', { contentType: 'image/png', bytes: PNG.length }, { as });
    const put = (): Promise<Answer> =>
      api.raw('PUT', String(body.upload.url), PNG, { headers: body.upload.headers as Record<string, string> });
    const file = join(mediaFolder(database), 'uploads', String(body.id));
    expect((await put()).status).toBe(204);
    expect(existsSync(file)).toBe(true);

    clock.advance(901);
    const expired = await put();
    clock.advance(2 * 86_400);
    const token = await api.signIn('admin@orderly.test', 'administrator-password');
    await until(
      async () => (await api.get(`/v1/admin/images/${String(body.id)}`, { as: token })).status === 404,
      'the upload to be forgotten',
      60_000,
    );

    expect([expired.status, expired.body.code]).toEqual([410, 'upload_expired']);
    await until(() => !existsSync(file), 'the file to be gone', 60_000);
    expect((await api.get(`/v1/admin/images/${String(ready.id)}`, { as: token })).body).toEqual(ready);
    await later.close();
  });
});
