import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ensureBuild } from '../bin/support/build.mjs';
import { startPostgres } from '../bin/support/postgres.mjs';
import { startRedis } from '../bin/support/redis.mjs';
import { countingProxy } from './count-proxy.mjs';
import { call, load } from './load.mjs';
import { memoryOf, prepareDatabase, startProgram, UNLIMITED } from './shop.mjs';

const USAGE = `Usage: node bench/run.mjs [--seconds N] [--rounds N] [--connections N] [--endpoints a,b] [--no-cache]

Measures the shop against bare node:http + pg handlers with the same statements, in one run
on this machine: what counts are the ratios. Takes about two minutes.
--endpoints measures these alone, and no starts; --no-cache lets neither side keep answers.
`;
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '16' },
    endpoints: { type: 'string' },
    'no-cache': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
/** A small young generation: half the memory, for a few more short collections. Docker and bin/start set it too. */
const FLAGS = ['--max-semi-space-size=2'];
const API = [...FLAGS, 'dist/src/main.js'];
const IDLE_MS = 10_000;
const STARTS = 5;

const order = (variantId) =>
  JSON.stringify({
    items: [{ variantId, quantity: 1 }],
    email: 'bench@example.com',
    shippingAddress: { name: 'Bench', line1: 'Main Street 1', city: 'Berlin', postalCode: '10115', country: 'DE' },
    payment: { provider: 'test' },
  });

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function once(url, what) {
  const { hostname, port } = new URL(url);
  const { status, text } = await call({ hostname, port, ...what });
  if (status >= 400) throw new Error(`${what.path} answered ${status}: ${text}`);
  return JSON.parse(text);
}

/** Carts to add to, one a connection. */
function makeCarts(url, count) {
  return Promise.all(Array.from({ length: count }, () => once(url, { method: 'POST', path: '/v1/carts', body: '{}' })));
}

/** The four endpoints: one request each, for a number that grows. */
function endpoints(variantIds, carts) {
  const variant = (n) => variantIds[(n * 7919) % variantIds.length];
  return {
    // Few enough that each is kept, where answers are kept.
    productDetail: (n) => ({ method: 'GET', path: `/v1/products/bench-${((n * 7919) % 100) + 1}` }),
    productList: () => ({ method: 'GET', path: '/v1/products?limit=20' }),
    addToCart: (n) => {
      const cart = carts[n % carts.length];
      return {
        method: 'POST',
        path: `/v1/carts/${cart.id}/items`,
        headers: { 'X-Cart-Token': cart.token },
        body: JSON.stringify({ variantId: variant(n), quantity: 1 }),
      };
    },
    placeOrder: (n) => ({
      method: 'POST',
      path: '/v1/orders',
      headers: { 'Idempotency-Key': randomUUID() },
      body: order(variant(n)),
    }),
  };
}

/** The statements of each endpoint, as the API sends them, and how many round trips they take. */
async function recordStatements(env, variantIds, directory) {
  const file = join(directory, 'statements.jsonl');
  const proxy = await countingProxy(env.DATABASE_URL);
  const api = await startProgram({
    args: ['--import', './bench/record-statements.mjs', ...API],
    env: { ...env, RECORD_FILE: file, DATABASE_URL: proxy.url, DATABASE_POOL_SIZE: '1' },
  });
  const [cart] = await makeCarts(api.url, 1);
  const statements = {};
  const counts = {};
  for (const [name, next] of Object.entries(endpoints(variantIds, [cart]))) {
    await once(api.url, next(1));
    const from = existsSync(file) ? readFileSync(file, 'utf8').length : 0;
    const before = { ...proxy.counts };
    await once(api.url, next(2));
    statements[name] = readFileSync(file, 'utf8').slice(from).trim().split('\n').map((line) => JSON.parse(line));
    counts[name] = {
      statements: proxy.counts.statements - before.statements,
      roundTrips: proxy.counts.roundTrips - before.roundTrips,
    };
  }
  await api.stop();
  proxy.close();
  const statementsFile = join(directory, 'statements.json');
  writeFileSync(statementsFile, JSON.stringify(statements));
  return { statementsFile, counts };
}

/** Runs both servers in turn, A B A B, and answers the median of the ratios. */
async function compare(name, api, bare, nextFor) {
  const [seconds, connections] = [Number(options.seconds), Number(options.connections)];
  const rounds = [];
  await load({ url: api.url, connections, seconds: 1, next: nextFor.api });
  await load({ url: bare.url, connections, seconds: 1, next: nextFor.bare });
  for (let round = 0; round < Number(options.rounds); round += 1) {
    const shop = await load({ url: api.url, connections, seconds, next: nextFor.api });
    const handler = await load({ url: bare.url, connections, seconds, next: nextFor.bare });
    rounds.push({ shop, handler, ratio: shop.perSecond / handler.perSecond });
  }
  const of = (pick) => median(rounds.map(pick));
  return {
    endpoint: name,
    ratio: of(({ ratio }) => ratio).toFixed(2),
    'shop req/s': Math.round(of(({ shop }) => shop.perSecond)),
    'bare req/s': Math.round(of(({ handler }) => handler.perSecond)),
    'shop p50 ms': of(({ shop }) => shop.p50).toFixed(1),
    'shop p95 ms': of(({ shop }) => shop.p95).toFixed(1),
    'bare p95 ms': of(({ handler }) => handler.p95).toFixed(1),
  };
}

async function measureStarts(env) {
  const times = { api: [], worker: [] };
  for (let start = 0; start < STARTS; start += 1) {
    const api = await startProgram({ args: API, env });
    const worker = await startProgram({ args: [...FLAGS, 'dist/src/worker.js'], env, portName: 'WORKER_PORT' });
    times.api.push(api.readyMs);
    times.worker.push(worker.readyMs);
    if (start === STARTS - 1) await delay(IDLE_MS);
    if (start === STARTS - 1) times.memory = [memoryOf(api.pid), memoryOf(worker.pid)];
    await Promise.all([api.stop(), worker.stop()]);
  }
  return times;
}

async function measure(env, directory) {
  const variantIds = await prepareDatabase(env);
  const { statementsFile, counts } = await recordStatements(env, variantIds, directory);
  const api = await startProgram({ args: API, env });
  const bare = await startProgram({
    args: ['bench/bare.mjs'],
    env: { ...env, STATEMENTS_FILE: statementsFile },
    path: '/v1/products/bench-1',
  });
  const connections = Number(options.connections);
  const shops = endpoints(variantIds, await makeCarts(api.url, connections));
  const bares = endpoints(variantIds, await makeCarts(api.url, connections));
  for (const name of ['productDetail', 'productList']) {
    const [ours, theirs] = [await once(api.url, shops[name](5)), await once(bare.url, bares[name](5))];
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
      throw new Error(`${name}: the two answers differ:\n${JSON.stringify(ours)}\n${JSON.stringify(theirs)}`);
    }
  }
  const rows = [];
  for (const name of options.endpoints?.split(',') ?? Object.keys(shops)) {
    rows.push({ ...(await compare(name, api, bare, { api: shops[name], bare: bares[name] })), ...counts[name] });
  }
  await Promise.all([api.stop(), bare.stop().catch(() => undefined)]);
  console.table(rows);
  if (options.endpoints) return;
  const { api: apiStarts, worker: workerStarts, memory } = await measureStarts(env);
  const sum = (kind) => memory.reduce((total, one) => total + one[kind], 0).toFixed(0);
  console.log(`start to ready, median of ${STARTS}: API ${median(apiStarts).toFixed(0)} ms, worker ${median(workerStarts).toFixed(0)} ms`);
  console.log(`idle memory of API and worker together: ${sum('pss')} MiB (PSS), ${sum('rss')} MiB (RSS, shared pages counted twice)`);
  console.log('HTTP calls from nothing to an order: 2 (list, order with items); 3 with a cart');
}

if (options.help) {
  process.stdout.write(USAGE);
} else {
  await ensureBuild();
  const directory = await mkdtemp(join(tmpdir(), 'orderly-bench-'));
  await chmod(directory, 0o711);
  const postgres = await startPostgres({ dataDir: join(directory, 'postgres'), persistent: false, logFile: join(directory, 'postgres.log') });
  const redis = await startRedis({ dataDir: join(directory, 'redis'), persistent: false, appendOnly: false, logFile: join(directory, 'redis.log') });
  try {
    const secret = randomUUID() + randomUUID();
    const servers = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, APP_SECRET: secret };
    const cache = options['no-cache'] ? { PRODUCT_CACHE_MS: '0' } : {};
    await measure({ ...servers, LOG_LEVEL: 'warn', NODE_ENV: 'production', ...UNLIMITED, ...cache }, directory);
  } finally {
    await Promise.all([postgres.stop(), redis.stop()]);
    await rm(directory, { recursive: true, force: true });
  }
}
