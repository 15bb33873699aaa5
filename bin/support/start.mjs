import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { adminCandidate } from './admin.mjs';
import { announce } from './announce.mjs';
import { ensureBuild } from './build.mjs';
import { ensureRedisProgram, providePostgres, provideRedis, stopLeftoverServers } from './databases.mjs';
import { followLogs } from './follow.mjs';
import { ensurePackages } from './install.mjs';
import { takeLock } from './lock.mjs';
import { parseStartOptions, START_USAGE } from './options.mjs';
import { dataFolder, given, say } from './project.mjs';
import { runSetup } from './setup.mjs';
import { checkPorts, mailboxFolder, shopEnvironment, startShop, stopLeftoverShop } from './shop.mjs';
import { supervise } from './supervise.mjs';

/**
 * One run of `bin/start`.
 *
 * @typedef {object} Run
 * @property {string} dataDir
 * @property {AbortSignal} signal aborted when the run shall end
 * @property {(failure: Error) => void} fail ends the run
 * @property {Record<'parts' | 'redis' | 'postgres', (() => Promise<void>)[]>} stops what must be stopped in the end, in this order
 */

/**
 * Starts the shop and keeps it running until SIGINT, SIGTERM or SIGHUP, then stops all of it.
 *
 * @param {string[]} args
 * @returns {Promise<number>} the exit code: 0 if it was asked to stop
 */
export async function main(args) {
  const options = parseStartOptions(args);
  if (options.help) {
    process.stdout.write(START_USAGE);
    return 0;
  }
  // Whoever reads our output may leave; the shop goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const dataDir = dataFolder();
  // PostgreSQL's account passes through the data folder; what is secret in it has its own rights.
  mkdirSync(dataDir, { recursive: true });
  mkdirSync(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  const showLogs = options.verbose ? followLogs(logFiles(dataDir)) : () => undefined;
  const lock = takeLock(join(dataDir, 'run', 'start.json'));
  const ending = new AbortController();
  /** @type {Error | null} */
  let failure = null;
  /** @type {Run} */
  const run = {
    dataDir,
    signal: ending.signal,
    fail: (reason) => {
      if (!ending.signal.aborted) failure = reason;
      ending.abort();
    },
    stops: { parts: [], redis: [], postgres: [] },
  };
  // A repeat is ignored: npm and shells pass on a Ctrl-C that the terminal sent already.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (!ending.signal.aborted) say('\nStopping …');
      ending.abort();
    });
  }
  // Holds this process until all has stopped: what it has launched does not.
  const hold = setInterval(() => undefined, 60_000);
  await bringUp(run, options, lock).catch((error) => run.fail(error));
  if (!run.signal.aborted) await once(run.signal, 'abort');
  const stopFailure = await stopAll(run);
  lock.release();
  clearInterval(hold);
  showLogs();
  if (failure ?? stopFailure) throw failure ?? stopFailure;
  say('Orderly has stopped.');
  return 0;
}

/** @type {(run: Run, options: { json: boolean, verbose: boolean }, lock: import('./lock.mjs').Lock) => Promise<void>} */
async function bringUp(run, options, lock) {
  const { dataDir, signal } = run;
  // The parts first, as they use the servers.
  const hadShop = await stopLeftoverShop(dataDir);
  if ((await stopLeftoverServers(dataDir)) || hadShop) say('Stopped what a killed start had left running.');
  // Before the long work: a named port that is taken stops the start at once.
  await checkPorts();

  await together(run, [ensurePackages(signal), ensureRedisProgram()]);
  const [, postgres, redis] = await together(run, [
    ensureBuild(signal),
    providePostgres(dataDir).then((server) => keep(run, 'postgres', 'PostgreSQL', server)),
    provideRedis(dataDir).then((server) => keep(run, 'redis', 'Redis', server)),
  ]);

  const environment = shopEnvironment(dataDir, { databaseUrl: postgres.url, redisUrl: redis.url });
  const candidate = adminCandidate(dataDir, given('DATABASE_URL') ?? null);
  say('Setting the database up …');
  const { adminCreated, seeded } = await runSetup(
    dataDir,
    { ...environment, ...candidate.environment, SEED_DEMO: given('SEED_DEMO') ?? 'true' },
    signal,
  );
  const admin = candidate.settle(adminCreated);

  say('Starting the API and the worker …');
  const { api, worker } = await startShop({ dataDir, environment, signal });
  for (const [title, part] of /** @type {const} */ ([['The API', api], ['The worker', worker]])) keep(run, 'parts', title, part);
  lock.tell(api.url);
  announce(options, {
    api: api.url,
    admin,
    seeded,
    mailbox: given('SMTP_URL') ? null : mailboxFolder(dataDir),
    logs: join(dataDir, 'logs'),
    pids: { api: api.running.pid, worker: worker.running.pid },
  });
}

/**
 * Keeps a server running until the run ends, and has it stopped then.
 *
 * @template {{ running: import('./supervise.mjs').Running | null, restart: () => Promise<import('./supervise.mjs').Running> }} Kept
 * @param {Run} run
 * @param {keyof Run['stops']} stage
 * @param {string} name
 * @param {Kept} kept
 * @returns {Kept}
 */
function keep(run, stage, name, kept) {
  const { running, restart } = kept;
  if (running) run.stops[stage].push(supervise({ name, running, restart, giveUp: run.fail }).stop);
  return kept;
}

/**
 * Waits for all; the first failure ends the run and thereby the others, and is thrown once they have ended.
 *
 * @template {readonly unknown[]} Work
 * @param {Run} run
 * @param {Work} work
 * @returns {Promise<{ -readonly [Key in keyof Work]: Awaited<Work[Key]> }>}
 */
async function together(run, work) {
  for (const one of work) Promise.resolve(one).catch(run.fail);
  await Promise.allSettled(work);
  run.signal.throwIfAborted();
  return /** @type {any} */ (await Promise.all(work));
}

/**
 * Stops everything: the API and the worker, which still use the servers, then Redis, then PostgreSQL.
 *
 * @param {Run} run
 * @returns {Promise<Error | null>} what could not be stopped
 */
async function stopAll({ stops }) {
  let failure = null;
  for (const stage of [stops.parts, stops.redis, stops.postgres]) {
    for (const outcome of await Promise.allSettled(stage.map((stop) => stop()))) {
      if (outcome.status === 'rejected') failure ??= outcome.reason;
    }
  }
  return failure;
}

/** @type {(dataDir: string) => Record<string, string>} */
function logFiles(dataDir) {
  const names = ['setup', 'api', 'worker', 'postgres', 'redis'];
  return Object.fromEntries(names.map((name) => [name, join(dataDir, 'logs', `${name}.log`)]));
}
