import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readJson, writePrivately } from './files.mjs';
import { identityOf } from './processes.mjs';
import { Failure } from './project.mjs';

/**
 * The right to be the only start on a data folder.
 *
 * @typedef {object} Lock
 * @property {(address: string) => void} tell notes the address, for whoever is refused
 * @property {() => void} release
 */

/**
 * Takes the lock of a data folder. One whose holder is gone is taken over.
 *
 * @param {string} file
 * @returns {Lock}
 * @throws Failure naming the running holder's pid and address
 */
export function takeLock(file) {
  const self = { pid: process.pid, identity: identityOf(process.pid) };
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(self), { mode: 0o600 });
  try {
    // A link appears with its content, and only if nothing has its name.
    while (!tryLink(draft, file)) {
      const holder = readJson(file);
      if (holder && identityOf(holder.pid) === holder.identity) {
        const address = holder.address ? ` and answers on ${holder.address}` : ' and is starting or stopping';
        throw new Failure(
          `Orderly runs from this folder already: it is process ${holder.pid}${address}.\n` +
            `Stop it with Ctrl-C or \`kill ${holder.pid}\`, or set ORDERLY_DATA_DIR for a second shop.`,
        );
      }
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
  if (readJson(file)?.pid !== process.pid) throw new Failure('Orderly is being started from this folder by another process.');
  return {
    tell: (address) => writePrivately(file, JSON.stringify({ ...self, address })),
    release: () => rmSync(file, { force: true }),
  };
}

/** @type {(from: string, to: string) => boolean} */
function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}
