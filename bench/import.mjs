import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { get, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { spawn } from 'node:child_process';
import pg from 'pg';
import { ensureBuild } from '../bin/support/build.mjs';
import { startPostgres } from '../bin/support/postgres.mjs';
import { startRedis } from '../bin/support/redis.mjs';
import { memoryOf, startProgram, UNLIMITED } from './shop.mjs';

const USAGE = `Usage: [PRODUCTS=50000] node bench/import.mjs

Imports PRODUCTS products of two variants each from NDJSON, exports and imports them again, and puts the
same rows into the same tables with a bare COPY, all in one run on this machine: what counts are the ratios.
The COPY is one transaction, at whose end PostgreSQL writes the rows of the search, as it does for each batch of
an import; the ratio without these is told as well.
Prints how much larger API and worker became meanwhile.
`;
const PRODUCTS = Number(process.env.PRODUCTS ?? 50_000);
const FLAGS = ['--max-semi-space-size=2'];
const TABLES = ['products', 'variants', 'stock_levels', 'stock_movements'];
const ADMIN = { ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'a-password-of-the-bench' };

function lineOf(n) {
  const variant = (size) => ({
    sku: `BENCH-${n}-${size}`,
    price: { amount: 1_000 + (n % 900), currency: 'EUR' },
    stock: 1 + (n % 50),
    options: { Size: size },
    weightGrams: 250,
  });
  return `${JSON.stringify({
    slug: `bench-${n}`,
    title: `Bench product ${n}`,
    description: `A fine thing to have at home, number ${n}. `.repeat(12),
    vendor: `Vendor ${n % 40}`,
    category: `Category ${n % 12}`,
    tags: [`tag${n % 9}`, `tag${n % 7}-more`],
    images: [{ url: `https://images.example.com/${n}.jpg`, alt: `Picture ${n}` }],
    options: [{ name: 'Size', values: ['S', 'M'] }],
    seo: { title: `Buy product ${n}`, description: null },
    metadata: { season: '2026-summer', row: n },
    variants: [variant('S'), variant('M')],
  })}\n`;
}

function* linesOfFile() {
  for (let n = 0; n < PRODUCTS; n += 100) {
    let text = '';
    for (let line = n; line < Math.min(PRODUCTS, n + 100); line += 1) text += lineOf(line);
    yield text;
  }
}

/** Runs `work` and says how long it took, and by how many MiB each program was larger at most than before. */
async function measured(programs, work) {
  const before = programs.map(({ pid }) => memoryOf(pid).rss);
  const most = [...before];
  const timer = setInterval(() => {
    programs.forEach(({ pid }, index) => {
      most[index] = Math.max(most[index], memoryOf(pid).rss);
    });
  }, 100);
  const start = performance.now();
  const result = await work();
  const seconds = (performance.now() - start) / 1_000;
  clearInterval(timer);
  return { result, seconds, growth: most.map((rss, index) => Math.round(rss - before[index])) };
}

async function bodyOf(response) {
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

async function signIn({ url }) {
  const form = new URLSearchParams({ grant_type: 'password', username: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD });
  const response = await fetch(`${url}/v1/auth/token`, { method: 'POST', body: form });
  return (await response.json()).access_token;
}

async function upload({ url }, token) {
  const call = request(`${url}/v1/admin/imports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
  });
  const answered = once(call, 'response');
  await pipeline(Readable.from(linesOfFile()), call);
  const [response] = await answered;
  const operation = await bodyOf(response);
  if (response.statusCode !== 202) throw new Error(`The upload was answered ${response.statusCode}: ${JSON.stringify(operation)}`);
  return operation;
}

async function ended({ url }, token, { id }) {
  for (;;) {
    const operation = await (await fetch(`${url}/v1/admin/operations/${id}`, { headers: { authorization: `Bearer ${token}` } })).json();
    if (operation.state === 'succeeded') return operation.result;
    if (operation.state === 'failed') throw new Error(JSON.stringify(operation));
    await delay(50);
  }
}

/** Bytes and lines of an export. */
async function exportAll({ url }, token, format) {
  const [response] = await once(
    get(`${url}/v1/admin/exports/products?format=${format}`, { headers: { authorization: `Bearer ${token}` } }),
    'response',
  );
  let [bytes, lines] = [0, 0];
  for await (const chunk of response) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
  }
  return { bytes, lines };
}

/** A COPY as pg runs a query: out of a table into a file, or back. */
class Copy {
  constructor(sql, { onData = () => undefined, source } = {}) {
    Object.assign(this, { sql, handleCopyData: ({ chunk }) => onData(chunk), source });
    this.done = new Promise((resolve, reject) => {
      Object.assign(this, { resolve, reject });
    });
  }
  submit(connection) {
    connection.query(this.sql);
  }
  async handleCopyInResponse(connection) {
    for await (const chunk of this.source) {
      connection.sendCopyFromChunk(chunk);
      if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain');
    }
    connection.endCopyFrom();
  }
  handleCommandComplete() {}
  handleError(error) {
    this.reject(error);
  }
  handleReadyForQuery() {
    this.resolve();
  }
}

const copy = (client, ...copied) => client.query(new Copy(...copied)).done;

/** Seconds in which COPY fills the tables with the rows that they hold, by table; `search` are those of the commit. */
async function copyAgain(client, directory) {
  const tables = [...TABLES, 'outbox_events'];
  const fileOf = (table) => join(directory, `${table}.copy`);
  await client.query('SET statement_timeout = 0');
  for (const table of tables) {
    const file = openSync(fileOf(table), 'w');
    await copy(client, `COPY ${table} TO STDOUT`, { onData: (chunk) => writeSync(file, chunk) });
    closeSync(file);
  }
  await client.query(`TRUNCATE ${tables.join(', ')} CASCADE`);
  const seconds = {};
  const timed = async (name, work) => {
    const start = performance.now();
    await work();
    seconds[name] = (performance.now() - start) / 1_000;
  };
  await client.query('BEGIN');
  for (const table of tables) {
    const source = createReadStream(fileOf(table), { highWaterMark: 262_144 });
    await timed(table, () => copy(client, `COPY ${table} FROM STDIN`, { source }));
  }
  await timed('search', () => client.query('COMMIT'));
  return seconds;
}

async function measure(env, directory) {
  const setup = spawn(process.execPath, ['dist/src/setup.js'], { env: { ...process.env, ...env, ...ADMIN }, stdio: ['ignore', 'ignore', 'inherit'] });
  await once(setup, 'exit');
  const api = await startProgram({ args: [...FLAGS, 'dist/src/main.js'], env });
  const profile = process.env.PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.PROFILE}`] : [];
  const worker = await startProgram({ args: [...FLAGS, ...profile, 'dist/src/worker.js'], env, portName: 'WORKER_PORT' });
  const programs = [api, worker];
  const token = await signIn(api);
  const table = [];
  const row = (what, { seconds, growth: [ofApi, ofWorker] = ['', ''] }) => {
    const rate = Math.round(PRODUCTS / seconds);
    table.push({ what, seconds: seconds.toFixed(1), 'products/s': rate, 'API +MiB': ofApi, 'worker +MiB': ofWorker });
  };
  const uploaded = await measured(programs, () => upload(api, token));
  row('upload', uploaded);
  const imported = await measured(programs, () => ended(api, token, uploaded.result));
  if (imported.result.productsCreated !== PRODUCTS) throw new Error(JSON.stringify(imported.result));
  row('import of new products', imported);
  for (const format of ['ndjson', 'shopify-csv']) row(`export as ${format}`, await measured(programs, () => exportAll(api, token, format)));
  const again = await upload(api, token);
  const repeated = await measured(programs, () => ended(api, token, again));
  if (repeated.result.productsUnchanged !== PRODUCTS) throw new Error(JSON.stringify(repeated.result));
  row('import again, nothing new', repeated);
  await Promise.all([api.stop(), worker.stop()]);
  const client = new pg.Client({ connectionString: env.DATABASE_URL });
  await client.connect();
  const seconds = await copyAgain(client, directory).finally(() => client.end());
  const tables = TABLES.reduce((sum, name) => sum + seconds[name], 0);
  const copied = tables + seconds.search;
  row('bare COPY of the same rows', { seconds: copied });
  row('bare COPY, with the events as well', { seconds: copied + seconds.outbox_events });
  row('bare COPY, without the search rows', { seconds: tables });
  console.table(table);
  const ratio = (copying) => (copying / imported.seconds).toFixed(2);
  console.log(`the import has ${ratio(copied)} of the speed of the bare COPY, ${ratio(copied + seconds.outbox_events)} of that ` +
    `with the events, ${ratio(tables)} of that without the search rows`);
}

if (process.argv.includes('--help')) {
  process.stdout.write(USAGE);
} else {
  await ensureBuild();
  const directory = await mkdtemp(join(tmpdir(), 'orderly-bench-'));
  await chmod(directory, 0o711);
  const postgres = await startPostgres({ dataDir: join(directory, 'postgres'), persistent: false, logFile: join(directory, 'postgres.log') });
  const redis = await startRedis({ dataDir: join(directory, 'redis'), persistent: false, appendOnly: false, logFile: join(directory, 'redis.log') });
  try {
    const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, APP_SECRET: randomUUID() + randomUUID() };
    await measure({ ...env, LOG_LEVEL: 'warn', NODE_ENV: 'production', ...UNLIMITED }, directory);
  } finally {
    await Promise.all([postgres.stop(), redis.stop()]);
    await rm(directory, { recursive: true, force: true });
  }
}
