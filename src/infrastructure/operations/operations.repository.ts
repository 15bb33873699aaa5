import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import type { LongOperation, OperationState } from './operation.schema.js';

interface OperationRow extends Omit<LongOperation, 'createdAt' | 'updatedAt'> {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What is listed of the operations. */
export interface OperationFilter {
  readonly kind?: string | undefined;
  readonly state?: OperationState | undefined;
  readonly limit: number;
  /** Only those made before this position. */
  readonly after?: { readonly createdAt: string; readonly id: string } | undefined;
}

const COLUMNS = `id, kind, state, progress, result, failure, cancel_requested_at IS NOT NULL AS "cancelRequested", version,
  created_at AS "createdAt", updated_at AS "updatedAt"`;

/** Long work that people started. */
@Injectable()
export class OperationsRepository {
  constructor(private readonly database: Database) {}

  /** Adds an operation that waits to be begun. */
  async insert(
    tx: Transaction,
    operation: { id: string; kind: string; result: object | null; createdBy: string; now: Date },
  ): Promise<LongOperation> {
    const [row] = await tx.query<OperationRow & { [column: string]: unknown }>(
      `INSERT INTO operations (id, kind, state, result, created_by, created_at, updated_at)
       VALUES ($1, $2, 'queued', $3, $4, $5, $5) RETURNING ${COLUMNS}`,
      [operation.id, operation.kind, JSON.stringify(operation.result), operation.createdBy, operation.now],
    );
    if (!row) throw new Error('An inserted operation answered no row.');
    return toOperation(row);
  }

  /** An operation, or `null`. */
  async find(id: string): Promise<LongOperation | null> {
    const [row] = await this.database.query<OperationRow & { [column: string]: unknown }>(
      `SELECT ${COLUMNS} FROM operations WHERE id = $1`,
      [id],
    );
    return row ? toOperation(row) : null;
  }

  /** Operations, the newest first, one more than the limit if there are. */
  async list({ kind, state, limit, after }: OperationFilter): Promise<LongOperation[]> {
    const values: unknown[] = [];
    const conditions: string[] = [];
    const add = (value: unknown, condition: (parameter: string) => string): void => {
      if (value !== undefined) conditions.push(condition(`$${String(values.push(value))}`));
    };
    add(kind, (parameter) => `kind = ${parameter}`);
    add(state, (parameter) => `state = ${parameter}`);
    if (after) {
      const [at, id] = [values.push(after.createdAt), values.push(after.id)];
      conditions.push(`(created_at, id) < ($${String(at)}::timestamptz, $${String(id)}::uuid)`);
    }
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const rows = await this.database.query<OperationRow & { [column: string]: unknown }>(
      `SELECT ${COLUMNS} FROM operations ${where} ORDER BY created_at DESC, id DESC LIMIT $${String(values.push(limit + 1))}`,
      values,
    );
    return rows.map(toOperation);
  }

  /** Locks an operation that has not ended; `null` when it has, or someone wants it cancelled. */
  async lockRunning(tx: Transaction, id: string): Promise<Pick<LongOperation, 'cancelRequested' | 'result'> | null> {
    const [row] = await tx.query<Pick<LongOperation, 'cancelRequested' | 'result'>>(
      `SELECT cancel_requested_at IS NOT NULL AS "cancelRequested", result FROM operations
       WHERE id = $1 AND state IN ('queued', 'running') FOR NO KEY UPDATE`,
      [id],
    );
    return row ?? null;
  }

  /** Records how far a locked operation has come. */
  async advance(tx: Transaction, id: string, progress: number, result: object, now: Date): Promise<void> {
    await tx.query(
      `UPDATE operations SET state = 'running', progress = $2, result = $3, version = version + 1, updated_at = $4
       WHERE id = $1 AND state IN ('queued', 'running')`,
      [id, progress, JSON.stringify(result), now],
    );
  }

  /** Ends an operation; what has ended stays as it is. */
  async end(
    tx: Transaction,
    id: string,
    state: 'succeeded' | 'failed' | 'cancelled',
    failure: { detail: string } | null,
    now: Date,
  ): Promise<void> {
    await tx.query(
      `UPDATE operations SET state = $2, failure = $3, version = version + 1, updated_at = $4,
              progress = CASE WHEN $2 = 'succeeded' THEN 100 ELSE progress END
       WHERE id = $1 AND state IN ('queued', 'running')`,
      [id, state, failure === null ? null : JSON.stringify(failure), now],
    );
  }

  /** Asks for an end; one that has not begun is cancelled at once. `null` when there is none that goes on. */
  async requestCancel(tx: Transaction, id: string, now: Date): Promise<LongOperation | null> {
    const [row] = await tx.query<OperationRow & { [column: string]: unknown }>(
      `UPDATE operations SET cancel_requested_at = coalesce(cancel_requested_at, $2), version = version + 1, updated_at = $2,
              state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
       WHERE id = $1 AND state IN ('queued', 'running') RETURNING ${COLUMNS}`,
      [id, now],
    );
    return row ? toOperation(row) : null;
  }

  /** Where an operation stands, within a transaction; `null` when there is none. */
  async stateIn(tx: Transaction, id: string): Promise<OperationState | null> {
    const [row] = await tx.query<{ state: OperationState }>('SELECT state FROM operations WHERE id = $1', [id]);
    return row?.state ?? null;
  }
}

function toOperation(row: OperationRow): LongOperation {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    progress: row.progress,
    result: row.result,
    failure: row.failure,
    cancelRequested: row.cancelRequested,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
