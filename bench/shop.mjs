import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Products that the bench makes. */
const PRODUCTS = 2_000;

/** Milliseconds after which a program that is not ready will never be. */
const START_LIMIT_MS = 60_000;

/** Rate limits that no measurement reaches. */
export const UNLIMITED = Object.fromEntries(
  ['SIGN_IN', 'REGISTER', 'CHECKOUT', 'WRITE', 'READ', 'STAFF'].map((name) => [`RATE_LIMIT_${name}`, '10000000']),
);

/** A port that is free just now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Starts a program and waits until it answers `path`.
 *
 * @returns {Promise<{ url: string, pid: number, readyMs: number, stop: () => Promise<void> }>}
 */
export async function startProgram({ args, env, portName = 'PORT', path = '/health/ready' }) {
  const port = await freePort();
  const start = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env, [portName]: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // What fails leaves no program behind.
  const end = () => child.kill('SIGTERM');
  process.on('exit', end);
  child.once('exit', () => process.off('exit', end));
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${args.at(-1)} ended with ${child.exitCode}`);
    const response = await fetch(url + path).catch(() => null);
    if (response?.ok) break;
    if (performance.now() - start > START_LIMIT_MS) {
      child.kill('SIGTERM');
      throw new Error(`${args.at(-1)} is not ready: ${response ? await response.text() : 'no answer'}`);
    }
    await delay(10);
  }
  const readyMs = performance.now() - start;
  const stop = async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { url, pid: child.pid, readyMs, stop };
}

/** Migrates the database and fills the catalogue. */
export async function prepareDatabase(env) {
  const setup = spawn(process.execPath, ['dist/src/setup.js'], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(setup, 'exit');
  if (code !== 0) throw new Error(`The set-up ended with ${code}.`);
  const client = new pg.Client({ connectionString: env.DATABASE_URL });
  await client.connect();
  await client.query(`
    INSERT INTO products (id, slug, title, description, vendor, category, tags, options, images, state, created_at, updated_at)
    SELECT gen_random_uuid(), 'bench-' || n, 'Bench product ' || n, repeat('A fine thing to have at home. ', 20), 'Vendor ' || n % 40,
           'Category ' || n % 12, ARRAY['tag' || n % 9], '[{"name":"Size","values":["S","M","L"]}]',
           '[{"url":"https://images.example.com/1.jpg","alt":null}]', 'active', now() - n * interval '1 second', now()
    FROM generate_series(1, ${PRODUCTS}) n;
    INSERT INTO variants (id, product_id, position, sku, title, options, price_amount, currency, created_at, updated_at)
    SELECT gen_random_uuid(), p.id, s.n, p.slug || '-' || s.size, s.size, jsonb_build_object('Size', s.size), 1000 + s.n, 'EUR', now(), now()
    FROM products p, (VALUES (0, 'S'), (1, 'M'), (2, 'L')) s (n, size) WHERE p.slug LIKE 'bench-%';
    INSERT INTO stock_levels (id, variant_id, on_hand, reserved, updated_at)
    SELECT gen_random_uuid(), id, 1000000, 0, now() FROM variants WHERE sku LIKE 'bench-%';
    ANALYZE`);
  const { rows } = await client.query(`SELECT id FROM variants WHERE sku LIKE 'bench-%' ORDER BY sku`);
  await client.end();
  return rows.map(({ id }) => id);
}

/** Memory of a process in MiB: resident, and its share where pages are shared with others. */
export function memoryOf(pid) {
  const kib = (file, name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))[1]);
  return { rss: kib('status', 'VmRSS') / 1024, pss: kib('smaps_rollup', 'Pss') / 1024 };
}
