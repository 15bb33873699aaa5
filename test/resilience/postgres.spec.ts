import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestDatabase } from '../support/database.js';
import { testVariables } from '../support/app.js';
import { CHECKOUT } from '../support/builders/orders.js';
import { faultsInTheBooks } from '../support/ledger.js';
import { Mailbox } from '../support/mailbox.js';
import { runSetup, startProcess, type RunningProcess } from '../support/processes.js';
import { startOwnPostgres, type OwnPostgres } from '../support/servers.js';
import { until } from '../support/until.js';

const CLIENTS = 8;
/** Which read or change a restart meets is chance: several make it likely that each kind is met. */
const RESTARTS = 4;

let postgres: OwnPostgres;
let mailbox: Mailbox;
let mailboxDir: string;
let api: RunningProcess;
let worker: RunningProcess;

beforeAll(async () => {
  [postgres, mailbox] = [await startOwnPostgres(), await Mailbox.open()];
  mailboxDir = await mkdtemp(join(tmpdir(), 'orderly-mailbox-'));
  const env = {
    ...testVariables({ database: { url: postgres.url } as TestDatabase, mailbox, env: { SMTP_URL: '', MAILBOX_DIR: mailboxDir } }),
    DATABASE_POOL_SIZE: '5',
    IDEMPOTENCY_LEASE_MS: '500',
    SEED_DEMO: 'true',
  };
  await runSetup(env);
  [api, worker] = await Promise.all([startProcess('main', env), startProcess('worker', env)]);
}, 180_000);
afterAll(async () => {
  const codes = await Promise.all([api.stop(), worker.stop()]);
  await mailbox.close();
  await postgres.close();
  await rm(mailboxDir, { recursive: true, force: true });
  // A process that had ended meanwhile has another code; its last lines say why.
  const ended = [api, worker].flatMap((each, at) => (codes[at] === 0 ? [] : each.lines.slice(-30)));
  expect(ended).toEqual([]);
});

async function query<R extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<R[]> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return (await client.query<R>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** What a client is told, in short; the type of the answer where it is an error. */
async function checkOut(key: string, variantId: string): Promise<string> {
  const response = await fetch(`${api.url}/v1/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ ...CHECKOUT, items: [{ variantId, quantity: 1 }] }),
  });
  const body = (await response.json()) as { code?: string };
  return response.status === 201 ? '201' : `${String(response.status)} ${String(body.code)} ${String(response.headers.get('content-type')).split(';')[0] ?? ''}`;
}

/** Searches, so that each answer needs the vocabulary and a page. */
async function search(): Promise<string> {
  const response = await fetch(`${api.url}/v1/products?facets=true&q=shirt+${randomUUID().slice(0, 8)}`);
  const body = (await response.json()) as { code?: string };
  return response.status === 200 ? '200' : `${String(response.status)} ${String(body.code)}`;
}

describe('PostgreSQL that is restarted under load', () => {
  it('makes errors that are 503 problem+json, loses no order and places none twice, and ends no process', async () => {
    const [variant] = await query<{ id: string }>(
      'SELECT v.id FROM variants v JOIN stock_levels s ON s.variant_id = v.id WHERE s.on_hand > 0 ORDER BY s.on_hand DESC LIMIT 1',
    );
    const variantId = variant?.id ?? '';
    await query(`WITH l AS (UPDATE stock_levels SET on_hand = on_hand + 100000 WHERE variant_id = '${variantId}' RETURNING id)
      INSERT INTO stock_movements (id, stock_level_id, reason, on_hand_delta, reserved_delta, actor, created_at)
      SELECT gen_random_uuid(), id, 'received', 100000, 0, 'system', now() FROM l`);
    const told = new Map<string, string>();
    let going = true;
    const client = async (): Promise<void> => {
      while (going) {
        const key = randomUUID();
        told.set(key, await checkOut(key, variantId));
      }
    };
    const searched = new Set<string>();
    const searcher = async (): Promise<void> => {
      while (going) searched.add(await search());
    };
    const clients = [...Array.from({ length: CLIENTS }, () => client()), searcher(), searcher()];
    const placed = (): number => [...told.values()].filter((answer) => answer === '201').length;
    await until(() => placed() >= 20, 'the first orders', 60_000);

    for (let restart = 1; restart <= RESTARTS; restart += 1) {
      await postgres.restart();
      const before = placed();
      await until(() => placed() >= before + 20, `orders after restart ${String(restart)}`, 60_000);
    }
    going = false;
    await Promise.all(clients);
    expect([...searched].filter((answer) => !['200', '503 busy'].includes(answer))).toEqual([]);
    const refusals = [...told.values()].filter((answer) => answer !== '201');
    expect(refusals.filter((answer) => answer !== '503 busy application/problem+json')).toEqual([]);
    for (const key of told.keys()) {
      await until(async () => (await checkOut(key, variantId)) === '201', 'an answer to the repeat', 60_000);
    }

    const orders = await query<{ state: string }>('SELECT state FROM orders');
    expect(orders).toHaveLength(told.size);
    expect(new Set(orders.map(({ state }) => state))).toEqual(new Set(['placed']));
    const pending = () => query(`SELECT queue, state, attempts, failure->>'message' AS failure, check_at - now() AS due FROM jobs WHERE state = 'pending'`);
    await until(async () => (await pending()).length === 0, 'every job to be done', 200_000).catch(async (error: unknown) => {
      throw new Error(JSON.stringify((await pending()).slice(0, 5)), { cause: error });
    });
    expect(await faultsInTheBooks({ query } as unknown as TestDatabase)).toEqual([]);
  }, 400_000);
});
