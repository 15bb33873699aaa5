import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { keptSecret, logTail, readLog, writePrivately } from './files.mjs';
import { launchGuard } from './guard.mjs';
import { freePort } from './ports.mjs';
import { launch, recordProcess, run, stopProcess, stopRecorded } from './processes.mjs';
import { Failure, pause, reasonOf, say } from './project.mjs';
import { ensureRedis, findProgram, findRedis } from './redis-install.mjs';

/**
 * A running Redis, or Valkey.
 *
 * @typedef {object} RunningRedis
 * @property {string} url
 * @property {number} port
 * @property {number} pid
 * @property {Promise<string>} exited settles with how the server ended
 * @property {string} logFile
 * @property {() => Promise<void>} stop writes what is to be kept and stops the server; removes its folder unless persistent
 */

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 40;
const PORT_ATTEMPTS = 5;

/**
 * Starts a real Redis that listens on 127.0.0.1 alone, behind a password, and evicts nothing.
 * One that a killed start left on the same folder is stopped first; a log of writes that was
 * cut short or damaged by a crash is repaired.
 *
 * @param {object} what
 * @param {string} what.dataDir the server's own folder
 * @param {string} what.logFile
 * @param {number} [what.port] any free one by default
 * @param {boolean} [what.appendOnly] whether each write is logged, to survive a restart
 * @param {boolean} [what.persistent] if false, the folder is removed by `stop`, and server and folder do not
 *   outlive this process, even if it is killed; by default what `appendOnly` says
 * @returns {Promise<RunningRedis>}
 * @throws Failure if there is no Redis, or if it does not start; with the end of its log
 */
export async function startRedis({ dataDir, logFile, port, appendOnly = true, persistent = appendOnly }) {
  const program = await findRedis();
  if (program === null) throw new Failure('Redis is missing: neither redis-server nor valkey-server is on PATH.');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const guard = persistent ? null : launchGuard([dataDir]);
  const remove = () => {
    if (!persistent) rmSync(dataDir, { recursive: true, force: true, maxRetries: 20 });
    guard?.dismiss();
  };
  try {
    await stopLeftoverRedis(dataDir);
    const password = persistent ? keptSecret(join(dataDir, 'password')) : randomBytes(24).toString('base64url');
    const launchOn = async (/** @type {number} */ chosen) => {
      writePrivately(settingsFile(dataDir), settings({ dataDir, port: chosen, password, appendOnly }));
      const server = await launch({ command: program, args: [settingsFile(dataDir)], env: process.env, logFile });
      recordProcess(recordFile(dataDir), server);
      guard?.watch(server, 'SIGTERM');
      return { server, port: chosen, url: `redis://:${password}@127.0.0.1:${chosen}` };
    };
    const { server, ...rest } = await startUntilReady(launchOn, port, () => repair(program, dataDir));
    const stop = async () => {
      await stopProcess(server, 'SIGTERM', STOP_TIMEOUT_MS);
      rmSync(recordFile(dataDir), { force: true });
      remove();
    };
    return { ...rest, pid: server.pid, exited: server.exited, logFile, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * Stops the Redis that a killed start left running on a folder.
 *
 * @param {string} dataDir as given to `startRedis`
 * @returns {Promise<boolean>} whether there was one
 */
export async function stopLeftoverRedis(dataDir) {
  return stopRecorded(recordFile(dataDir), settingsFile(dataDir), 'SIGTERM', STOP_TIMEOUT_MS);
}

/** @type {(dataDir: string) => string} */
const settingsFile = (dataDir) => join(dataDir, 'redis.conf');
/** @type {(dataDir: string) => string} */
const recordFile = (dataDir) => join(dataDir, 'process.json');

/** @type {(what: { dataDir: string, port: number, password: string, appendOnly: boolean }) => string} */
function settings({ dataDir, port, password, appendOnly }) {
  const quoted = `"${dataDir.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return `${[
    'bind 127.0.0.1',
    `port ${port}`,
    `dir ${quoted}`,
    `requirepass ${password}`,
    `appendonly ${appendOnly ? 'yes' : 'no'}`,
    // The log of writes is what survives; snapshots would only double it.
    'save ""',
    'maxmemory-policy noeviction',
    'daemonize no',
    // The command line keeps naming this file, by which a later start knows its own.
    'set-proc-title no',
  ].join('\n')}\n`;
}

/**
 * Launches until the server answers: with another port if one was snatched away, and once more after a repair.
 *
 * @template {{ server: import('./processes.mjs').Launched, url: string }} Started
 * @param {(port: number) => Promise<Started>} launchOn
 * @param {number | undefined} asked
 * @param {() => Promise<boolean>} repairOnce
 * @returns {Promise<Started>}
 */
async function startUntilReady(launchOn, asked, repairOnce) {
  let isRepaired = false;
  for (let attempt = 1; ; attempt++) {
    const started = await launchOn(asked ?? (await freePort()));
    const { server } = started;
    try {
      await untilReady(server, started.url);
      return started;
    } catch (error) {
      await stopProcess(server, 'SIGTERM', STOP_TIMEOUT_MS);
      const { text } = readLog(server.logFile, server.logFrom);
      const isPortTaken = /Address already in use/i.test(text) && asked === undefined && attempt < PORT_ATTEMPTS;
      const isDamaged = /append only file|AOF/.test(text) && /Bad file format|Unexpected end of file|error reading/i.test(text);
      if (isDamaged && !isRepaired) isRepaired = await repairOnce();
      else if (!isPortTaken) throw error;
    }
  }
}

/** @type {(server: import('./processes.mjs').Launched, url: string) => Promise<void>} */
async function untilReady(server, url) {
  let ended = '';
  void server.exited.then((how) => (ended = how));
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const reason = await pingRedis(url);
    if (reason === null && !ended) return;
    if (ended || Date.now() > deadline) {
      const trouble = ended ? `ended (${ended})` : reason;
      throw new Failure(`Redis did not start: ${trouble}.\n${logTail(server.logFile, server.logFrom)}`);
    }
    await pause(POLL_MS);
  }
}

/**
 * Asks a Redis whether it is ready.
 *
 * @param {string} url
 * @returns {Promise<string | null>} null if it is, else why not
 */
export async function pingRedis(url) {
  const { Redis } = await import('ioredis');
  const client = new Redis(url, {
    lazyConnect: true,
    enableReadyCheck: false,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let fault = '';
  client.on('error', (error) => (fault ||= reasonOf(error)));
  try {
    await client.connect();
    await client.ping();
    return null;
  } catch (error) {
    return fault || reasonOf(error);
  } finally {
    client.disconnect();
  }
}

/** @type {(program: string, dataDir: string) => Promise<boolean>} */
async function repair(program, dataDir) {
  const name = basename(program).replace('-server', '-check-aof');
  const beside = join(dirname(program), name);
  const tool = existsSync(beside) ? beside : findProgram(name);
  const file = [join(dataDir, 'appendonlydir', 'appendonly.aof.manifest'), join(dataDir, 'appendonly.aof')].find((path) =>
    existsSync(path),
  );
  if (tool === null || file === undefined) return false;
  say("Redis's log of writes was damaged when its process was killed; repairing it …");
  // The tool asks whether it may cut the damaged end off.
  const { code, output } = await run('/bin/sh', ['-c', 'echo y | "$1" --fix "$2"', 'sh', tool, file], { output: 'keep' });
  if (code !== 0) say(output.trimEnd());
  return code === 0;
}

export { ensureRedis, findRedis };
