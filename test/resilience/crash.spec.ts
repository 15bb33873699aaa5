import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { startApp, testVariables, type TestApp } from '../support/app.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { CHECKOUT } from '../support/builders/orders.js';
import { faultsInTheBooks } from '../support/ledger.js';
import { startProcess, type RunningProcess } from '../support/processes.js';
import { startOwnRedis, type OwnRedis } from '../support/servers.js';
import { until } from '../support/until.js';

const CHECKOUTS = 200;
const CLIENTS = 10;

let app: TestApp;
let redis: OwnRedis;
let mailboxDir: string;
let api: RunningProcess;
let worker: RunningProcess;

beforeAll(async () => {
  app = await startApp();
  redis = await startOwnRedis();
  mailboxDir = await mkdtemp(join(tmpdir(), 'orderly-mailbox-'));
  await startBoth();
});
afterAll(async () => {
  await Promise.all([api.stop(), worker.stop()]);
  await redis.close();
  await app.close();
  await rm(mailboxDir, { recursive: true, force: true });
});

async function startBoth(): Promise<void> {
  const env = {
    ...testVariables({
      database: app.database,
      mailbox: app.mailbox,
      env: { REDIS_URL: redis.url, REDIS_KEY_PREFIX: 'crash', SMTP_URL: '', MAILBOX_DIR: mailboxDir },
    }),
    DATABASE_POOL_SIZE: '10',
    IDEMPOTENCY_LEASE_MS: '500',
    PAYMENT_RECOVERY_AFTER_MS: '1000',
  };
  [api, worker] = await Promise.all([startProcess('main', env), startProcess('worker', env)]);
}

/** Sends a checkout and answers the order, or `null` when the connection or the server broke off. */
async function checkOut(key: string, variantId: string): Promise<{ id: string } | null> {
  const body = { ...CHECKOUT, email: `${key}@example.com`, items: [{ variantId, quantity: 1 }] };
  try {
    const response = await fetch(`${api.url}/v1/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    return response.status === 201 ? ((await response.json()) as { id: string }) : null;
  } catch {
    return null;
  }
}

async function mailedOrders(): Promise<string[]> {
  const names = (await readdir(mailboxDir)).filter((name) => name.endsWith('.eml'));
  return names.map((name) => name.replace(/^order-confirmation-|\.eml$/g, ''));
}

describe('API and worker that are killed in the middle of 200 checkouts', () => {
  it('lose no answered order, place none twice and mail each once', async () => {
    const { variantId } = await aProductOnSale(app, { stock: 1_000 });
    const answered = new Map<string, string>();
    const keys = Array.from({ length: CHECKOUTS }, () => randomUUID());
    const queue = [...keys];
    const client = async (): Promise<void> => {
      for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
        const order = await checkOut(key, variantId);
        if (order) answered.set(key, order.id);
      }
    };
    const clients = Array.from({ length: CLIENTS }, () => client());
    await until(() => answered.size >= CHECKOUTS / 4, 'a quarter of the checkouts');

    await Promise.all([api.kill(), worker.kill()]);
    await Promise.all(clients);
    const before = new Map(answered);
    await startBoth();
    for (const key of keys) {
      const order = await until(async () => (await checkOut(key, variantId)) ?? undefined, 'an answer to the repeat');
      answered.set(key, order.id);
    }

    expect(before.size).toBeGreaterThanOrEqual(CHECKOUTS / 4);
    expect(before.size).toBeLessThan(CHECKOUTS);
    for (const [key, id] of before) expect(answered.get(key)).toBe(id);
    const orders = await app.database.query<{ id: string; state: string }>(
      'SELECT o.id, o.state FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE l.variant_id = $1',
      [variantId],
    );
    expect(new Set(orders.map(({ id }) => id))).toEqual(new Set(answered.values()));
    expect(orders).toHaveLength(CHECKOUTS);
    expect(new Set(orders.map(({ state }) => state))).toEqual(new Set(['placed']));
    expect(await faultsInTheBooks(app.database)).toEqual([]);
    const ids = [...answered.values()];
    const unmailed = async (): Promise<string[]> => {
      const mailed = new Set(await mailedOrders());
      return ids.filter((id) => !mailed.has(id));
    };
    await until(async () => (await unmailed()).length === 0, 'a mail for each order', 60_000);
    const mail = await PostalMime.parse(await readFile(join(mailboxDir, `order-confirmation-${ids[0] ?? ''}.eml`)));
    expect(mail.html).toContain('Thank you, Ada Lovelace.');
    expect(mail.text).toContain('Total: €19.99');
  }, 120_000);

  it('finish an order whose client never came back', async () => {
    const { variantId } = await aProductOnSale(app, { stock: 1_000 });
    const lost = Array.from({ length: 20 }, () => randomUUID());
    const calls = lost.map((key) => checkOut(key, variantId));
    await until(async () => {
      const [row] = await app.database.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM order_lines WHERE variant_id = $1',
        [variantId],
      );
      return (row?.count ?? 0) > 0;
    }, 'the first of the orders');

    await api.kill();
    await Promise.all(calls);

    await until(async () => {
      const open = await app.database.query(`SELECT 1 FROM orders WHERE state = 'pending_payment'`);
      return open.length === 0;
    }, 'the worker to finish the open payments');
    expect(await faultsInTheBooks(app.database)).toEqual([]);
    await worker.kill();
    await startBoth();
  });
});
