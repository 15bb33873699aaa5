import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../infrastructure/database/transaction.js';

const BATCH = 100;

/** Moves the states of products whose time has come. Rows that somebody else has locked are left to the next run. */
@Injectable()
export class PublishingRepository {
  /** Publishes some drafts that are due; answers their ids, none when there are no more. */
  publishDue(tx: Transaction, now: Date): Promise<{ id: string }[]> {
    return tx.query(
      `WITH due AS MATERIALIZED (
         SELECT id FROM products WHERE state = 'draft' AND publish_at <= $1
         ORDER BY publish_at, id LIMIT ${String(BATCH)} FOR NO KEY UPDATE SKIP LOCKED
       )
       UPDATE products p SET state = 'active', version = p.version + 1, updated_at = $1
       FROM due WHERE p.id = due.id RETURNING p.id`,
      [now],
    );
  }

  /** Archives some products whose time of sale is over; answers their ids, none when there are no more. */
  archiveDue(tx: Transaction, now: Date): Promise<{ id: string }[]> {
    return tx.query(
      `WITH due AS MATERIALIZED (
         SELECT id FROM products WHERE state = 'active' AND unpublish_at <= $1
         ORDER BY unpublish_at, id LIMIT ${String(BATCH)} FOR NO KEY UPDATE SKIP LOCKED
       )
       UPDATE products p SET state = 'archived', version = p.version + 1, updated_at = $1
       FROM due WHERE p.id = due.id RETURNING p.id`,
      [now],
    );
  }
}
