import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ensureBuild } from '../bin/support/build.mjs';
import { startPostgres } from '../bin/support/postgres.mjs';
import { startRedis } from '../bin/support/redis.mjs';
import { call } from './load.mjs';
import { memoryOf, prepareDatabase, startProgram } from './shop.mjs';

const USAGE = `Usage: node bench/streams.mjs [--streams N] [--events N]

Opens event streams at one API process, and prints by how much its memory grows and how long an
event takes from its call to the last stream. Needs about N + 100 file descriptors in each of
two processes: see \`ulimit -n\`.
`;
const { values: options } = parseArgs({
  options: {
    streams: { type: 'string', default: '5000' },
    events: { type: 'string', default: '20' },
    help: { type: 'boolean', default: false },
  },
});
/** As Docker and bin/start set it. */
const FLAGS = ['--max-semi-space-size=2'];
const ADMINISTRATOR = { username: 'admin@example.com', password: randomUUID() };
/** Streams that are opened at once. */
const OPENING = 50;
const SETTLE_MS = 5_000;
const GIVE_UP_MS = 30_000;

async function signIn({ hostname, port }) {
  const body = new URLSearchParams({ grant_type: 'password', ...ADMINISTRATOR }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const { status, text } = await call({ hostname, port, method: 'POST', path: '/v1/auth/token', headers, body });
  if (status !== 200) throw new Error(`The sign-in answered ${status}: ${text}`);
  return JSON.parse(text).access_token;
}

/** Opens one stream; `hear` is called with the text of each piece that comes. */
function openStream(url, token, hear) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get(`${url}/v1/admin/events/stream`, { headers, agent: false }, (response) => {
      if (response.statusCode !== 200) {
        reject(new Error(`A stream answered ${response.statusCode}.`));
        return;
      }
      response.setEncoding('utf8').on('data', hear).on('error', () => undefined);
      resolve(response);
    }).once('error', reject);
  });
}

async function openStreams(url, token, count, hear) {
  const streams = [];
  while (streams.length < count) {
    const batch = Array.from({ length: Math.min(OPENING, count - streams.length) }, () => openStream(url, token, hear));
    streams.push(...(await Promise.all(batch)));
  }
  return streams;
}

async function waitUntil(look, what) {
  const end = performance.now() + GIVE_UP_MS;
  while (!look()) {
    if (performance.now() > end) throw new Error(`Waited in vain for ${what}.`);
    await delay(1);
  }
}

/** Milliseconds from the call that makes an event to the first and to the last stream. */
async function timeOneEvent(url, count, heard) {
  const { hostname, port } = new URL(url);
  Object.assign(heard, { count: 0, first: 0, last: 0 });
  const start = performance.now();
  await call({ hostname, port, method: 'POST', path: '/v1/carts', body: '{}' });
  await waitUntil(() => heard.count >= count, `an event on ${count} streams, of which ${heard.count} heard it`);
  return { first: heard.first - start, last: heard.last - start };
}

async function measure(env) {
  await prepareDatabase({ ...env, ADMIN_EMAIL: ADMINISTRATOR.username, ADMIN_PASSWORD: ADMINISTRATOR.password });
  const worker = await startProgram({ args: [...FLAGS, 'dist/src/worker.js'], env, portName: 'WORKER_PORT' });
  const api = await startProgram({ args: [...FLAGS, 'dist/src/main.js'], env });
  const count = Number(options.streams);
  const token = await signIn(new URL(api.url));
  const heard = { count: 0, first: 0, last: 0 };
  const hear = (text) => {
    const events = text.split('\nevent: ').length - 1;
    if (events === 0) return;
    heard.last = performance.now();
    if (heard.count === 0) heard.first = heard.last;
    heard.count += events;
  };
  // One stream first: what the first one costs is no cost of each.
  const streams = await openStreams(api.url, token, 1, hear);
  await delay(SETTLE_MS);
  const before = memoryOf(api.pid);
  const start = performance.now();
  streams.push(...(await openStreams(api.url, token, count - 1, hear)));
  const openedMs = performance.now() - start;
  await delay(SETTLE_MS);
  const open = memoryOf(api.pid);
  const times = [];
  for (let event = 0; event < Number(options.events); event += 1) times.push(await timeOneEvent(api.url, count, heard));
  const after = memoryOf(api.pid);
  for (const stream of streams) stream.destroy();
  await Promise.all([api.stop(), worker.stop()]);
  report({ count, openedMs, before, open, after, times });
}

function report({ count, openedMs, before, open, after, times }) {
  const of = (name) => times.map((time) => time[name]).sort((a, b) => a - b);
  const [first, last] = [of('first'), of('last')];
  const middle = Math.floor(times.length / 2);
  const grown = (memory) => `${(memory.pss - before.pss).toFixed(0)} MiB`;
  console.log(`${count} streams opened in ${(openedMs / 1_000).toFixed(1)} s`);
  console.log(`memory of the API (PSS): ${before.pss.toFixed(0)} MiB with one stream; ${grown(open)} more with all, ${grown(after)} more after ${times.length} events`);
  console.log(`an event, from its call: first stream ${first[middle].toFixed(0)} ms, last stream ${last[middle].toFixed(0)} ms (median of ${times.length}), ${last.at(-1).toFixed(0)} ms at worst`);
}

if (options.help) {
  process.stdout.write(USAGE);
} else {
  await ensureBuild();
  const directory = await mkdtemp(join(tmpdir(), 'orderly-bench-'));
  await chmod(directory, 0o711);
  const postgres = await startPostgres({ dataDir: join(directory, 'postgres'), persistent: false, logFile: join(directory, 'postgres.log') });
  const redis = await startRedis({ dataDir: join(directory, 'redis'), persistent: false, appendOnly: false, logFile: join(directory, 'redis.log') });
  try {
    const secret = randomUUID() + randomUUID();
    await measure({ DATABASE_URL: postgres.url, REDIS_URL: redis.url, APP_SECRET: secret, LOG_LEVEL: 'warn', NODE_ENV: 'production' });
  } finally {
    await Promise.all([postgres.stop(), redis.stop()]);
    await rm(directory, { recursive: true, force: true });
  }
}
