import { spawn, spawnSync } from 'node:child_process';
import { closeSync, readFileSync, rmSync } from 'node:fs';
import { openLog, readJson, writePrivately } from './files.mjs';
import { Failure, pause } from './project.mjs';

/**
 * A process that this one launched.
 *
 * @typedef {object} Launched
 * @property {number} pid
 * @property {string} identity see `identityOf`
 * @property {Promise<string>} exited settles with how it ended, for a message
 * @property {string} logFile
 * @property {number} logFrom where in the log this process's entries begin, in bytes
 */

/**
 * The account a process runs under; empty for one's own.
 *
 * @typedef {{ uid?: number, gid?: number }} Account
 */

const LINUX = process.platform === 'linux';
const POLL_MS = LINUX ? 25 : 100;
const KILL_TIMEOUT_MS = 5_000;

/** @type {Record<'show' | 'keep' | 'inherit', import('node:child_process').StdioOptions>} */
const STDIO = { show: ['ignore', 2, 2], keep: ['ignore', 'pipe', 'pipe'], inherit: 'inherit' };

/**
 * What tells a process from a later one with the same pid: when it was started.
 *
 * @param {number} pid
 * @returns {string | null} null if there is no such process or it has ended and only waits to be reaped
 */
export function identityOf(pid) {
  if (!LINUX) {
    const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
    const [state = '', ...started] = stdout.trim().split(/\s+/);
    return started.length === 0 || state.startsWith('Z') ? null : started.join(' ');
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before the last bracket may hold anything; the state follows it, then proc(5)'s 4th field on.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}:${fields[19]}`;
  } catch {
    return null;
  }
}

/**
 * The command line of a process, its arguments parted by spaces; empty if there is none.
 *
 * @param {number} pid
 * @returns {string}
 */
export function commandLineOf(pid) {
  if (!LINUX) {
    return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/**
 * Launches a process that outlives a killed parent and does not see the terminal's Ctrl-C:
 * it leads its own group, and its output goes to a file, never to a pipe that could break.
 *
 * @param {object} what
 * @param {string} what.command
 * @param {string[]} what.args
 * @param {NodeJS.ProcessEnv} what.env
 * @param {string} what.logFile
 * @param {string} [what.cwd]
 * @param {Account} [what.account]
 * @returns {Promise<Launched>}
 */
export async function launch({ command, args, env, logFile, cwd = '/', account = {} }) {
  const log = openLog(logFile);
  const child = spawn(command, args, {
    cwd,
    env,
    ...account,
    detached: true,
    stdio: ['ignore', log.descriptor, log.descriptor],
  });
  closeSync(log.descriptor);
  const exited = new Promise((/** @type {(how: string) => void} */ resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`));
  });
  child.unref();
  if (child.pid === undefined) throw new Failure(`Cannot run ${command}: ${await exited}`);
  return { pid: child.pid, identity: identityOf(child.pid) ?? 'ended', exited, logFile, logFrom: log.from };
}

/**
 * Stops a process: asks it, waits, and kills it if it does not listen. A repeat changes nothing.
 *
 * @param {{ pid: number, identity: string }} target nothing happens if the pid has passed to another process
 * @param {NodeJS.Signals} signal
 * @param {number} timeoutMs how long it may take before it is killed
 * @returns {Promise<boolean>} whether it stopped by itself
 * @throws Failure if it belongs to somebody else
 */
export async function stopProcess(target, signal, timeoutMs) {
  if (identityOf(target.pid) !== target.identity) return true;
  send(target.pid, signal);
  if (await isGone(target, timeoutMs)) return true;
  send(-target.pid, 'SIGKILL');
  send(target.pid, 'SIGKILL');
  if (!(await isGone(target, KILL_TIMEOUT_MS))) throw new Failure(`Process ${target.pid} cannot be stopped.`);
  return false;
}

/** @type {(target: { pid: number, identity: string }, timeoutMs: number) => Promise<boolean>} */
async function isGone({ pid, identity }, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (identityOf(pid) === identity) {
    if (Date.now() > deadline) return false;
    await pause(POLL_MS);
  }
  return true;
}

/** @type {(pid: number, signal: NodeJS.Signals) => void} */
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'EPERM') throw new Failure(`Process ${Math.abs(pid)} belongs to another user: stop it, then start again.`);
    if (code !== 'ESRCH') throw error;
  }
}

/**
 * Notes a process, so that a later start can stop it if this one is killed.
 *
 * @param {string} file
 * @param {Launched} launched
 */
export function recordProcess(file, { pid, identity }) {
  writePrivately(file, `${JSON.stringify({ pid, identity })}\n`);
}

/**
 * Stops the process noted in a file, if it still runs, and forgets it. A process with another start time
 * or another command line is somebody else's and is left alone.
 *
 * @param {string} file
 * @param {string} command what its command line must hold
 * @param {NodeJS.Signals} signal
 * @param {number} timeoutMs how long it may take before it is killed
 * @returns {Promise<boolean>} whether there was one
 */
export async function stopRecorded(file, command, signal, timeoutMs) {
  const record = readJson(file);
  const isOurs =
    Number.isInteger(record?.pid) && identityOf(record.pid) === record.identity && commandLineOf(record.pid).includes(command);
  if (isOurs) await stopProcess(record, signal, timeoutMs);
  rmSync(file, { force: true });
  return isOurs;
}

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {AbortSignal} [options.signal] ends the program
 * @param {Account} [options.account]
 * @param {'show' | 'keep' | 'inherit'} [options.output] `show`: on stderr; `keep`: in the result; `inherit`: as ours
 * @returns {Promise<{ code: number, output: string }>} 127 if it could not be run
 */
export async function run(command, args, { cwd, env, signal, account = {}, output = 'show' } = {}) {
  const child = spawn(command, args, { cwd, env, signal, ...account, stdio: STDIO[output] });
  let text = '';
  child.stdout?.on('data', (chunk) => (text += chunk));
  child.stderr?.on('data', (chunk) => (text += chunk));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      // An ended program is reported by its close.
      if (error.name !== 'AbortError') resolve({ code: 127, output: error.message });
    });
    child.once('close', (code) => {
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code: code ?? 1, output: text });
    });
  });
}
