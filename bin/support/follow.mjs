import { readLog } from './files.mjs';

const POLL_MS = 200;

/**
 * Shows what is added to logs on stderr, each line with its log's name before it, until this process ends.
 *
 * The processes write to files and not through us, so that they outlive a killed start undisturbed.
 *
 * @param {Record<string, string>} logs name to file
 * @returns {() => void} shows what was added since the last look
 */
export function followLogs(logs) {
  const places = Object.entries(logs).map(([name, file]) => ({ name, file, from: readLog(file, 0).end, rest: '' }));
  const show = () => {
    for (const place of places) {
      const { text, end } = readLog(place.file, place.from);
      const lines = (place.rest + text).split('\n');
      place.rest = lines.pop() ?? '';
      place.from = end;
      for (const line of lines) process.stderr.write(`[${place.name}] ${line}\n`);
    }
  };
  setInterval(show, POLL_MS).unref();
  return show;
}
