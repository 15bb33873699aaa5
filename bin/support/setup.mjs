import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { logTail, openLog } from './files.mjs';
import { Failure, root } from './project.mjs';

/**
 * What the set-up did.
 *
 * @typedef {{ adminCreated: boolean, seeded: boolean }} SetupResult
 */

/**
 * Runs the shop's set-up: migrations, the first administrator and, if asked for, the demo shop.
 *
 * @param {string} dataDir
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} signal ends it
 * @returns {Promise<SetupResult>}
 * @throws Failure if it fails; with the end of its log
 */
export async function runSetup(dataDir, env, signal) {
  const logFile = join(dataDir, 'logs', 'setup.log');
  const log = openLog(logFile);
  const child = spawn(process.execPath, [join(root, 'dist', 'src', 'setup.js')], {
    cwd: root,
    env,
    signal,
    detached: true,
    stdio: ['ignore', 'pipe', log.descriptor],
  });
  closeSync(log.descriptor);
  let printed = '';
  child.stdout?.on('data', (chunk) => (printed += chunk));
  const code = await new Promise((resolve) => {
    child.once('error', () => undefined);
    child.once('close', resolve);
  });
  signal.throwIfAborted();
  const result = resultIn(printed);
  if (code === 0 && result !== null) return result;
  const reason = code === 0 ? 'did not report what it did' : `failed (exit code ${code})`;
  throw new Failure(`The set-up ${reason}.\n${printed}${logTail(logFile, log.from)}`);
}

/** @type {(printed: string) => SetupResult | null} */
function resultIn(printed) {
  for (const line of printed.trimEnd().split('\n').reverse()) {
    if (!line.startsWith('{"adminCreated"')) continue;
    const { adminCreated, seeded } = JSON.parse(line);
    return { adminCreated: adminCreated === true, seeded: seeded === true };
  }
  return null;
}
