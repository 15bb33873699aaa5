import { randomUUID } from 'node:crypto';
import { RouteRegistry } from '../../src/infrastructure/http/route-registry.js';
import { startApp, testVariables, type TestApp } from '../support/app.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { CHECKOUT } from '../support/builders/orders.js';
import { faultsInTheBooks } from '../support/ledger.js';
import { refusedStart, runSetup, startProcess } from '../support/processes.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.close();
});

const env = (): Record<string, string> => ({
  ...testVariables({ database: app.database, mailbox: app.mailbox, env: {} }),
  DATABASE_POOL_SIZE: '10',
});

describe('a process that is told to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('finishes the requests it has and exits 0 on %s', async (signal) => {
    const { variantId } = await aProductOnSale(app, { stock: 1_000 });
    const api = await startProcess('main', env());
    const calls = Array.from({ length: 20 }, (_, index) =>
      fetch(`${api.url}/v1/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `${signal}-${String(index)}` },
        body: JSON.stringify({ ...CHECKOUT, items: [{ variantId, quantity: 1 }] }),
      }).then(({ status }) => status),
    );
    await Promise.race(calls);

    const code = await api.stop(signal);

    const answered = (await Promise.allSettled(calls)).filter((call) => call.status === 'fulfilled');
    expect(code).toBe(0);
    expect(new Set(answered.map(({ value }) => value))).toEqual(new Set([201]));
    const orders = await app.database.query(`SELECT 1 FROM orders o JOIN order_lines l ON l.order_id = o.id
      WHERE l.variant_id = $1 AND o.state = 'placed'`, [variantId]);
    expect(orders.length).toBe(answered.length);
    expect(await faultsInTheBooks(app.database)).toEqual([]);
  });

  it('lets the worker drain and exit 0', async () => {
    const worker = await startProcess('worker', env());

    expect(await worker.stop()).toBe(0);
  });
});

describe('the set-up of a shop', () => {
  it('ends where there is nothing to do, though a connection is still being made', async () => {
    await runSetup(env());
  });
});

describe('a process with a wrong configuration', () => {
  it('does not start, and names the variable and never its value', async () => {
    const { code, output } = await refusedStart('main', {
      ...env(),
      DATABASE_POOL_SIZE: 'a-secret-value',
      APP_SECRET: 'too-short',
    });

    expect(code).toBe(1);
    expect(output).toContain('DATABASE_POOL_SIZE');
    expect(output).toContain('APP_SECRET');
    expect(output).not.toContain('a-secret-value');
    expect(output).not.toContain('too-short');
  });

  it('names what is missing', async () => {
    const { code, output } = await refusedStart('worker', { APP_SECRET: 'x'.repeat(32) });

    expect(code).toBe(1);
    expect(output).toContain('DATABASE_URL: is not set');
    expect(output).toContain('REDIS_URL: is not set');
  });
});

describe('a worker', () => {
  it('serves its health and metrics, and nothing of the shop', async () => {
    const worker = await startProcess('worker', env());
    const paths = app.nest
      .get(RouteRegistry)
      .routes()
      .map(({ method, path }) => ({ method, path: path.replace(/:\w+/g, randomUUID()) }));

    const open: string[] = [];
    for (const { method, path } of paths) {
      const { status } = await fetch(worker.url + path, { method });
      if (status !== 404) open.push(path);
    }

    expect(open.sort()).toEqual(['/health/live', '/health/ready', '/metrics']);
    expect((await fetch(`${worker.url}/docs`)).status).toBe(404);
    expect((await fetch(`${worker.url}/queues`)).status).toBe(404);
    await worker.stop();
  });
});
