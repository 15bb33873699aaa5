import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { testEnvironment } from './environment.js';
import { until } from './until.js';

/** SQLSTATE of what only a superuser may do. */
const INSUFFICIENT_PRIVILEGE = '42501';

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
      await asAdministrator(server, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND backend_type = 'client backend'`);
    },
    drop: async () => {
      await pool.end();
      await dropDatabase(server, name);
    },
  };
}

/** PostgreSQL's own vacuum is no client's to end: while it works in the database, the database cannot be dropped. */
async function dropDatabase(server: string, name: string): Promise<void> {
  await until(async () => {
    try {
      await asAdministrator(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === INSUFFICIENT_PRIVILEGE) return false;
      throw error;
    }
  }, `${name} to be dropped`);
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
