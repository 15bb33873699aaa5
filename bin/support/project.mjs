import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** An error whose message is written for the operator; it is shown without a stack. */
export class Failure extends Error {
  name = 'Failure';
}

/**
 * The value of an environment variable; an empty one counts as not set, as in `config/`.
 *
 * @param {string} name
 * @returns {string | undefined}
 */
export function given(name) {
  return process.env[name] || undefined;
}

/**
 * Where everything is kept that a running shop writes: `.data/`, or ORDERLY_DATA_DIR.
 *
 * @returns {string} an absolute path; the folder need not exist
 */
export function dataFolder() {
  return resolve(given('ORDERLY_DATA_DIR') ?? join(root, '.data'));
}

/**
 * Tells the operator something, on stderr: stdout belongs to the results.
 *
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Reads the reason of an error, whatever was thrown.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function reasonOf(error) {
  // A refused connection to several addresses is an AggregateError without a message of its own.
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

/**
 * Waits.
 *
 * @param {number} durationMs
 * @returns {Promise<void>}
 */
export async function pause(durationMs) {
  await new Promise((resolve) => {
    setTimeout(resolve, durationMs);
  });
}
