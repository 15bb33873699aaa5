import type { ClientBase } from 'pg';
import type { DataSourceOptions, EntityTarget, ObjectLiteral } from 'typeorm';
import type { Config } from '../../../config/config.js';
import { MIGRATIONS } from './migrations/index.js';
import { StatementLogger } from './statements.js';

/** Where PostgreSQL is, and the time limits of a connection in milliseconds. */
export type ConnectionConfig = Pick<Config['database'], 'url' | 'statementTimeoutMs' | 'lockTimeoutMs'>;

/**
 * The connection of a process to PostgreSQL.
 *
 * Connections are pipelined (`pg`), a `null` or `undefined` in a find condition
 * is an error, the schema is made by migrations alone, and each connection has
 * time limits for statements, locks and idle transactions.
 */
export function dataSourceOptions(
  config: ConnectionConfig & { readonly poolSize: number },
  entities: EntityTarget<ObjectLiteral>[],
): DataSourceOptions {
  return {
    type: 'postgres',
    url: config.url,
    applicationName: 'orderly',
    entities: entities as Extract<DataSourceOptions, { type: 'postgres' }>['entities'],
    migrations: MIGRATIONS,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    installExtensions: false,
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
    logger: new StatementLogger(),
    poolSize: config.poolSize,
    extra: connectionOptions(config),
  };
}

/** What every connection to PostgreSQL is made with, beside its address. */
export function connectionOptions({ statementTimeoutMs, lockTimeoutMs }: ConnectionConfig) {
  return {
    pipeline: true,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    connectionTimeoutMillis: 10_000,
    onConnect: surviveBreaking,
  };
}

/**
 * A connection that breaks as it goes from the pool to its user has no listener yet, and an `error` that nobody
 * listens for ends the process. Whoever uses the connection is told by its statement, which fails.
 */
function surviveBreaking(client: ClientBase): void {
  client.on('error', () => undefined);
}
