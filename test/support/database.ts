import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { testEnvironment } from './environment.js';

/** A database of one test file, cloned from the migrated template. */
export interface TestDatabase {
  readonly url: string;
  /** Reads or plants rows past the application, to check what it wrote. */
  query<R extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]>;
  /** Ends every connection and lets nobody in again, as a server that went away. */
  shutOut(): Promise<void>;
  drop(): Promise<void>;
}

/** Clones the template. */
export async function cloneDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const { postgresUrl: server, template } = testEnvironment();
  await asAdministrator(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 2 });
  pool.on('error', () => undefined);
  return {
    url: url.href,
    query: async <R extends pg.QueryResultRow>(sql: string, values?: unknown[]) =>
      (await pool.query<R>(sql, values)).rows,
    shutOut: async () => {
      await asAdministrator(server, `ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
      await asAdministrator(server, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
    },
    drop: async () => {
      await pool.end();
      await asAdministrator(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** One at a time: PostgreSQL refuses to copy a template that another session copies. */
async function asAdministrator(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock(4242)');
    await client.query(sql);
  } finally {
    await client.end();
  }
}
