import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './processes.mjs';
import { Failure, say } from './project.mjs';

const SERVERS = ['redis-server', 'valkey-server'];
const OLDEST = { major: 6, minor: 2 };
/** Where package managers put servers that a user's PATH may leave out. */
const MORE_FOLDERS = ['/usr/local/bin', '/usr/bin', '/usr/sbin', '/opt/homebrew/bin'];

/** How each package manager installs Redis, or Valkey where the distribution has that instead. */
const PACKAGE_MANAGERS = [
  {
    program: 'apt-get',
    refresh: ['apt-get', 'update'],
    install: ['apt-get', 'install', '-y', '--no-install-recommends'],
    // A second start beside this one may be installing it, too.
    patience: ['-o', 'DPkg::Lock::Timeout=300'],
    packages: ['redis-server', 'valkey-server'],
  },
  { program: 'dnf', install: ['dnf', 'install', '-y'], packages: ['redis', 'valkey'] },
  { program: 'apk', install: ['apk', 'add', '--no-cache'], packages: ['redis', 'valkey'] },
  { program: 'brew', install: ['brew', 'install'], packages: ['redis', 'valkey'], isOwnUser: true },
];

/**
 * The server program of Redis or Valkey on PATH, the first that is not too old.
 *
 * @returns {Promise<string | null>} its path
 */
export async function findRedis() {
  for (const name of SERVERS) {
    const file = findProgram(name);
    if (file === null) continue;
    const { output } = await run(file, ['--version'], { output: 'keep' });
    const [major = 0, minor = 0] = (/v=(\d+)\.(\d+)/.exec(output) ?? []).slice(1).map(Number);
    if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return file;
    say(`${file} is too old (${major}.${minor}): Orderly needs ${OLDEST.major}.${OLDEST.minor} or later.`);
  }
  return null;
}

/**
 * The server program of Redis or Valkey; installs it if there is none and that needs no password.
 *
 * @returns {Promise<string>} its path
 * @throws Failure if it is not there and cannot be installed; names the command that installs it
 */
export async function ensureRedis() {
  const found = await findRedis();
  if (found !== null) return found;
  const chosen = PACKAGE_MANAGERS.find(({ program }) => findProgram(program) !== null);
  if (!chosen) {
    throw new Failure(
      'Redis is missing: neither redis-server nor valkey-server is on PATH, and no package manager that Orderly knows.\n' +
        'Install Redis 6.2 or later, or set REDIS_URL to one of yours.',
    );
  }
  const prefix = await withoutPassword(chosen.isOwnUser === true);
  const commands = chosen.packages.map((name) => commandsFor(chosen, name));
  if (prefix === null) throw new Failure(missing('installing it needs rights that this user has not', commands[0]));
  for (const steps of commands) {
    say(`Redis is missing: neither redis-server nor valkey-server is on PATH. Installing it: ${shown(steps)} …`);
    if (!(await runSteps(steps, prefix, chosen.patience ?? []))) continue;
    const installed = await findRedis();
    if (installed !== null) return installed;
  }
  throw new Failure(missing('its installation failed, for the reason above', commands[0]));
}

/** @type {(manager: { install: string[], refresh?: string[] }, name: string) => string[][]} */
function commandsFor({ install, refresh }, name) {
  return [...(refresh ? [refresh] : []), [...install, name]];
}

/** @type {(steps: string[][]) => string} */
function shown(steps) {
  return steps.map((step) => step.join(' ')).join(' && ');
}

/** @type {(reason: string, steps: string[][] | undefined) => string} */
function missing(reason, steps = []) {
  const isBrew = steps[0]?.[0] === 'brew';
  const command = steps.map((step) => [...(isBrew ? [] : ['sudo']), ...step].join(' ')).join(' && ');
  return `Redis is missing, and ${reason}. Run this, then start again:\n\n  ${command}\n\nOr set REDIS_URL to a Redis of yours.`;
}

/** @type {(steps: string[][], prefix: string[], patience: string[]) => Promise<boolean>} */
async function runSteps(steps, prefix, patience) {
  for (const step of steps) {
    const [command = '', ...args] = [...prefix, ...step, ...patience];
    const { code, output } = await run(command, args, { cwd: '/', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, output: 'keep' });
    if (code === 0) continue;
    say(`\`${step.join(' ')}\` failed (exit code ${code}):\n${output.trimEnd().split('\n').slice(-12).join('\n')}`);
    // A list of packages that could be refreshed in part only may still do.
    if (step[1] !== 'update') return false;
  }
  return true;
}

/** What must precede a command so that it may change the system; null if that takes a password. */
async function withoutPassword(/** @type {boolean} */ isOwnUser) {
  if (isOwnUser || process.getuid?.() === 0) return [];
  if (findProgram('sudo') === null) return null;
  return (await run('sudo', ['-n', 'true'], { output: 'keep' })).code === 0 ? ['sudo', '-n'] : null;
}

/**
 * Looks a program up on PATH and in the usual folders.
 *
 * @param {string} name
 * @returns {string | null} its path
 */
export function findProgram(name) {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...MORE_FOLDERS]) {
    const file = join(folder || '.', name);
    if (isProgram(file)) return file;
  }
  return null;
}

/** @type {(file: string) => boolean} */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
