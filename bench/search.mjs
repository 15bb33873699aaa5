import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ensureBuild } from '../bin/support/build.mjs';
import { startPostgres } from '../bin/support/postgres.mjs';
import { startRedis } from '../bin/support/redis.mjs';
import { makeCatalogue, randomOf } from './catalogue.mjs';
import { call, load } from './load.mjs';
import { startProgram, UNLIMITED } from './shop.mjs';

const USAGE = `Usage: node bench/search.mjs [--sizes 10000,1000000] [--requests N] [--seconds N] [--rounds N] [--cache] [--postgres URL]

Makes a catalogue of each size and measures the search by class of query, over HTTP: one client at a
time (p50, p95), and 16 clients (requests a second, and their ratio to those of the first size, measured in turns).
Fails where any of them was answered by reading the whole of a large table.
Products that were found before are read again each time, as for buyers who all search for something else; with
--cache they are kept, as they are in a shop.
--postgres takes a running server of your own, whose catalogues stay and are used again.
`;
const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,1000000' },
    requests: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    cache: { type: 'boolean', default: false },
    postgres: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const CLIENTS = 16;
const QUERIES = 40;
/** Of searches that are all different: no connection keeps all of their plans, and no process all of their words. */
const DIFFERENT_QUERIES = 2_000;
const WARM_UP = 40;
/** Requests after which a process has compiled what they all take, whichever size it serves. */
const WARM_UP_REQUESTS = 4_000;
const WARM_UP_SECONDS = 120;
const DEEP_PAGES = 50;
/** Rows of a table that no search may read all of. */
const LARGE_TABLE = 5_000;
/** After which PostgreSQL has written what an idle connection has counted. */
const STATISTICS_MS = 11_000;
const SETTINGS = { shared_buffers: '1GB', max_wal_size: '8GB', maintenance_work_mem: '256MB' };

async function exists(server, name) {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  const { rows } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (rows.length === 0) await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return rows.length > 0;
}

/** Makes the catalogue of a size, unless the server has it already. */
async function prepare(server, size) {
  const name = `catalogue_${String(size)}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const known = await exists(server, name);
  const pool = new pg.Pool({ connectionString: url.href, max: 3 });
  if (!known) {
    const { DataSource } = await import('typeorm');
    const { dataSourceOptions } = await import('../dist/src/infrastructure/database/data-source.js');
    const { migrate } = await import('../dist/src/infrastructure/database/migrate.js');
    const limits = { poolSize: 2, statementTimeoutMs: 60_000, lockTimeoutMs: 60_000 };
    const source = await new DataSource(dataSourceOptions({ url: url.href, ...limits }, [])).initialize();
    await migrate(source);
    await source.destroy();
    const start = performance.now();
    await makeCatalogue(pool, size);
    await countWords(pool);
    console.log(`${String(size)} products made and counted in ${((performance.now() - start) / 1_000).toFixed(0)} s`);
  }
  await keepBest(pool);
  return { url: url.href, pool };
}

async function countWords(pool) {
  const { SearchIndexRepository } = await import('../dist/src/modules/products/search/search-index.repository.js');
  const client = await pool.connect();
  const start = performance.now();
  await client.query('BEGIN');
  await new SearchIndexRepository().countAll({ query: async (sql, values) => (await client.query(sql, values)).rows });
  await client.query('COMMIT');
  for (const table of ['search_terms', 'search_deletions']) await client.query(`VACUUM ANALYZE ${table}`);
  client.release();
  console.log(`words counted in ${((performance.now() - start) / 1_000).toFixed(0)} s`);
}

/** Keeps the best products by themselves, as a worker does each minute. */
async function keepBest(pool) {
  const { BestProductsRepository } = await import('../dist/src/modules/products/search/best-products.repository.js');
  const { BestProductsService } = await import('../dist/src/modules/products/search/best-products.service.js');
  const { envSchema } = await import('../dist/config/env.schema.js');
  const client = await pool.connect();
  const start = performance.now();
  const transaction = async (work) => {
    await client.query('BEGIN');
    const done = await work({ query: async (sql, values) => (await client.query(sql, values)).rows });
    await client.query('COMMIT');
    return done;
  };
  const search = { bestProducts: envSchema.shape.SEARCH_BEST_PRODUCTS.parse(undefined) };
  await new BestProductsService(new BestProductsRepository(), { transaction }, { search }).keep();
  client.release();
  console.log(`best products kept in ${((performance.now() - start) / 1_000).toFixed(0)} s`);
}

/** Words of the catalogue that are in about a share of the products, in no order. */
async function wordsOf(pool, share, count) {
  const { rows } = await pool.query(
    `SELECT word FROM (
       SELECT substr(t.term, 2) AS word, s.documents FROM search_terms t
       JOIN search_terms s ON s.term = (SELECT min(lexeme) FROM unnest(to_tsvector('english', substr(t.term, 2))))
       WHERE t.term >= '=' AND t.term < '>' AND t.term ~ '^=[a-z]{5,}$') w
     ORDER BY abs(ln(documents::float / $1)) LIMIT $2`,
    [Math.max(2, share * (await countOf(pool))), count],
  );
  return rows.map(({ word }) => word);
}

async function countOf(pool) {
  const { rows } = await pool.query(`SELECT documents FROM search_terms WHERE term = ''`);
  return rows[0].documents;
}

const swapped = (word) => word.slice(0, 2) + word[3] + word[2] + word.slice(4);

/** The paths of each class of query. */
async function classesOf(pool, url) {
  const random = randomOf(7);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const [third, twentieth, hundredth, rare] = await Promise.all(
    [[1 / 3, 6], [1 / 20, 20], [1 / 100, 60], [1 / 20_000, 200]].map(([share, count]) => wordsOf(pool, share, count)),
  );
  const search = (q, more = '') => `/v1/products?q=${encodeURIComponent(q)}${more}`;
  const many = (make, length = QUERIES) => Array.from({ length }, (_, index) => make(index));
  const anyWords = () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(pick([third, twentieth, hundredth, rare]))).join(' ');
  const three = many(() => `${pick(third)} ${pick(twentieth)} ${pick(hundredth)}`);
  return {
    'common word': many(() => search(pick(third))),
    'rare word': many(() => search(pick(rare))),
    'three words': three.map((q) => search(q)),
    'three rare words': many(() => search(`${pick(hundredth)} ${pick(hundredth)} ${pick(hundredth)}`)),
    'word in 1 %': many(() => search(pick(hundredth))),
    typo: many(() => search(swapped(pick(hundredth.filter((word) => word[2] !== word[3]))))),
    prefix: many(() => search(pick(hundredth).slice(0, 4))),
    'filters only': many((index) => `/v1/products?vendor=Vendor+${String(1 + (index % 20))}&option=Size:M&inStock=true&sort=price`),
    'deep cursor': await deepPaths(url, third.map((word) => search(word, '&limit=100'))),
    'common word, facets': many(() => search(pick(third), '&facets=true')),
    'three words, facets': three.map((q) => search(q, '&facets=true&inStock=true')),
    'filters, facets': many((index) => `/v1/products?vendor=Vendor+${String(1 + (index % 20))}&facets=true`),
    'all different': many(() => search(anyWords(), pick(['', '', '', '&inStock=true', '&sort=price', '&facets=true'])), DIFFERENT_QUERIES),
    'category page': await categoryPaths(pool),
    suggest: many(() => `/v1/products/suggest?q=${pick(hundredth).slice(0, 3)}`),
  };
}

/** Pages of categories of all sizes. */
async function categoryPaths(pool) {
  const { rows } = await pool.query('SELECT id FROM categories ORDER BY md5(id::text) LIMIT $1', [QUERIES]);
  return rows.map(({ id }) => `/v1/categories/${id}/products`);
}

async function deepPaths(url, firsts) {
  const { hostname, port } = new URL(url);
  const paths = [];
  for (const first of firsts) {
    let path = first;
    for (let page = 0; page < DEEP_PAGES; page += 1) {
      const { status, text } = await call({ hostname, port, method: 'GET', path });
      if (status !== 200) throw new Error(text);
      const { nextCursor } = JSON.parse(text);
      if (nextCursor === null) break;
      path = `${first}&cursor=${nextCursor}`;
    }
    // The page itself is as long as all others; its cursor fits pages of any length.
    paths.push(path.replace('&limit=100', ''));
  }
  return paths;
}

/** The latencies of one client. */
async function latenciesOf(url, paths) {
  const { hostname, port } = new URL(url);
  const latencies = [];
  for (let n = 0; n < WARM_UP + Number(options.requests); n += 1) {
    const start = performance.now();
    const { status, text } = await call({ hostname, port, method: 'GET', path: paths[n % paths.length] });
    if (status !== 200) throw new Error(`${paths[n % paths.length]} answered ${String(status)}: ${text}`);
    if (n >= WARM_UP) latencies.push(performance.now() - start);
  }
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor(latencies.length * share)];
  return { p50: at(0.5), p95: at(0.95) };
}

/** What many clients get of each catalogue, in turns: a machine is not as fast in one minute as in the next. */
async function throughputsOf(shops, name) {
  const rounds = [];
  for (let round = 0; round < Number(options.rounds); round += 1) {
    const perSecond = [];
    for (const { api, classes } of shops) {
      const next = (n) => ({ method: 'GET', path: classes[name][n % classes[name].length] });
      perSecond.push((await load({ url: api.url, connections: CLIENTS, seconds: Number(options.seconds), next })).perSecond);
    }
    rounds.push(perSecond);
  }
  return shops.map((_, index) => ({
    perSecond: median(rounds.map((perSecond) => perSecond[index])),
    ratio: median(rounds.map((perSecond) => perSecond[index] / perSecond[0])),
  }));
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Rows of each large table that were read by going through all of it. */
async function scannedRows(pool) {
  const { rows } = await pool.query(
    `SELECT s.relname AS name, s.seq_tup_read::float AS read FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid WHERE c.reltuples >= $1`,
    [LARGE_TABLE],
  );
  return new Map(rows.map(({ name, read }) => [name, read]));
}

/** What was scanned since; the counts of a connection are complete once it has ended. */
async function checkScans(shops) {
  await delay(STATISTICS_MS);
  for (const { size, pool, scanned } of shops) {
    const now = await scannedRows(pool);
    const more = [...now].map(([name, read]) => [name, read - (scanned.get(name) ?? 0)]).filter(([, read]) => read > 0);
    if (more.length > 0) throw new Error(`At ${String(size)} products, whole tables were read: ${more.map(([name, read]) => `${name}, ${String(read)} rows`).join('; ')}`);
    console.log(`${String(size)} products: none of ${String(now.size)} large tables was read as a whole`);
  }
}

/** A shop with the catalogue of a size, that has compiled what it needs. */
async function startShop(server, redis, size) {
  const { url, pool } = await prepare(server, size);
  const env = { DATABASE_URL: url, REDIS_URL: redis, APP_SECRET: randomUUID() + randomUUID(), LOG_LEVEL: 'error', NODE_ENV: 'production', PRODUCT_CACHE_MS: options.cache ? '2000' : '0', ...UNLIMITED };
  const api = await startProgram({ args: ['dist/src/main.js'], env });
  const classes = await classesOf(pool, api.url);
  await delay(STATISTICS_MS);
  const scanned = await scannedRows(pool);
  // What is measured first would else pay for the compiling of the program.
  const all = Object.values(classes).flat();
  const next = (n) => ({ method: 'GET', path: all[(n * 7919) % all.length] });
  await load({ url: api.url, connections: CLIENTS, seconds: WARM_UP_SECONDS, requests: WARM_UP_REQUESTS, next });
  return { size, pool, api, classes, scanned };
}

async function measure(shops) {
  const results = new Map(shops.map(({ size }) => [size, {}]));
  for (const name of Object.keys(shops[0].classes)) {
    const latencies = [];
    for (const { api, classes } of shops) latencies.push(await latenciesOf(api.url, classes[name]));
    const throughputs = await throughputsOf(shops, name);
    for (const [index, { size }] of shops.entries()) results.get(size)[name] = { ...latencies[index], ...throughputs[index] };
  }
  return results;
}

function print(results, first) {
  for (const [size, classes] of results) {
    console.log(`\n${String(size)} products`);
    console.table(Object.fromEntries(Object.entries(classes).map(([name, { p50, p95, perSecond, ratio }]) => [name, {
      'p50 ms': p50.toFixed(1),
      'p95 ms': p95.toFixed(1),
      [`${String(CLIENTS)} clients, 1/s`]: perSecond.toFixed(0),
      [`of ${String(first)}`]: ratio.toFixed(2),
    }])));
  }
}

if (options.help) {
  process.stdout.write(USAGE);
} else {
  await ensureBuild();
  const sizes = options.sizes.split(',').map(Number);
  const directory = await mkdtemp(join(tmpdir(), 'orderly-bench-'));
  await chmod(directory, 0o711);
  const own = options.postgres === undefined;
  const postgres = own
    ? await startPostgres({ dataDir: join(directory, 'postgres'), persistent: false, settings: SETTINGS, logFile: join(directory, 'postgres.log') })
    : { url: options.postgres, stop: () => Promise.resolve() };
  const redis = await startRedis({ dataDir: join(directory, 'redis'), persistent: false, appendOnly: false, logFile: join(directory, 'redis.log') });
  try {
    const shops = [];
    for (const size of sizes) shops.push(await startShop(postgres.url, redis.url, size));
    print(await measure(shops), sizes[0]);
    await Promise.all(shops.map(({ api }) => api.stop()));
    await checkScans(shops);
    await Promise.all(shops.map(({ pool }) => pool.end()));
  } finally {
    await Promise.all([postgres.stop(), redis.stop()]);
    await rm(directory, { recursive: true, force: true });
  }
  process.exit(0);
}
