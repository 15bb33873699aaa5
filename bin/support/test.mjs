import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { readJson } from './files.mjs';
import { ensurePackages } from './install.mjs';
import { root } from './project.mjs';
import { ensureRedis } from './redis-install.mjs';

/** With these Jest runs no tests or does not end: there is nothing to count. */
const WITHOUT_SUMMARY = /^--(watch|watchAll|listTests|showConfig|help|version|clearCache|init|json|outputFile)(=|$)|^-(h|v)$/;

/**
 * Runs the tests: installs and builds what is missing or stale, then hands its arguments to Jest.
 * The last line it prints is `N passed, N failed`.
 *
 * @param {string[]} args of Jest
 * @returns {Promise<number>} Jest's exit code
 */
export async function main(args) {
  await Promise.all([ensurePackages(), ensureRedis()]);
  await ensureBuild();
  if (args.some((argument) => WITHOUT_SUMMARY.test(argument))) return runJest(args);
  const folder = mkdtempSync(join(tmpdir(), 'orderly-results-'));
  try {
    const file = join(folder, 'results.json');
    const code = await runJest([...args, '--json', `--outputFile=${file}`]);
    process.stdout.write(`${summaryOf(readJson(file), code)}\n`);
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @type {(args: string[]) => Promise<number>} */
async function runJest(args) {
  // A test file makes much that is soon forgotten: room for it spares its worker many a collection.
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--max-semi-space-size=64'];
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const child = spawn(process.execPath, [...flags, jest, ...groups(args), ...args], { cwd: root, stdio: 'inherit' });
  // Jest ends first and stops its servers. The terminal's Ctrl-C reaches it without us.
  process.on('SIGINT', () => undefined);
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * All files are run in groups, those that are asked for each by itself.
 *
 * @type {(args: string[]) => string[]}
 */
function groups(args) {
  const whole = args.every((argument) => argument.startsWith('-') && !/^(-c|--config)(=|$)/.test(argument));
  return whole ? ['--config', join(root, 'test', 'support', 'test-groups.mjs')] : [];
}

/** @type {(results: any, code: number) => string} */
function summaryOf(results, code) {
  const passed = results?.numPassedTests ?? 0;
  // A file that cannot be run has no tests to count, and fails all the same.
  const failed = (results?.numFailedTests ?? 0) + (results?.numRuntimeErrorTestSuites ?? 0);
  // Jest may fail for what is no test: a reporter, its set-up, a threshold.
  return `${passed} passed, ${code === 0 ? failed : Math.max(failed, 1)} failed`;
}
