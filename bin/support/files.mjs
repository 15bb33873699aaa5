import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const LOG_KEPT_BYTES = 20_000_000;

/**
 * Writes a file whole or not at all, readable by its owner alone; its folder is made if missing.
 *
 * @param {string} file
 * @param {string} text
 */
export function writePrivately(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}

/**
 * Reads a file; null if there is none.
 *
 * @param {string} file
 * @returns {string | null}
 */
export function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/**
 * Reads a JSON file; null if there is none or if it was cut short.
 *
 * @param {string} file
 * @returns {any}
 */
export function readJson(file) {
  try {
    return JSON.parse(readIfThere(file) ?? 'null');
  } catch {
    return null;
  }
}

/**
 * Reads a secret that is made at the first call and kept: 32 random bytes as base64url.
 *
 * @param {string} file
 * @returns {string}
 */
export function keptSecret(file) {
  const kept = readIfThere(file)?.trim();
  if (kept) return kept;
  const secret = randomBytes(32).toString('base64url');
  writePrivately(file, `${secret}\n`);
  return secret;
}

/**
 * Opens a log for appending; a log that grew large is set aside as `<file>.1` first.
 *
 * @param {string} file
 * @returns {{ descriptor: number, from: number }} the open file, and where the new entries begin
 */
export function openLog(file) {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file) && statSync(file).size > LOG_KEPT_BYTES) renameSync(file, `${file}.1`);
  const descriptor = openSync(file, 'a', 0o600);
  return { descriptor, from: fstatSync(descriptor).size };
}

/**
 * Reads what a log holds from an offset on, at most the last 64 KiB of it.
 *
 * @param {string} file
 * @param {number} from offset in bytes
 * @returns {{ text: string, end: number }} the text and the offset after it
 */
export function readLog(file, from) {
  if (!existsSync(file)) return { text: '', end: 0 };
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const start = Math.max(size < from ? 0 : from, size - 65_536);
    const buffer = Buffer.alloc(size - start);
    const read = readSync(descriptor, buffer, 0, buffer.length, start);
    return { text: buffer.toString('utf8', 0, read), end: start + read };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The last lines of a log from an offset on, indented for a message.
 *
 * @param {string} file
 * @param {number} [from] offset in bytes
 * @returns {string}
 */
export function logTail(file, from = 0) {
  const lines = readLog(file, from).text.trimEnd().split('\n').slice(-25);
  return [...lines.map((line) => `  ${line}`), `The whole log: ${file}`].join('\n');
}
