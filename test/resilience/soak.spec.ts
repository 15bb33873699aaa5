import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp, testVariables, type TestApp } from '../support/app.js';
import { aProductOnSale } from '../support/builders/catalogue.js';
import { CHECKOUT } from '../support/builders/orders.js';
import { faultsInTheBooks } from '../support/ledger.js';
import { startProcess, type RunningProcess } from '../support/processes.js';
import { startOwnRedis, type OwnRedis } from '../support/servers.js';
import { until } from '../support/until.js';

/** Rounds of checkouts and blows; `SOAK_ROUNDS` makes more of them. */
const ROUNDS = Number(process.env.SOAK_ROUNDS ?? 3);
const CHECKOUTS = 60;
const CLIENTS = 6;
const ROUND_MS = 120_000;

let app: TestApp;
let redis: OwnRedis;
let mailboxDir: string;
let api: RunningProcess;
let worker: RunningProcess;
let env: Record<string, string>;

beforeAll(async () => {
  app = await startApp();
  redis = await startOwnRedis();
  mailboxDir = await mkdtemp(join(tmpdir(), 'orderly-mailbox-'));
  env = {
    ...testVariables({ database: app.database, mailbox: app.mailbox, env: {} }),
    ...{ REDIS_URL: redis.url, REDIS_KEY_PREFIX: 'soak', SMTP_URL: '', MAILBOX_DIR: mailboxDir },
    ...{ DATABASE_POOL_SIZE: '10', IDEMPOTENCY_LEASE_MS: '500', PAYMENT_RECOVERY_AFTER_MS: '1000' },
    OUTBOX_REDELIVER_AFTER_MS: '1000',
  };
  [api, worker] = await Promise.all([startProcess('main', env), startProcess('worker', env)]);
}, 180_000);
afterAll(async () => {
  await Promise.all([api.stop(), worker.stop()]);
  await redis.close();
  await app.close();
  await rm(mailboxDir, { recursive: true, force: true });
});

const restartApi = async (): Promise<void> => {
  await api.kill();
  api = await startProcess('main', env);
};
const restartWorker = async (): Promise<void> => {
  await worker.kill();
  worker = await startProcess('worker', env);
};

/** What may happen to a shop at any moment. */
const BLOWS: Readonly<Record<string, () => Promise<unknown>>> = {
  'kill -9 of the API': restartApi,
  'kill -9 of the worker': restartWorker,
  'kill -9 of both': () => Promise.all([restartApi(), restartWorker()]),
  FLUSHALL: () => redis.flush(),
  'a restart of Redis': async () => {
    await redis.stop();
    await redis.restart();
  },
  'kill -9 of the worker and FLUSHALL': async () => {
    await worker.kill();
    await redis.flush();
    worker = await startProcess('worker', env);
  },
};

async function checkOut(key: string, variantId: string): Promise<string | null> {
  try {
    const response = await fetch(`${api.url}/v1/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ ...CHECKOUT, items: [{ variantId, quantity: 1 }] }),
    });
    return response.status === 201 ? ((await response.json()) as { id: string }).id : null;
  } catch {
    return null;
  }
}

/** One round: checkouts, a blow in the middle of them, and each checkout repeated until it is answered. */
async function round(variantId: string): Promise<{ blow: string; answered: Map<string, string>; orders: Map<string, string> }> {
  const keys = Array.from({ length: CHECKOUTS }, () => randomUUID());
  const queue = [...keys];
  const answered = new Map<string, string>();
  const client = async (): Promise<void> => {
    for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
      const id = await checkOut(key, variantId);
      if (id !== null) answered.set(key, id);
    }
  };
  const clients = Array.from({ length: CLIENTS }, () => client());
  const names = Object.keys(BLOWS);
  const blow = names[randomInt(names.length)] ?? '';
  const moment = randomInt(CHECKOUTS / 2);
  await until(() => answered.size >= moment, 'the moment of the blow', ROUND_MS);
  await BLOWS[blow]?.();
  await Promise.all(clients);
  const orders = new Map<string, string>();
  for (const key of keys) {
    orders.set(key, await until(async () => (await checkOut(key, variantId)) ?? undefined, `an answer after ${blow}`, ROUND_MS));
  }
  return { blow, answered, orders };
}

describe('a shop that is struck again and again', () => {
  it(
    'loses nothing and does nothing twice',
    async () => {
      const { variantId } = await aProductOnSale(app, { stock: CHECKOUTS * (ROUNDS + 1) });
      const all = new Map<string, string>();
      for (let number = 1; number <= ROUNDS; number += 1) {
        const { blow, answered, orders } = await round(variantId);
        for (const [key, id] of answered) expect({ blow, id: orders.get(key) }).toEqual({ blow, id });
        for (const [key, id] of orders) all.set(key, id);

        const rows = await app.database.query<{ count: number }>(
          'SELECT count(*)::int AS count FROM order_lines WHERE variant_id = $1',
          [variantId],
        );
        expect({ blow, orders: rows[0]?.count }).toEqual({ blow, orders: all.size });
        const open = () => app.database.query(`SELECT id, queue, state, attempts, failure FROM jobs WHERE state IN ('pending', 'failed')`);
        await until(async () => (await open()).length === 0, `every job to be done after ${blow}`, ROUND_MS);
        expect({ blow, faults: await faultsInTheBooks(app.database) }).toEqual({ blow, faults: [] });
      }

      const mailed = (await readdir(mailboxDir)).filter((name) => name.endsWith('.eml'));
      expect(new Set(mailed)).toEqual(new Set([...all.values()].map((id) => `order-confirmation-${id}.eml`)));
      const log = await app.database.query<{ position: string }>('SELECT log_position::text AS position FROM outbox_events ORDER BY log_position');
      expect(log.map(({ position }) => Number(position))).toEqual(log.map((_, index) => index + 1));
    },
    ROUND_MS * (ROUNDS + 1),
  );
});
