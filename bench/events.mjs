import 'reflect-metadata';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import Bull from 'bull';
import pg from 'pg';
import { ensureBuild } from '../bin/support/build.mjs';
import { startPostgres } from '../bin/support/postgres.mjs';
import { startRedis } from '../bin/support/redis.mjs';
import { call, load } from './load.mjs';
import { prepareDatabase, startProgram, UNLIMITED } from './shop.mjs';

const USAGE = `Usage: node bench/events.mjs [--events N] [--rounds N]

Measures, in one run on this machine: events from commit to done by a consumer that does nothing,
against bare Bull's own jobs; how long one event takes from commit to its consumer on an idle
machine; and what an Idempotency-Key costs a call.
`;
const { values: options } = parseArgs({
  options: {
    events: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});
const EVENTS = Number(options.events);
const CONCURRENCY = 50;
const PER_TRANSACTION = 200;
const WAIT_MS = 1;

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const quantile = (numbers, share) => [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) * share)];

async function untilTrue(look) {
  while (!(await look())) await delay(WAIT_MS);
}

/** A consumer of accounts that were made: it counts them and does nothing else. */
async function startWorker(env) {
  const [{ NestFactory }, { Processor, Process }, { WorkerModule }, { Config }, { defineConsumer, EventConsumer }, { JobRunner }, { USER_REGISTERED }] =
    await Promise.all([
      import('@nestjs/core'),
      import('@nestjs/bull'),
      import('../dist/src/worker.module.js'),
      import('../dist/config/config.js'),
      import('../dist/src/infrastructure/outbox/event-consumer.js'),
      import('../dist/src/infrastructure/queues/job-runner.js'),
      import('../dist/src/modules/users/index.js'),
    ]);
  const definition = defineConsumer({ name: 'bench', events: [USER_REGISTERED], concurrency: CONCURRENCY });
  const seen = { count: 0, at: new Map() };
  class BenchConsumer extends EventConsumer {
    definition = definition;
    constructor(runner) {
      super();
      this.runner = runner;
    }
    run(job) {
      return this.runner.run(this, job);
    }
    async handle(event) {
      seen.at.set(event.aggregateId, performance.now());
      seen.count += 1;
    }
  }
  Process({ concurrency: CONCURRENCY })(BenchConsumer.prototype, 'run', Object.getOwnPropertyDescriptor(BenchConsumer.prototype, 'run'));
  Processor(definition.queue.name)(BenchConsumer);
  Reflect.defineMetadata('design:paramtypes', [JobRunner], BenchConsumer);
  class Root {}
  const module = WorkerModule.forRoot(Config.fromEnv(env));
  const app = await NestFactory.createApplicationContext(
    { module: Root, imports: [module], providers: [BenchConsumer] },
    { logger: false, abortOnError: false },
  );
  return { app, seen };
}

/** Writes events as the outbox does, so many in each transaction. */
async function writeEvents(client, count) {
  const ids = Array.from({ length: count }, () => randomUUID());
  await client.query(
    `INSERT INTO outbox_events (id, aggregate_type, aggregate_id, sequence, type, version, payload, actor, occurred_at)
     SELECT gen_random_uuid(), 'user', id, 1, 'user.registered', 1, jsonb_build_object('userId', id), 'system', now()
     FROM unnest($1::uuid[]) AS id`,
    [ids],
  );
  return ids;
}

async function measureEvents(client, seen) {
  const begun = performance.now();
  const before = seen.count;
  for (let written = 0; written < EVENTS; written += PER_TRANSACTION) await writeEvents(client, PER_TRANSACTION);
  await untilTrue(() => seen.count >= before + EVENTS);
  await untilTrue(async () => {
    const { rows } = await client.query(`SELECT 1 FROM jobs WHERE queue = 'bench' AND state = 'pending' LIMIT 1`);
    return rows.length === 0;
  });
  return EVENTS / ((performance.now() - begun) / 1_000);
}

async function measureBull(url, round) {
  const queue = new Bull(`bare-${round}-${randomBytes(4).toString('hex')}`, url, { prefix: '{bare}' });
  let done = 0;
  void queue.process(CONCURRENCY, async () => {
    done += 1;
  });
  await queue.isReady();
  const begun = performance.now();
  for (let added = 0; added < EVENTS; added += PER_TRANSACTION) {
    const jobs = Array.from({ length: PER_TRANSACTION }, () => ({
      data: { jobId: randomUUID(), payload: { eventId: randomUUID() } },
      opts: { jobId: randomUUID(), attempts: 8, removeOnComplete: 100, removeOnFail: true, timeout: 60_000 },
    }));
    await queue.addBulk(jobs);
  }
  await untilTrue(() => done >= EVENTS);
  const perSecond = EVENTS / ((performance.now() - begun) / 1_000);
  await queue.close();
  return perSecond;
}

async function measureLatency(client, seen) {
  const waits = [];
  for (let turn = 0; turn < 200; turn += 1) {
    const [id] = await writeEvents(client, 1);
    const committed = performance.now();
    await untilTrue(() => seen.at.has(id));
    waits.push(seen.at.get(id) - committed);
    await delay(20);
  }
  return waits;
}

async function measureIdempotency(env) {
  const api = await startProgram({ args: ['--max-semi-space-size=2', 'dist/src/main.js'], env });
  const request = (withKey) => () => ({
    method: 'POST',
    path: '/v1/carts',
    headers: withKey ? { 'Idempotency-Key': randomUUID() } : {},
    body: '{}',
  });
  const { hostname, port } = new URL(api.url);
  await call({ hostname, port, ...request(false)() });
  const results = { plain: [], keyed: [] };
  for (let round = 0; round < Number(options.rounds); round += 1) {
    results.plain.push(await load({ url: api.url, connections: 16, seconds: 3, next: request(false) }));
    results.keyed.push(await load({ url: api.url, connections: 16, seconds: 3, next: request(true) }));
  }
  await api.stop();
  const of = (kind, pick) => median(results[kind].map(pick));
  return {
    ratio: (of('keyed', ({ perSecond }) => perSecond) / of('plain', ({ perSecond }) => perSecond)).toFixed(2),
    plainP50: of('plain', ({ p50 }) => p50).toFixed(1),
    keyedP50: of('keyed', ({ p50 }) => p50).toFixed(1),
  };
}

async function measure(env, redisUrl) {
  await prepareDatabase(env);
  const client = new pg.Client({ connectionString: env.DATABASE_URL });
  await client.connect();
  const { app, seen } = await startWorker(env);
  const waits = await measureLatency(client, seen);
  console.log(`commit to consumer, idle: p50 ${quantile(waits, 0.5).toFixed(1)} ms, p95 ${quantile(waits, 0.95).toFixed(1)} ms`);
  const rounds = [];
  for (let round = 0; round < Number(options.rounds); round += 1) {
    const events = await measureEvents(client, seen);
    const jobs = await measureBull(redisUrl, round);
    rounds.push({ events, jobs, ratio: events / jobs });
  }
  await app.close();
  await client.end();
  const of = (pick) => median(rounds.map(pick));
  console.log(
    `events from commit to done: ${of(({ events }) => events).toFixed(0)}/s; bare Bull: ${of(({ jobs }) => jobs).toFixed(0)} jobs/s; ratio ${of(({ ratio }) => ratio).toFixed(2)}`,
  );
  const { ratio, plainP50, keyedP50 } = await measureIdempotency(env);
  console.log(`calls with an Idempotency-Key: ${ratio} of those without; p50 ${keyedP50} ms against ${plainP50} ms at 16 clients`);
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
    const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, APP_SECRET: secret, LOG_LEVEL: 'error', NODE_ENV: 'production', ...UNLIMITED };
    await measure(env, redis.url);
  } finally {
    await Promise.all([postgres.stop(), redis.stop()]);
    await rm(directory, { recursive: true, force: true });
  }
  process.exit(0);
}
