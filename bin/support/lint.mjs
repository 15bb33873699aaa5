import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { ensurePackages } from './install.mjs';
import { run } from './processes.mjs';
import { Failure, root, say } from './project.mjs';

const packageFile = (/** @type {string[]} */ ...path) => join(root, 'node_modules', ...path);

/**
 * A check: its program's arguments for Node.
 *
 * @typedef {{ args: string[], needsBuild?: boolean }} Step
 */

/** @type {Record<string, Step>} */
const STEPS = {
  eslint: { args: [packageFile('eslint', 'bin', 'eslint.js'), '.', '--max-warnings=0'] },
  types: { args: [packageFile('typescript', 'bin', 'tsc'), '--noEmit', '-p', 'tsconfig.json'] },
  boundaries: {
    args: [packageFile('dependency-cruiser', 'bin', 'dependency-cruise.mjs'), '--config', '.dependency-cruiser.mjs', 'src', 'config'],
  },
  docs: { args: [join(root, 'dist', 'src', 'docs.js'), '--check'], needsBuild: true },
};

const USAGE = `Usage: bin/lint [${Object.keys(STEPS).join('|')}]...

Runs the checks in this order, or those that are named, and stops at the first that fails.
`;

/**
 * Runs the checks of the sources and the documents.
 *
 * @param {string[]} names of steps; none for all
 * @returns {Promise<number>} the exit code of the first step that fails, or 0
 */
export async function main(names) {
  if (names.includes('--help') || names.includes('-h')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const unknown = names.filter((name) => !Object.hasOwn(STEPS, name));
  if (unknown.length > 0) throw new Failure(`bin/lint knows no step ${unknown.join(', ')}.\n\n${USAGE}`);
  await ensurePackages();
  for (const [name, { args, needsBuild }] of Object.entries(STEPS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    say(`${name} …`);
    if (needsBuild) await ensureBuild();
    const { code } = await run(process.execPath, args, { cwd: root, output: 'inherit' });
    if (code !== 0) {
      say(`bin/lint: ${name} failed.`);
      return code;
    }
  }
  return 0;
}
