import { queueDefinitions } from '../../src/infrastructure/queues/queue-registry.js';
import { Queues } from '../../src/infrastructure/queues/queues.js';
import { startApp, type TestApp } from '../support/app.js';
import { aCart, aPlacedOrder, CHECKOUT } from '../support/builders/orders.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { startOwnRedis, type OwnRedis } from '../support/servers.js';
import { until } from '../support/until.js';

let app: TestApp;
let redis: OwnRedis;

beforeAll(async () => {
  redis = await startOwnRedis();
  app = await startApp({
    worker: true,
    env: { REDIS_URL: redis.url, REDIS_KEY_PREFIX: 'wiped', OUTBOX_REDELIVER_AFTER_MS: '500' },
  });
});
afterAll(async () => {
  await app.close();
  await redis.close();
});

const pending = async (): Promise<number> => {
  const [row] = await app.database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM jobs WHERE state = 'pending'`,
  );
  return row?.count ?? 0;
};

describe('Redis', () => {
  it('can be wiped between the order and its mail, and the mail still comes once', async () => {
    app.mailbox.refusing = true;
    const email = 'wiped@example.com';
    await aPlacedOrder(app, { email });
    const queue = app.nest.get(Queues).get(queueDefinitions().find(({ name }) => name === 'order-mails')!);
    await until(async () => (await queue.getDelayedCount()) === 1, 'the job that waits in Redis for the mail server');

    await redis.flush();
    expect(await queue.getDelayedCount()).toBe(0);
    app.mailbox.refusing = false;

    const mails = await app.mailbox.waitFor(email);
    expect(mails).toHaveLength(1);
    await until(async () => (await pending()) === 0, 'every delivery to be done');
    expect(await app.mailbox.waitFor(email)).toHaveLength(1);
  });

  it('can be away, and the shop takes orders and mails them when it is back', async () => {
    await redis.stop();
    const email = 'away@example.com';
    const { variantId } = await aProductOnSale(app);
    const cart = await aCart(app, variantId);

    const list = await app.api.get('/v1/products');
    const order = await app.api.post(
      '/v1/orders',
      { ...CHECKOUT, email, cartId: cart.id },
      { headers: { 'Idempotency-Key': 'redis-is-away', 'X-Cart-Token': cart.token } },
    );
    const ready = await app.api.get('/health/ready');
    await redis.restart();

    expect(list.status).toBe(200);
    expect(order.status).toBe(201);
    expect(ready.body).toEqual({ status: 'degraded', checks: { database: 'up', redis: 'down' } });
    expect(await app.mailbox.waitFor(email)).toHaveLength(1);
  });
});
