import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, readJson, writePrivately } from './files.mjs';
import { may } from './postgres-account.mjs';
import { readablePlace } from './postgres-binaries.mjs';
import { commandLineOf, identityOf, run, stopProcess } from './processes.mjs';
import { Failure, say } from './project.mjs';

const STOP_TIMEOUT_MS = 30_000;

/**
 * The passwords of a cluster.
 *
 * @typedef {{ postgres: string, orderly: string }} Passwords
 */

/**
 * The folder in which a cluster lies that an account can reach: the wanted one, or a substitute
 * outside of the project if a folder above the wanted one is closed to the account.
 *
 * @param {string} wanted
 * @param {import('./processes.mjs').Account} account
 * @param {boolean} isKept whether the operator is told of a substitute
 * @returns {Promise<string>}
 */
export async function reachableFolder(wanted, account, isKept) {
  mkdirSync(wanted, { recursive: true });
  // The account passes through; what lies inside has its own rights.
  if (account.uid !== undefined) chmodSync(wanted, 0o711);
  const moved = movedTo(wanted);
  if (moved === null && (await may(account, '-x', wanted))) return wanted;
  // Named at random: a new clone in the place of a deleted one must not find the old cluster.
  const substitute = moved ?? join(readablePlace(), `data-${randomBytes(8).toString('hex')}`);
  if (moved === null) {
    writePrivately(join(wanted, 'moved.json'), `${JSON.stringify({ to: substitute })}\n`);
    if (isKept) say(`PostgreSQL's account cannot reach ${wanted}: its data is kept in ${substitute}.`);
  }
  mkdirSync(substitute, { recursive: true });
  chmodSync(substitute, 0o711);
  return substitute;
}

/** @type {(wanted: string) => string | null} */
function movedTo(wanted) {
  return readJson(join(wanted, 'moved.json'))?.to ?? null;
}

/**
 * The passwords of the cluster in a folder; made at the first call and kept.
 *
 * @param {string} folder
 * @returns {Passwords}
 */
export function keptPasswords(folder) {
  const file = join(folder, 'passwords.json');
  const kept = readJson(file);
  if (kept) return kept;
  const random = () => randomBytes(24).toString('base64url');
  const passwords = { postgres: random(), orderly: random() };
  writePrivately(file, `${JSON.stringify(passwords)}\n`);
  return passwords;
}

/**
 * Makes the cluster of a folder if it has none: UTF-8, ordered by code point on every system,
 * reached with a password only.
 *
 * @param {object} what
 * @param {string} what.binaries
 * @param {string} what.folder
 * @param {import('./processes.mjs').Account} what.account
 * @param {boolean} what.isDurable whether the new files must survive a loss of power
 * @returns {Promise<string>} the cluster's folder
 * @throws Failure if it cannot be made, or is of another major version
 */
export async function ensureCluster({ binaries, folder, account, isDurable }) {
  const cluster = join(folder, 'cluster');
  if (existsSync(cluster)) {
    await refuseOtherVersion(binaries, cluster);
    return cluster;
  }
  // Put in place whole: a start that is killed half-way leaves no half cluster.
  const draft = join(folder, 'cluster.new');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const passwordFile = join(folder, 'password.new');
  writeFileSync(passwordFile, `${keptPasswords(folder).postgres}\n`, { mode: 0o600 });
  try {
    for (const path of [draft, passwordFile]) if (account.uid !== undefined) chownSync(path, account.uid, account.gid ?? account.uid);
    const args = ['--pgdata', draft, '--username=postgres', '--auth=scram-sha-256', '--pwfile', passwordFile];
    args.push('--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C');
    if (!isDurable) args.push('--no-sync');
    const { code, output } = await run(join(binaries, 'initdb'), args, {
      cwd: '/',
      env: serverEnvironment(),
      account,
      output: 'keep',
    });
    if (code !== 0) throw new Failure(`PostgreSQL's data folder cannot be made:\n${output.trim()}`);
    renameSync(draft, cluster);
    return cluster;
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

/** @type {(binaries: string, cluster: string) => Promise<void>} */
async function refuseOtherVersion(binaries, cluster) {
  const { output } = await run(join(binaries, 'postgres'), ['--version'], { cwd: '/', output: 'keep' });
  const program = /(\d+)/.exec(output)?.[1];
  const data = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (program !== data) {
    throw new Failure(
      `The data in ${cluster} is of PostgreSQL ${data}, this is PostgreSQL ${program}.\n` +
        'Dump it with the former version of Orderly and load it again, or move the folder away to start anew.',
    );
  }
}

/**
 * The environment of PostgreSQL's programs: nothing of the operator's may reach them (PGPORT, LC_ALL …).
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function serverEnvironment() {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * Stops the PostgreSQL that a killed start left running on a folder, with what is left of its
 * sessions, and removes a `postmaster.pid` that would keep the next one from starting.
 *
 * @param {string} dataDir as given to `startPostgres`
 * @returns {Promise<boolean>} whether there was one
 */
export async function stopLeftoverPostgres(dataDir) {
  const cluster = join(movedTo(dataDir) ?? dataDir, 'cluster');
  const file = join(cluster, 'postmaster.pid');
  const pid = Number(readIfThere(file)?.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const identity = identityOf(pid);
  if (identity !== null && commandLineOf(pid).includes(`postgres -D ${cluster} `)) {
    await stopProcess({ pid, identity }, 'SIGINT', STOP_TIMEOUT_MS);
    return true;
  }
  for (const orphan of orphansOf(cluster)) await stopProcess(orphan, 'SIGKILL', STOP_TIMEOUT_MS);
  // PostgreSQL takes whatever has the pid for itself: another program, or a killed server that nobody
  // has reaped. Where the pid is gone the file stays: by it PostgreSQL finds memory still in use.
  if (isTaken(pid)) rmSync(file, { force: true });
  return false;
}

/**
 * Sessions that have lost their server and not noticed yet; each works in the cluster's folder.
 * Where the system does not tell, there are none, and PostgreSQL waits for them.
 *
 * @param {string} cluster
 * @returns {{ pid: number, identity: string }[]}
 */
function orphansOf(cluster) {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').map(Number).filter((pid) => pid > 0 && commandLineOf(pid).startsWith('postgres: '));
  return pids.flatMap((pid) => {
    try {
      const identity = identityOf(pid);
      return identity !== null && readlinkSync(`/proc/${pid}/cwd`) === cluster ? [{ pid, identity }] : [];
    } catch {
      // It ended meanwhile, or is another user's and so not ours.
      return [];
    }
  });
}

/** @type {(pid: number) => boolean} */
function isTaken(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH';
  }
}

/**
 * Removes all that belongs to a throw-away cluster.
 *
 * @param {string[]} folders
 */
export function removeFolders(folders) {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
}
