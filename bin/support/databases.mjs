import { join } from 'node:path';
import { Failure, given, reasonOf } from './project.mjs';
import { ensureRedis, pingRedis, startRedis, stopLeftoverRedis } from './redis.mjs';
import { startPostgres, stopLeftoverPostgres } from './postgres.mjs';

/**
 * A database server the shop uses: one that was started here, or the operator's own.
 *
 * @typedef {object} Server
 * @property {string} url
 * @property {import('./supervise.mjs').Running | null} running null if it is the operator's
 * @property {() => Promise<import('./supervise.mjs').Running>} restart starts it again under the same URL
 */

const SETTINGS = { shared_buffers: '128MB', max_connections: '200' };
const OLDEST_POSTGRES = 15;

/** The operator's own servers need no restart of ours. */
const operatorsOwn = (/** @type {string} */ url) => ({
  url,
  running: null,
  restart: () => Promise.reject(new Failure('The operator runs this server.')),
});

/**
 * Checks the PostgreSQL that DATABASE_URL names, or starts one with its data in the data folder.
 *
 * @param {string} dataDir
 * @returns {Promise<Server>}
 * @throws Failure if it cannot be reached or started; never shows a password
 */
export async function providePostgres(dataDir) {
  const url = given('DATABASE_URL');
  if (url !== undefined) {
    await checkPostgres(url);
    return operatorsOwn(url);
  }
  const start = (/** @type {number | undefined} */ port) =>
    startPostgres({ dataDir: join(dataDir, 'postgres'), logFile: join(dataDir, 'logs', 'postgres.log'), settings: SETTINGS, port });
  const running = await start(undefined);
  return { url: running.url, running, restart: () => start(running.port) };
}

/**
 * Checks the Redis that REDIS_URL names, or starts one with its data in the data folder.
 *
 * @param {string} dataDir
 * @returns {Promise<Server>}
 * @throws Failure if it cannot be reached or started; never shows a password
 */
export async function provideRedis(dataDir) {
  const url = given('REDIS_URL');
  if (url !== undefined) {
    const { shown } = parse('REDIS_URL', url, /^rediss?:$/, 'redis://:password@host:port/database');
    const fault = await pingRedis(url);
    if (fault !== null) throw unreachable('REDIS_URL', 'Redis', shown, fault);
    return operatorsOwn(url);
  }
  const start = (/** @type {number | undefined} */ port) =>
    startRedis({ dataDir: join(dataDir, 'redis'), logFile: join(dataDir, 'logs', 'redis.log'), port });
  const running = await start(undefined);
  return { url: running.url, running, restart: () => start(running.port) };
}

/**
 * Sees to it that Redis can be started, unless the operator has one.
 *
 * @returns {Promise<void>}
 */
export async function ensureRedisProgram() {
  if (given('REDIS_URL') === undefined) await ensureRedis();
}

/**
 * Stops the servers that a killed start left running.
 *
 * @param {string} dataDir
 * @returns {Promise<boolean>} whether there were any
 */
export async function stopLeftoverServers(dataDir) {
  const hadRedis = await stopLeftoverRedis(join(dataDir, 'redis'));
  const hadPostgres = await stopLeftoverPostgres(join(dataDir, 'postgres'));
  return hadRedis || hadPostgres;
}

/** @type {(url: string) => Promise<void>} */
async function checkPostgres(url) {
  const { shown } = parse('DATABASE_URL', url, /^postgres(ql)?:$/, 'postgres://user:password@host:port/database');
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query('SHOW server_version_num');
    const major = Math.floor(Number(rows[0].server_version_num) / 10_000);
    if (major < OLDEST_POSTGRES) throw new Error(`it is PostgreSQL ${major}, Orderly needs ${OLDEST_POSTGRES} or later`);
  } catch (error) {
    throw unreachable('DATABASE_URL', 'PostgreSQL', shown, reasonOf(error));
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** @type {(name: string, url: string, protocol: RegExp, form: string) => { shown: string }} */
function parse(name, url, protocol, form) {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !protocol.test(parsed.protocol)) throw new Failure(`${name} is not a URL of the form ${form}.`);
  const user = parsed.username ? `${decodeURIComponent(parsed.username)}@` : '';
  return { shown: `${user}${parsed.host}${parsed.pathname}` };
}

/** @type {(name: string, server: string, shown: string, reason: string) => Failure} */
function unreachable(name, server, shown, reason) {
  return new Failure(
    `${name}: ${server} at ${shown} cannot be used: ${reason}.\n` +
      `Correct ${name}, or unset it to have a ${server} started for you.`,
  );
}
