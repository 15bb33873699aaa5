import { Injectable } from '@nestjs/common';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { ImportEntity } from './import.entity.js';
import type { ImportResult } from './import.schema.js';
import type { FilePosition } from './product-group.js';

/** How far an import has come. */
export interface ImportProgress {
  /** Where the first line is that is not imported. */
  readonly position: FilePosition;
  readonly rowsProcessed: number;
  readonly result: ImportResult;
}

/** An import that is not done. */
export interface OpenImport
  extends ImportProgress,
    Pick<ImportEntity, 'id' | 'format' | 'currency' | 'createdBy' | 'bytesTotal'> {}

/** Product imports. */
@Injectable()
export class ImportsRepository {
  constructor(private readonly database: Database) {}

  /** Adds an import, whose file is there already. */
  async insert(tx: Transaction, row: ImportEntity): Promise<void> {
    await tx.repository(ImportEntity).insert(row);
  }

  /** An import that is not done; `null` when it is. */
  async findOpen(id: string): Promise<OpenImport | null> {
    const [row] = await this.database.query<Omit<OpenImport, 'position'> & { offset: number; line: number }>(
      `SELECT id, format, currency, created_by AS "createdBy", bytes_total::float8 AS "bytesTotal",
              bytes_processed::float8 AS "offset", lines_processed AS line, rows_processed AS "rowsProcessed", result
       FROM product_imports WHERE id = $1 AND state IN ('queued', 'running')`,
      [id],
    );
    if (!row) return null;
    const { offset, line, ...open } = row;
    return { ...open, position: { offset, line } };
  }

  /**
   * Records how far an import has come, if it stands where the caller believes;
   * false when another run has gone on meanwhile. Locks the import.
   */
  async advance(
    tx: Transaction,
    id: string,
    from: FilePosition,
    { position, rowsProcessed, result }: ImportProgress,
    now: Date,
  ): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE product_imports
       SET state = 'running', bytes_processed = $3, lines_processed = $4, rows_processed = $5, result = $6, updated_at = $7
       WHERE id = $1 AND bytes_processed = $2 AND state IN ('queued', 'running') RETURNING id`,
      [id, from.offset, position.offset, position.line, rowsProcessed, JSON.stringify(result), now],
    );
    return rows.length === 1;
  }

  /** Ends an import. */
  async finish(tx: Transaction, id: string, failure: { detail: string } | null, now: Date): Promise<void> {
    await tx.query(
      `UPDATE product_imports SET state = $2, failure = $3, updated_at = $4
       WHERE id = $1 AND state IN ('queued', 'running')`,
      [id, failure ? 'failed' : 'succeeded', failure, now],
    );
  }
}
