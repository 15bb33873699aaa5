import { Injectable } from '@nestjs/common';
import { Database } from '../../../infrastructure/database/database.js';
import type { Transaction } from '../../../infrastructure/database/transaction.js';

/** Bytes of each piece of a file but the last. */
export const CHUNK_BYTES = 262_144;

/** The files of imports, in pieces. */
@Injectable()
export class ImportChunksRepository {
  constructor(private readonly database: Database) {}

  /** Adds a piece of a file. */
  async insert(tx: Transaction, importId: string, position: number, data: Buffer, now: Date): Promise<void> {
    await tx.query('INSERT INTO import_chunks (import_id, position, data, created_at) VALUES ($1, $2, $3, $4)', [
      importId,
      position,
      data,
      now,
    ]);
  }

  /** The bytes of a file from an offset on, piece by piece: each is read when it is asked for. */
  async *read(importId: string, offset: number): AsyncGenerator<Buffer> {
    const first = Math.floor(offset / CHUNK_BYTES);
    for (let position = first; ; position += 1) {
      const [row] = await this.database.query<{ data: Buffer }>(
        'SELECT data FROM import_chunks WHERE import_id = $1 AND position = $2',
        [importId, position],
      );
      if (!row) return;
      yield position === first ? row.data.subarray(offset - first * CHUNK_BYTES) : row.data;
    }
  }

  /** Deletes the pieces of an import that has ended. */
  async delete(tx: Transaction, importId: string): Promise<void> {
    await tx.query('DELETE FROM import_chunks WHERE import_id = $1', [importId]);
  }

  /** Deletes the pieces of an upload that became no import. */
  async discard(tx: Transaction, importId: string): Promise<void> {
    await tx.query(
      `DELETE FROM import_chunks
       WHERE import_id = $1 AND NOT EXISTS (SELECT 1 FROM product_imports i WHERE i.id = $1)`,
      [importId],
    );
  }

  /** Deletes what is left of uploads that stopped before a moment without becoming an import. */
  async discardStoppedBefore(tx: Transaction, before: Date): Promise<void> {
    await tx.query(
      `DELETE FROM import_chunks WHERE import_id IN (
         SELECT c.import_id FROM import_chunks c
         WHERE NOT EXISTS (SELECT 1 FROM product_imports i WHERE i.id = c.import_id)
         GROUP BY c.import_id HAVING max(c.created_at) < $1)`,
      [before],
    );
  }
}
