import { randomUUID } from 'node:crypto';
import { RedisConnection } from '../../src/infrastructure/redis/redis.js';
import { startApp, type TestApp } from '../support/app.js';
import type { Answer } from '../support/api-client.js';
import { everyOperation, OperationCalls } from '../support/operation-calls.js';
import { until } from '../support/until.js';

const CLASSES = ['SIGN_IN', 'REGISTER', 'CHECKOUT', 'WRITE', 'READ', 'STAFF'] as const;

const limits = (calls: number): Record<string, string> =>
  Object.fromEntries(CLASSES.map((name) => [`RATE_LIMIT_${name}`, String(calls)]));

/** Sends a call until the limit refuses it. A count that ends between two calls begins anew: two more are let through. */
async function untilLimited(send: () => Promise<Answer>): Promise<Answer> {
  for (let call = 1; ; call += 1) {
    const answer = await send();
    if (answer.body.code === 'rate_limited' || call === 6) return answer;
  }
}

const connected = (app: TestApp): Promise<boolean> => until(() => app.nest.get(RedisConnection).isUp(), 'Redis');

describe('rate limits', () => {
  it('hold for every operation but health, and say when to call again', async () => {
    const app = await startApp({ env: limits(2) });
    const calls = await OperationCalls.of(app);

    await everyOperation(calls.havingCode('rate_limited'), async (route) => {
      const as = calls.tokenFor(route);
      // Signing out ends the session of the calls after it: the limit is used up by others first.
      if (route.operation.id === 'signOut') await untilLimited(() => app.api.post('/v1/carts', {}, { as }));
      const last = await untilLimited(() => calls.call(route, { as, ...calls.bodyOf(route) }));
      expect({ id: route.operation.id, code: last.body.code }).toEqual({ id: route.operation.id, code: 'rate_limited' });
      expect(last.headers['ratelimit-policy']).toBe(`"${route.rate}";q=2;w=60`);
      expect(last.headers.ratelimit).toMatch(new RegExp(`^"${route.rate}";r=0;t=\\d+$`));
      expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
      expect(Number(last.headers['retry-after'])).toBeLessThanOrEqual(60);
    });
    for (let call = 0; call < 5; call += 1) expect((await app.api.get('/health/live')).status).toBe(200);
    await app.close();
  });

  it('are counted for all instances together, each caller alone', async () => {
    const env = { ...limits(10_000), RATE_LIMIT_WRITE: '6', REDIS_KEY_PREFIX: `shared-${randomUUID().slice(0, 8)}` };
    const first = await startApp({ env });
    const second = await startApp({ env, database: first.database });
    await Promise.all([connected(first), connected(second)]);
    const calls = await OperationCalls.of(first);
    const cart = (app: TestApp, as?: string): Promise<Answer> => app.api.post('/v1/carts', {}, { as });

    const statuses: number[] = [];
    for (const app of [first, second, first, second, first, second]) statuses.push((await cart(app)).status);
    const over = [await cart(first), await cart(second)];
    const other = await cart(second, calls.customerToken);

    expect(new Set(statuses)).toEqual(new Set([201]));
    expect(over.map(({ status }) => status)).toEqual([429, 429]);
    expect(other.status).toBe(201);
    await second.close();
    await first.close();
  });

  it('go on in each process while Redis is away, and calls are answered', async () => {
    const app = await startApp({ env: { ...limits(10_000), RATE_LIMIT_WRITE: '2', REDIS_URL: 'redis://127.0.0.1:1' } });

    const statuses: number[] = [];
    for (let call = 1; call <= 6; call += 1) statuses.push((await app.api.post('/v1/carts', {})).status);

    expect(statuses).toEqual([201, 201, 429, 429, 429, 429]);
    await app.close();
  });

  it('count reads of all instances together', async () => {
    const env = { ...limits(10_000), RATE_LIMIT_READ: '5', REDIS_KEY_PREFIX: `reads-${randomUUID().slice(0, 8)}` };
    const first = await startApp({ env });
    const second = await startApp({ env, database: first.database });

    await Promise.all([connected(first), connected(second)]);
    const { client } = first.nest.get(RedisConnection);
    const counted = async (): Promise<number> => Number(await client.get(`${env.REDIS_KEY_PREFIX}:rate:read:ip:127.0.0.1`));

    for (let call = 0; call < 5; call += 1) expect((await first.api.get('/v1/products')).status).toBe(200);
    await until(async () => (await counted()) === 5, 'the first instance to tell Redis');
    // The second learns of them when it tells of a read of its own: two reads of five are too many.
    const statuses: number[] = [];
    for (let call = 1; call <= 3; call += 1) {
      statuses.push((await second.api.get('/v1/products')).status);
      await until(async () => (await counted()) === 5 + call, 'the second instance to tell Redis');
    }

    expect(statuses.at(-1)).toBe(429);
    await second.close();
    await first.close();
  });
});
