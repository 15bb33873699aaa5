import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, readJson, writePrivately } from './files.mjs';
import { Failure, root, say } from './project.mjs';
import { run } from './processes.mjs';

const LOCK_FILE = join(root, 'package-lock.json');
const INSTALLED_FILE = join(root, 'node_modules', '.package-lock.json');
const MARKER_FILE = join(root, 'node_modules', '.orderly-installed');

/**
 * Installs the npm packages if they are missing or are not those of package-lock.json.
 *
 * @param {AbortSignal} [signal] ends the installation
 * @returns {Promise<void>}
 * @throws Failure if npm fails; what it said is on stderr
 */
export async function ensurePackages(signal) {
  const wanted = wantedMarker();
  if (existsSync(INSTALLED_FILE) && readIfThere(MARKER_FILE) === wanted) return;
  if (!holdsEveryPackage()) {
    say('Installing the npm packages …');
    // The build and the checks need devDependencies, whatever NODE_ENV says.
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    const { code, output } = await run('npm', args, { cwd: root, signal });
    if (code === 127) throw new Failure(`npm cannot be run: ${output || 'is it on PATH?'}`);
    if (code !== 0) throw new Failure(`\`npm ${args.join(' ')}\` failed (exit code ${code}); its reason is above.`);
  }
  writePrivately(MARKER_FILE, wanted);
}

function wantedMarker() {
  const hash = createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');
  // Some packages hold binaries: a folder that comes from another machine is stale.
  return `${hash} ${process.platform} ${process.arch}\n`;
}

/** Compares with npm's own record, which it writes last: packages installed by hand are as good. */
function holdsEveryPackage() {
  const installed = readJson(INSTALLED_FILE)?.packages;
  if (!installed) return false;
  return Object.entries(readJson(LOCK_FILE).packages).every(([path, entry]) => {
    if (path === '' || (entry.optional && !(path in installed) && !isForThisMachine(entry))) return true;
    return installed[path]?.version === entry.version && installed[path]?.integrity === entry.integrity;
  });
}

/** @type {(entry: { os?: string[], cpu?: string[], libc?: string[] }) => boolean} */
function isForThisMachine({ os, cpu, libc }) {
  if (os && !os.includes(process.platform)) return false;
  if (cpu && !cpu.includes(process.arch)) return false;
  // Which C library this is takes long to find out, and one that fits was installed beside this one.
  return libc === undefined;
}
