import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Sees to it that a throw-away server does not outlive the process that started it, however that ends.
 *
 * @typedef {object} Guard
 * @property {(server: { pid: number, identity: string }, signal: NodeJS.Signals) => void} watch
 *   names the server to be stopped
 * @property {() => void} dismiss the server has been stopped and its folders removed
 */

/**
 * Launches a guard: a small process that holds the other end of a pipe. The system closes the pipe
 * when this process ends, be it by `kill -9`; the guard then stops the server and removes the folders.
 *
 * @param {string[]} folders
 * @returns {Guard}
 */
export function launchGuard(folders) {
  const script = fileURLToPath(new URL('guard-process.mjs', import.meta.url));
  const child = spawn(process.execPath, [script], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const pipe = /** @type {import('node:net').Socket} */ (child.stdin);
  child.on('error', () => undefined);
  pipe.on('error', () => undefined);
  child.unref();
  pipe.unref();
  const tell = (/** @type {object} */ message) => pipe.write(`${JSON.stringify(message)}\n`);
  tell({ folders });
  return {
    watch: ({ pid, identity }, signal) => tell({ server: { pid, identity, signal } }),
    dismiss: () => {
      tell({ dismissed: true });
      pipe.end();
    },
  };
}
