import { join } from 'node:path';
import { logTail, readLog } from './files.mjs';
import { launchGuard } from './guard.mjs';
import { freePort } from './ports.mjs';
import { postgresAccount } from './postgres-account.mjs';
import { postgresBinaries } from './postgres-binaries.mjs';
import { ensureCluster, keptPasswords, reachableFolder, removeFolders, serverEnvironment, stopLeftoverPostgres } from './postgres-folder.mjs';
import { launch, stopProcess } from './processes.mjs';
import { Failure, pause, reasonOf } from './project.mjs';

/**
 * A running PostgreSQL.
 *
 * @typedef {object} Postgres
 * @property {string} url database `orderly`, by its owner `orderly`, who may create databases
 * @property {string} adminUrl database `postgres`, by the superuser
 * @property {number} port
 * @property {number} pid
 * @property {Promise<string>} exited settles with how the server ended
 * @property {string} logFile
 * @property {() => Promise<void>} stop ends every session, stops the server and, unless persistent, removes its data
 */

/**
 * A started server and what is needed to reach it.
 *
 * @typedef {{ server: import('./processes.mjs').Launched, port: number }} Started
 */

const DATABASE = 'orderly';
const START_TIMEOUT_MS = 60_000;
const MEMORY_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 40;

/**
 * Starts a real PostgreSQL that listens on 127.0.0.1 alone; makes its cluster if there is none.
 * One that a killed start left on the same folder is stopped first.
 *
 * @param {object} what
 * @param {string} what.dataDir the server's own folder
 * @param {string} what.logFile
 * @param {number} [what.port] any free one by default
 * @param {boolean} [what.persistent] if false, the data is removed by `stop`, and server and data
 *   do not outlive this process, even if it is killed
 * @param {Record<string, string>} [what.settings] of postgresql.conf
 * @returns {Promise<Postgres>}
 * @throws Failure if it does not start; with the end of its log
 */
export async function startPostgres({ dataDir, logFile, port, persistent = true, settings = {} }) {
  const account = await postgresAccount();
  const binaries = await postgresBinaries(account);
  const folder = await reachableFolder(dataDir, account, persistent);
  const folders = [...new Set([folder, dataDir])];
  const guard = persistent ? null : launchGuard(folders);
  try {
    await stopLeftoverPostgres(dataDir);
    const cluster = await ensureCluster({ binaries, folder, account, isDurable: persistent });
    const passwords = keptPasswords(folder);
    const launchOn = async (/** @type {number} */ chosen) => {
      const args = ['-D', cluster, '-p', String(chosen), ...settingsAsArguments(settings)];
      const server = await launch({ command: join(binaries, 'postgres'), args, env: serverEnvironment(), logFile, account });
      guard?.watch(server, 'SIGINT');
      return { server, port: chosen };
    };
    const { server, port: taken } = await startAndPrepare(launchOn, port, passwords);
    const stop = async () => {
      await stopProcess(server, 'SIGINT', STOP_TIMEOUT_MS);
      if (!persistent) removeFolders(folders);
      guard?.dismiss();
    };
    return { ...addresses(passwords, taken), port: taken, pid: server.pid, exited: server.exited, logFile, stop };
  } catch (error) {
    if (!persistent) removeFolders(folders);
    guard?.dismiss();
    throw error;
  }
}

/** @type {(settings: Record<string, string>) => string[]} */
function settingsAsArguments(settings) {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', timezone: 'UTC', log_timezone: 'UTC', ...settings };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** @type {(passwords: import('./postgres-folder.mjs').Passwords, port: number) => { url: string, adminUrl: string }} */
function addresses(passwords, port) {
  return {
    url: `postgres://orderly:${passwords.orderly}@127.0.0.1:${port}/${DATABASE}`,
    adminUrl: `postgres://postgres:${passwords.postgres}@127.0.0.1:${port}/postgres`,
  };
}

/**
 * Launches until the server answers: with another port if one was snatched away, and again while
 * what remains of a killed server still holds the cluster's memory.
 *
 * @param {(port: number) => Promise<Started>} launchOn
 * @param {number | undefined} asked
 * @param {import('./postgres-folder.mjs').Passwords} passwords
 * @returns {Promise<Started>}
 */
async function startAndPrepare(launchOn, asked, passwords) {
  const deadline = Date.now() + MEMORY_TIMEOUT_MS;
  for (;;) {
    const started = await launchOn(asked ?? (await freePort()));
    try {
      await prepare(started, passwords);
      return started;
    } catch (error) {
      await stopProcess(started.server, 'SIGINT', STOP_TIMEOUT_MS);
      const { text } = readLog(started.server.logFile, started.server.logFrom);
      const isPortTaken = text.includes('could not bind') && asked === undefined;
      const isMemoryHeld = text.includes('pre-existing shared memory block');
      if ((!isPortTaken && !isMemoryHeld) || Date.now() > deadline) throw error;
      await pause(isMemoryHeld ? 250 : 0);
    }
  }
}

/** @type {(started: Started, passwords: import('./postgres-folder.mjs').Passwords) => Promise<void>} */
async function prepare({ server, port }, passwords) {
  const client = await connect(server, addresses(passwords, port).adminUrl);
  try {
    const { rows } = await client.query(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'orderly') AS role,
              EXISTS (SELECT FROM pg_database WHERE datname = '${DATABASE}') AS database`,
    );
    // The shop's own role is no superuser: what it runs cannot leave its databases.
    const secret = client.escapeLiteral(passwords.orderly);
    if (!rows[0].role) await client.query(`CREATE ROLE orderly LOGIN CREATEDB PASSWORD ${secret}`);
    if (!rows[0].database) await client.query(`CREATE DATABASE ${DATABASE} OWNER orderly`);
  } finally {
    await client.end();
  }
}

/** @type {(server: import('./processes.mjs').Launched, url: string) => Promise<import('pg').Client>} */
async function connect(server, url) {
  const { default: pg } = await import('pg');
  let ended = '';
  void server.exited.then((how) => (ended = how));
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url, ssl: false, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      const trouble = ended ? `ended (${ended})` : reasonOf(error);
      if (ended || Date.now() > deadline) {
        throw new Failure(`PostgreSQL did not start: ${trouble}.\n${logTail(server.logFile, server.logFrom)}`);
      }
      await pause(POLL_MS);
    }
  }
}

export { stopLeftoverPostgres };
