import { logTail } from './files.mjs';
import { Failure, pause, reasonOf, say } from './project.mjs';

const RESTARTS_PER_MINUTE = 5;
const FIRST_PAUSE_MS = 200;

/**
 * A process under supervision.
 *
 * @typedef {{ pid: number, exited: Promise<string>, logFile: string, stop: () => Promise<void> }} Running
 */

/**
 * Starts a process again whenever it ends unexpectedly, ever later, at most five times a minute.
 *
 * @param {object} what
 * @param {string} what.name
 * @param {Running} what.running the process, started already
 * @param {() => Promise<Running>} what.restart
 * @param {(failure: Failure) => void} what.giveUp called once, if it ends too often or cannot be started again
 * @returns {{ stop: () => Promise<void> }} stops the process for good
 */
export function supervise({ name, running, restart, giveUp }) {
  let current = running;
  let isStopping = false;
  /** @type {number[]} */
  let restarts = [];

  const startAgain = async (/** @type {string} */ how) => {
    restarts = restarts.filter((at) => at > Date.now() - 60_000);
    if (restarts.length >= RESTARTS_PER_MINUTE) {
      const trouble = `${name} ended unexpectedly (${how}), again after ${RESTARTS_PER_MINUTE} restarts within a minute.`;
      throw new Failure(`${trouble}\n${logTail(current.logFile)}`);
    }
    say(`${name} (process ${current.pid}) ended unexpectedly: ${how}. Starting it again …`);
    await pause(FIRST_PAUSE_MS * 2 ** restarts.length);
    restarts.push(Date.now());
    if (isStopping) return;
    current = await restart();
    say(`${name} runs again (process ${current.pid}).`);
  };

  const watch = async () => {
    while (!isStopping) {
      const how = await current.exited;
      if (!isStopping) await startAgain(how);
    }
  };
  const watching = watch().catch((error) => {
    giveUp(error instanceof Failure ? error : new Failure(`${name} cannot be started again: ${reasonOf(error)}`));
  });

  return {
    stop: async () => {
      isStopping = true;
      await current.stop();
      // A restart that was under way may have started one more.
      await watching;
      await current.stop();
    },
  };
}
