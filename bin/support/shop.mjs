import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { keptSecret, logTail, readLog } from './files.mjs';
import { choosePort, hostInUrl } from './ports.mjs';
import { launch, recordProcess, stopProcess, stopRecorded } from './processes.mjs';
import { Failure, given, pause, root, say } from './project.mjs';

/**
 * A process of the shop and how to reach it.
 *
 * @typedef {object} Part
 * @property {string} name
 * @property {string} url
 * @property {import('./supervise.mjs').Running & import('./processes.mjs').Launched} running
 * @property {() => Promise<import('./supervise.mjs').Running>} restart starts it again on the same port
 */

/**
 * What makes the API and the worker differ.
 *
 * @typedef {{ name: 'api' | 'worker', program: string, portName: string, usualPort: number }} Kind
 */

/** @type {Kind} */
const API = { name: 'api', program: join(root, 'dist', 'src', 'main.js'), portName: 'PORT', usualPort: 3000 };
/** @type {Kind} */
const WORKER = { name: 'worker', program: join(root, 'dist', 'src', 'worker.js'), portName: 'WORKER_PORT', usualPort: 3001 };

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
const PORT_ATTEMPTS = 5;

/** What one of our processes may take to finish its work: a little more than it gives itself. */
const stopTimeoutMs = () => Math.max(25_000, Number(given('SHUTDOWN_TIMEOUT_MS') ?? 0) + 5_000);

/**
 * The environment of the shop's processes: the operator's, completed by what is needed and not set.
 *
 * @param {string} dataDir
 * @param {{ databaseUrl: string, redisUrl: string }} servers
 * @returns {NodeJS.ProcessEnv}
 */
export function shopEnvironment(dataDir, { databaseUrl, redisUrl }) {
  const operators = { ...process.env };
  // libpq's variables would complete the URL of our own server with what is meant for another.
  if (given('DATABASE_URL') === undefined) {
    for (const name of Object.keys(operators)) if (/^PG[A-Z]+$/.test(name)) delete operators[name];
  }
  return {
    ...operators,
    NODE_ENV: given('NODE_ENV') ?? 'production',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    APP_SECRET: given('APP_SECRET') ?? keptSecret(join(dataDir, 'app-secret')),
    ...(given('SMTP_URL') ? {} : { MAILBOX_DIR: mailboxFolder(dataDir) }),
  };
}

/**
 * Where mails are written while there is no mail server.
 *
 * @param {string} dataDir
 * @returns {string}
 */
export function mailboxFolder(dataDir) {
  const folder = given('MAILBOX_DIR') ?? join(dataDir, 'mailbox');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/**
 * Stops the API and the worker that a killed start left running.
 *
 * @param {string} dataDir
 * @returns {Promise<boolean>} whether there were any
 */
export async function stopLeftoverShop(dataDir) {
  const stopped = await Promise.all(
    [API, WORKER].map(({ name, program }) => stopRecorded(recordFile(dataDir, name), program, 'SIGTERM', stopTimeoutMs())),
  );
  return stopped.some(Boolean);
}

/** @type {(dataDir: string, name: string) => string} */
const recordFile = (dataDir, name) => join(dataDir, 'run', `${name}.json`);

/**
 * Starts the API and the worker and waits until both are ready. If a port that the operator did
 * not name is snatched away meanwhile, both start again with others: each knows the API's address.
 *
 * @param {object} what
 * @param {string} what.dataDir
 * @param {NodeJS.ProcessEnv} what.environment as of `shopEnvironment`
 * @param {AbortSignal} what.signal ends the wait
 * @returns {Promise<Record<Kind['name'], Part>>}
 * @throws Failure if one ends, or is not ready in time; with the end of its log
 */
export async function startShop({ dataDir, environment, signal }) {
  for (let attempt = 1; ; attempt++) {
    const { urls, env } = await choosePorts(environment);
    const parts = await Promise.all([API, WORKER].map((kind) => launchPart(kind, { dataDir, env, url: urls[kind.name] })));
    const failed = new AbortController();
    const waits = parts.map((part) =>
      untilReady(part, AbortSignal.any([signal, failed.signal])).catch((error) => {
        // Whichever fails first ends the wait for the other one.
        failed.abort(error);
        throw error;
      }),
    );
    await Promise.allSettled(waits);
    const [api, worker] = parts;
    if (api && worker && !failed.signal.aborted) return { api, worker };
    await Promise.all(parts.map((part) => part.running.stop()));
    signal.throwIfAborted();
    const wasSnatched = parts.some(({ running }) => readLog(running.logFile, running.logFrom).text.includes('EADDRINUSE'));
    if (!wasSnatched || attempt === PORT_ATTEMPTS) throw failed.signal.reason;
  }
}

/**
 * Checks the ports that the operator names.
 *
 * @throws Failure if one is no port, or is taken
 */
export async function checkPorts() {
  await choosePorts({});
}

/** @type {(environment: NodeJS.ProcessEnv) => Promise<{ urls: Record<Kind['name'], string>, env: NodeJS.ProcessEnv }>} */
async function choosePorts(environment) {
  const host = given('HOST') ?? '127.0.0.1';
  const api = await choosePort(API.portName, API.usualPort, host);
  const worker = await choosePort(WORKER.portName, WORKER.usualPort, host, api.port);
  const urlOf = (/** @type {number} */ port) => `http://${hostInUrl(host)}:${port}`;
  return {
    urls: { api: urlOf(api.port), worker: urlOf(worker.port) },
    env: {
      ...environment,
      HOST: host,
      PORT: String(api.port),
      WORKER_PORT: String(worker.port),
    },
  };
}

/** A small young generation: half the memory, for a few more short collections. */
const NODE_FLAGS = ['--max-semi-space-size=2'];

/** @type {(kind: Kind, what: { dataDir: string, env: NodeJS.ProcessEnv, url: string }) => Promise<Part>} */
async function launchPart({ name, program }, { dataDir, env, url }) {
  const restart = async () => {
    const logFile = join(dataDir, 'logs', `${name}.log`);
    const launched = await launch({ command: process.execPath, args: [...NODE_FLAGS, program], env, cwd: root, logFile });
    recordProcess(recordFile(dataDir, name), launched);
    const stop = async () => {
      const isPrompt = await stopProcess(launched, 'SIGTERM', stopTimeoutMs());
      if (!isPrompt) say(`The ${name} (process ${launched.pid}) did not stop in time and was killed.`);
    };
    return { ...launched, stop };
  };
  return { name, url, running: await restart(), restart };
}

/** @type {(part: Part, signal: AbortSignal) => Promise<void>} */
async function untilReady({ name, running, url }, signal) {
  let ended = '';
  void running.exited.then((how) => (ended = how));
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const trouble = await healthOf(url);
    if (trouble === null && !ended) return;
    signal.throwIfAborted();
    if (ended || Date.now() > deadline) {
      const reason = ended ? `ended (${ended})` : `is not ready after ${READY_TIMEOUT_MS / 1_000} s (${trouble})`;
      throw new Failure(`The ${name} ${reason}.\n${logTail(running.logFile, running.logFrom)}`);
    }
    await pause(POLL_MS);
  }
}

/** @type {(url: string) => Promise<string | null>} */
async function healthOf(url) {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
    const text = await answer.text();
    return answer.status === 200 ? null : `${answer.status} ${text.slice(0, 200)}`;
  } catch {
    return 'no answer';
  }
}
