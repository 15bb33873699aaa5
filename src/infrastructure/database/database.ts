import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { problem, type Problem } from '../../common/problems/problem.js';
import { PreparedStatements } from './prepared-statements.js';
import { SearchConnections } from './search-connections.js';
import { publishStatement } from './statements.js';
import { currentScope, type TransactionScope } from './transaction-scope.js';
import { Transaction } from './transaction.js';

const ATTEMPTS = 4;
/** SQLSTATE of a serialization failure and of a deadlock: the work may be run again as a whole. */
const RETRYABLE = new Set(['40001', '40P01']);

/** How a transaction takes part in its request. */
export interface TransactionOptions {
  /**
   * More transactions of the same request follow. The result, which must be
   * plain JSON, is kept with the idempotency key: a retry goes on from here.
   */
  readonly checkpoint?: boolean;
}

/** A refusal that is an effect in itself: the transaction commits, the answer is kept, then it is thrown. */
export class Refusal {
  constructor(readonly problem: Problem) {}
}

/** Kinds of reads that a connection keeps planned; most take PostgreSQL some 50 kB. */
const MAX_PREPARED = 256;

const insideTransaction = new AsyncLocalStorage<true>();
/** The transaction of the running rehearsal; all work of the request is done in it. */
const rehearsal = new AsyncLocalStorage<Transaction>();

/** Whether the running work is only tried: nothing outside of the database may be told of it. */
export function isRehearsing(): boolean {
  return rehearsal.getStore() !== undefined;
}

/** Throws when called within a transaction: nothing may wait for a network while rows are locked. */
export function assertOutsideTransaction(what: string): void {
  if (insideTransaction.getStore()) throw new Error(`${what} must not run inside a transaction.`);
}

/** PostgreSQL: single reads, and the only way to begin a transaction. */
@Injectable()
export class Database {
  private ended = 0;
  private readonly reads: PreparedStatements;

  constructor(
    private readonly dataSource: DataSource,
    private readonly searches: SearchConnections,
  ) {
    this.reads = new PreparedStatements(this.pool, MAX_PREPARED);
  }

  /**
   * Runs one read on its own; a read that decides a write belongs in the write's transaction.
   *
   * @throws Error within a transaction: a request that needs two connections can wait for itself
   */
  async query<R extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<R[]> {
    assertOutsideTransaction('A read on a connection of its own');
    const rehearsed = rehearsal.getStore();
    if (rehearsed) return rehearsed.query<R>(sql, values);
    publishStatement(sql);
    return this.reads.query<R>(sql, values);
  }

  /**
   * The same on the connections for searches: PostgreSQL plans the statement once a connection,
   * whatever the values, and never by reading a whole table.
   */
  async queryAsPlanned<R extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<R[]> {
    assertOutsideTransaction('A read on a connection of its own');
    const rehearsed = rehearsal.getStore();
    if (rehearsed) return rehearsed.query<R>(sql, values);
    publishStatement(sql);
    return this.searches.query<R>(sql, values);
  }

  /**
   * Runs `work` in a transaction, again as a whole on a deadlock or serialization
   * failure (SQLSTATE 40P01, 40001), three times at most. `work` must have no
   * effect outside of `tx`.
   *
   * @throws Problem `busy` (503) when it failed each time; whatever `work` throws, after a rollback
   */
  async transaction<T>(
    work: (tx: Transaction) => Promise<T | Refusal>,
    options: TransactionOptions = {},
  ): Promise<T> {
    assertOutsideTransaction('Another transaction');
    const rehearsed = rehearsal.getStore();
    if (rehearsed) return runInRehearsal(rehearsed, work);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await this.attempt(work, options.checkpoint ?? false).finally(() => { this.ended += 1; });
        if (result instanceof Refusal) throw result.problem;
        return result;
      } catch (error) {
        if (!isRetryable(error)) throw error;
        if (attempt === ATTEMPTS) throw problem('busy');
        await delay(5 * attempt * attempt);
      }
    }
  }

  /**
   * Runs `work` with all its reads and transactions in one transaction that is rolled
   * back at its end; deferred constraints are checked before.
   *
   * @throws whatever `work` throws
   */
  async rehearse<T>(work: () => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner('master');
    try {
      const client = (await runner.connect()) as PoolClient;
      await send(client, 'BEGIN');
      markActive(runner, true);
      const tx = Transaction.open(client, runner.manager);
      try {
        const result = await rehearsal.run(tx, work);
        await send(client, 'SET CONSTRAINTS ALL IMMEDIATE');
        return result;
      } finally {
        await send(client, 'ROLLBACK').catch(() => undefined);
        markActive(runner, false);
      }
    } finally {
      await runner.release();
    }
  }

  /** How many transactions of this process have ended; what it grew since was perhaps a change. */
  get transactionsEnded(): number {
    return this.ended;
  }

  /** The connections of this process by what they are for, and how much work waits for one. */
  connections(): { pool: 'main' | 'search'; busy: number; idle: number; waiting: number }[] {
    if (!this.dataSource.isInitialized) return [];
    return ([['main', this.pool], ['search', this.searches.counts]] as const).map(([pool, { totalCount, idleCount, waitingCount }]) =>
      ({ pool, busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount }));
  }

  private async attempt<T>(
    work: (tx: Transaction) => Promise<T | Refusal>,
    checkpoint: boolean,
  ): Promise<T | Refusal> {
    const runner = this.dataSource.createQueryRunner('master');
    try {
      const client = (await runner.connect()) as PoolClient;
      return await insideTransaction.run(true, () => runTransaction(runner, client, work, checkpoint));
    } finally {
      await runner.release();
    }
  }

  private get pool(): Pool {
    return (this.dataSource.driver as unknown as { master: Pool }).master;
  }
}

/** A transaction of a rehearsed request: all but its commit. */
async function runInRehearsal<T>(tx: Transaction, work: (tx: Transaction) => Promise<T | Refusal>): Promise<T> {
  const result = await insideTransaction.run(true, async () => {
    const done = await work(tx);
    for (const write of tx.takeBeforeCommit()) await write(tx);
    return done;
  });
  if (result instanceof Refusal) throw result.problem;
  return result;
}

async function runTransaction<T>(
  runner: QueryRunner,
  client: PoolClient,
  work: (tx: Transaction) => Promise<T | Refusal>,
  checkpoint: boolean,
): Promise<T | Refusal> {
  const tx = Transaction.open(client, runner.manager);
  const scope = currentScope();
  // Not awaited: BEGIN travels with the first statement. Connections are pipelined, in order.
  const begun = send(client, 'BEGIN');
  begun.catch(() => undefined);
  markActive(runner, true);
  try {
    const result = await recoverOrRun(tx, scope, work, checkpoint);
    await begun;
    // The last writes and COMMIT travel together: if one fails, COMMIT rolls back.
    const last = tx.takeBeforeCommit().map((write) => write(tx));
    const committed = send(client, 'COMMIT');
    await settleAll([...last, committed]);
    scope?.committed();
    return result;
  } catch (error) {
    await begun.catch(() => undefined);
    await send(client, 'ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    markActive(runner, false);
  }
}

async function recoverOrRun<T>(
  tx: Transaction,
  scope: TransactionScope | undefined,
  work: (tx: Transaction) => Promise<T | Refusal>,
  checkpoint: boolean,
): Promise<T | Refusal> {
  const recovered = await scope?.begin(tx);
  if (recovered?.done) return recovered.result as T;
  const result = await work(tx);
  scope?.finish(tx, { result, checkpoint });
  return result;
}

/** TypeORM must know of the transaction, or its repositories would begin one of their own. */
function markActive(runner: QueryRunner, active: boolean): void {
  (runner as { isTransactionActive: boolean }).isTransactionActive = active;
}

async function send(client: PoolClient, sql: string): Promise<void> {
  publishStatement(sql);
  await client.query(sql);
}

async function settleAll(promises: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(promises);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

function isRetryable(error: unknown): boolean {
  return RETRYABLE.has(sqlState(error) ?? '');
}

/** The SQLSTATE of a PostgreSQL error, also where TypeORM wrapped it. */
export function sqlState(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, driverError } = error as { code?: unknown; driverError?: unknown };
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
  return driverError === undefined ? undefined : sqlState(driverError);
}
