import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../bin/support/postgres.mjs';
import { startRedis } from '../../bin/support/redis.mjs';

/** The migrated database that each test file clones. */
const TEMPLATE = 'orderly_template';

/** Starts a PostgreSQL and a Redis of this run alone, with one migrated database to clone. */
export default async function globalSetup() {
  const directory = await mkdtemp(join(tmpdir(), 'orderly-test-'));
  // PostgreSQL refuses to run as root: the account that it gets then must reach its folder.
  await chmod(directory, 0o711);
  const [postgres, redis] = await Promise.all([
    startPostgres({
      dataDir: join(directory, 'postgres'),
      persistent: false,
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '400' },
      logFile: join(directory, 'postgres.log'),
    }),
    startRedis({
      dataDir: join(directory, 'redis'),
      persistent: false,
      appendOnly: false,
      logFile: join(directory, 'redis.log'),
    }),
  ]);
  globalThis.orderlyTestServers = { postgres, redis, directory };
  const seenDirectory = join(directory, 'seen');
  await mkdir(seenDirectory);
  Object.assign(process.env, {
    TEST_POSTGRES_URL: postgres.url,
    TEST_POSTGRES_TEMPLATE: TEMPLATE,
    TEST_REDIS_URL: redis.url,
    TEST_SEEN_DIR: seenDirectory,
    TEST_DOCUMENTS_FILE: join(directory, 'documents.json'),
  });
  await makeTemplate(postgres.url);
}

async function makeTemplate(url) {
  const { default: pg } = await import('pg');
  const { DataSource } = await import('typeorm');
  const { dataSourceOptions } = await import('../../dist/src/infrastructure/database/data-source.js');
  const { migrate } = await import('../../dist/src/infrastructure/database/migrate.js');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  const template = new URL(url);
  template.pathname = `/${TEMPLATE}`;
  const limits = { poolSize: 2, statementTimeoutMs: 60_000, lockTimeoutMs: 60_000 };
  const dataSource = await new DataSource(dataSourceOptions({ url: template.href, ...limits }, [])).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
}
