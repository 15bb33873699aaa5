import { Injectable } from '@nestjs/common';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { ImportEntity } from './import.entity.js';
import type { ImportResult } from './import.schema.js';

/** How far an import has come. */
export interface ImportProgress {
  readonly rowsProcessed: number;
  readonly result: ImportResult;
}

/** Product imports with their files. */
@Injectable()
export class ImportsRepository {
  constructor(private readonly database: Database) {}

  /** Adds an import with its file. */
  async insert(tx: Transaction, row: ImportEntity): Promise<void> {
    await tx.repository(ImportEntity).insert(row);
  }

  /** The file of an import that is not done, with its currency and progress; `null` when it is. */
  async findOpen(
    id: string,
  ): Promise<(Pick<ImportEntity, 'format' | 'currency' | 'createdBy'> & ImportProgress & { file: Buffer }) | null> {
    const [row] = await this.database.query<
      Pick<ImportEntity, 'format' | 'currency' | 'createdBy'> & ImportProgress & { file: Buffer }
    >(
      `SELECT file, format, currency, created_by AS "createdBy", rows_processed AS "rowsProcessed", result
       FROM product_imports WHERE id = $1 AND state IN ('queued', 'running') AND file IS NOT NULL`,
      [id],
    );
    return row ?? null;
  }

  /**
   * Records how far an import has come, if it stands where the caller believes;
   * false when another run has gone on meanwhile. Locks the import.
   */
  async advance(
    tx: Transaction,
    id: string,
    from: number,
    progress: ImportProgress & { rowsTotal: number },
    now: Date,
  ): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE product_imports
       SET state = 'running', rows_total = $3, rows_processed = $4, result = $5, updated_at = $6
       WHERE id = $1 AND rows_processed = $2 AND state IN ('queued', 'running') RETURNING id`,
      [id, from, progress.rowsTotal, progress.rowsProcessed, JSON.stringify(progress.result), now],
    );
    return rows.length === 1;
  }

  /** Ends an import and drops its file. */
  async finish(tx: Transaction, id: string, failure: { detail: string } | null, now: Date): Promise<void> {
    await tx.query(
      `UPDATE product_imports SET state = $2, failure = $3, file = NULL, updated_at = $4
       WHERE id = $1 AND state IN ('queued', 'running')`,
      [id, failure ? 'failed' : 'succeeded', failure, now],
    );
  }
}
