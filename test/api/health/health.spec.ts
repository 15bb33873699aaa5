import { startApp, type TestApp } from '../../support/app.js';
import { aProductOnSale } from '../../support/builders/catalogue.js';
import { orderItems } from '../../support/builders/orders.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

describe('health', () => {
  it('says that the process runs, and that it can do its work', async () => {
    const live = await app.api.get('/health/live');
    const ready = await app.api.get('/health/ready');

    expect([live.status, live.body]).toEqual([200, { status: 'ok' }]);
    expect([ready.status, ready.body]).toEqual([200, { status: 'ok', checks: { database: 'up', redis: 'up' } }]);
  });

  it('says degraded while Redis is away, and the shop takes orders', async () => {
    const alone = await startApp({ env: { REDIS_URL: 'redis://127.0.0.1:1' } });
    const { variantId } = await aProductOnSale(alone);

    const ready = await alone.api.get('/health/ready');
    const order = await orderItems(alone, [{ variantId, quantity: 1 }]);

    expect([ready.status, ready.body]).toEqual([200, { status: 'degraded', checks: { database: 'up', redis: 'down' } }]);
    expect(order.status).toBe(201);
    await alone.close();
  });

  it('says not_ready while PostgreSQL is away, and calls are told to come again', async () => {
    const broken = await startApp();
    await broken.database.shutOut();

    const ready = await broken.api.get('/health/ready');
    const list = await broken.api.get('/v1/products');

    expect(ready.status).toBe(503);
    expect(ready.body).toMatchObject({ code: 'not_ready', checks: { database: 'down', redis: 'up' } });
    expect(list.status).toBe(503);
    expect(list.body.code).toBe('busy');
    expect(list.headers['retry-after']).toBe('1');
    await broken.close();
  });

  it('counts requests by route in the format of Prometheus', async () => {
    await app.api.get('/v1/products/some-product');

    const { status, headers, text } = await app.api.get('/metrics');

    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/plain');
    expect(text).toMatch(
      /orderly_http_request_duration_seconds_count\{method="GET",route="\/v1\/products\/:idOrSlug",status="404"\} \d+/,
    );
    expect(text).toContain('process_resident_memory_bytes');
  });
});
