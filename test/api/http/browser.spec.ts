import { startApp, type TestApp } from '../../support/app.js';

const FRONT_END = 'https://shop.example.com';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ env: { CORS_ORIGINS: `${FRONT_END}, https://other.example.com` } });
});
afterAll(async () => {
  await app.close();
});

describe('a front end in a browser', () => {
  it('may call from an origin that is named', async () => {
    const { headers } = await app.api.get('/v1/products', { headers: { origin: FRONT_END } });

    expect(headers['access-control-allow-origin']).toBe(FRONT_END);
    expect(headers['access-control-expose-headers']).toContain('Idempotent-Replayed');
  });

  it.each(['https://shop.example.com.evil.test', 'https://evil.test', 'null'])('may not from %s', async (origin) => {
    const { headers } = await app.api.get('/v1/products', { headers: { origin } });

    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('finds the page of every error code where its type leads', async () => {
    const { body } = await app.api.get('/v1/products/none-of-ours');
    const [path, code] = (body.type as string).split('#');

    const page = await app.api.get(path ?? '');

    expect(page.status).toBe(200);
    expect(page.text).toContain(`<tr id="${code ?? ''}">`);
  });

  it('gets the request id back that it sent, and one of ours for a wrong one', async () => {
    const kept = await app.api.get('/v1/products', { headers: { 'x-request-id': 'trace-42' } });
    const replaced = await app.api.get('/v1/products', { headers: { 'x-request-id': 'a b\tc' } });

    expect(kept.headers['x-request-id']).toBe('trace-42');
    expect(replaced.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
