import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool, type QueryResultRow } from 'pg';
import { Config } from '../../../config/config.js';
import { connectionOptions } from './data-source.js';
import { PreparedStatements } from './prepared-statements.js';

/**
 * How the statements of these connections are planned: once a connection, whatever their values, never by
 * reading a whole table, and as rows in memory cost, which those that are searched for mostly are.
 */
export const PLANNING = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  jit: 'off',
  random_page_cost: '1.1',
} as const;

/** Kinds of searches that a connection keeps planned; one takes PostgreSQL some 1.3 MB. */
const MAX_PREPARED = 64;

/**
 * Connections for searches: long statements whose shape says how each is to be run. They are few
 * and no others, so that however many search, orders have connections.
 */
@Injectable()
export class SearchConnections implements OnApplicationShutdown {
  private readonly pool: Pool;
  private readonly statements: PreparedStatements;

  constructor({ database }: Config) {
    this.pool = new Pool({
      ...connectionOptions(database),
      connectionString: database.url,
      application_name: 'orderly search',
      max: database.searchPoolSize,
      options: Object.entries(PLANNING).map(([name, value]) => `-c ${name}=${value}`).join(' '),
    });
    // A connection that breaks while nobody uses it is made again by the next search.
    this.pool.on('error', () => undefined);
    this.statements = new PreparedStatements(this.pool, MAX_PREPARED);
  }

  /** Runs one read. */
  query<R extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<R[]> {
    return this.statements.query<R>(sql, values);
  }

  /** How many connections there are, and how many searches wait for one. */
  get counts(): Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'> {
    return this.pool;
  }

  /** Closes the connections. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
