import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { readIfThere } from './files.mjs';
import { identityOf, run } from './processes.mjs';
import { Failure, root, say } from './project.mjs';

const OUTPUT = join(root, 'dist');
const MARKER = '.sources';
const SOURCES = ['src', 'config'];

/**
 * Builds `dist/` if a source, a compiler option or a package has changed since.
 *
 * It is built aside and put in place whole: processes that run from it, and a build
 * that is cut short, never see half of it.
 *
 * @param {AbortSignal} [signal] ends the build
 * @returns {Promise<void>}
 * @throws Failure if the compiler refuses the sources; what it said is on stderr
 */
export async function ensureBuild(signal) {
  const fingerprint = fingerprintOfSources();
  if (readIfThere(join(OUTPUT, MARKER)) === fingerprint) return;
  say('Building …');
  removeAbandonedBuilds();
  // Beside `dist/`, so that the source maps' relative paths stay true.
  const draft = `${OUTPUT}.${process.pid}`;
  try {
    const args = [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json', '--outDir', draft];
    const { code } = await run(process.execPath, args, { cwd: root, signal });
    if (code !== 0) throw new Failure(`The build failed (exit code ${code}); the compiler's reasons are above.`);
    copyAssets(draft);
    writeFileSync(join(draft, MARKER), fingerprint);
    putInPlace(draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function fingerprintOfSources() {
  const settings = readdirSync(root).filter((name) => /^tsconfig.*\.json$/.test(name));
  const files = [...SOURCES.flatMap((folder) => filesIn(join(root, folder))), ...settings.map((name) => join(root, name))];
  const hash = createHash('sha256');
  for (const file of [...files.sort(), join(root, 'package-lock.json')]) {
    const content = createHash('sha256').update(readFileSync(file)).digest('hex');
    hash.update(`${relative(root, file)} ${content}\n`);
  }
  return hash.digest('hex');
}

/** @type {(folder: string) => string[]} */
function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

/** @type {(draft: string) => void} */
function copyAssets(draft) {
  const assets = SOURCES.flatMap((folder) => filesIn(join(root, folder))).filter((file) => !file.endsWith('.ts'));
  for (const asset of assets) {
    const target = join(draft, relative(root, asset));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(asset, target);
  }
}

/** @type {(draft: string) => void} */
function putInPlace(draft) {
  const replaced = `${draft}.replaced`;
  for (let attempt = 1; ; attempt++) {
    if (existsSync(OUTPUT)) renameSync(OUTPUT, replaced);
    try {
      renameSync(draft, OUTPUT);
      break;
    } catch (error) {
      // Another build of the same sources came between.
      if (attempt === 3) throw error;
    } finally {
      rmSync(replaced, { recursive: true, force: true });
    }
  }
}

function removeAbandonedBuilds() {
  for (const name of readdirSync(root)) {
    const pid = /^dist\.(\d+)(\.replaced)?$/.exec(name)?.[1];
    if (pid !== undefined && identityOf(Number(pid)) === null) rmSync(join(root, name), { recursive: true, force: true });
  }
}
