import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/transaction.js';

/** A key as a call claims it. */
export interface Claim {
  readonly keyHash: Buffer;
  readonly operation: string;
  readonly fingerprint: Buffer;
  readonly attempt: string;
  readonly now: Date;
  readonly lockedUntil: Date;
  readonly expiresAt: Date;
}

/** What stands in the table after a claim. */
export interface ClaimedKey {
  readonly sameRequest: boolean;
  /** The call that claims may run: nobody did, or whoever did has stopped. */
  readonly mine: boolean;
  readonly answered: boolean;
  readonly sealedResult: Buffer | null;
}

const SWEEP_BATCH = 5_000;

/** The keys of requests that were seen, each with its sealed answer. */
@Injectable()
export class IdempotencyRepository {
  /**
   * Claims a key. A concurrent claim of the same key waits on the unique index
   * until this transaction ends, or for the lock timeout (SQLSTATE 55P03).
   */
  async claim(tx: Transaction, claim: Claim): Promise<ClaimedKey> {
    // One statement: the conflict branch locks the row, so that only one repeat takes over a stopped call.
    const [row] = await tx.query<ClaimedKey>(
      `INSERT INTO idempotency_keys AS k
         (key_hash, operation, fingerprint, state, attempt, locked_until, created_at, expires_at)
       VALUES ($1, $2, $3, 'running', $4, $5, $6, $7)
       ON CONFLICT (key_hash) DO UPDATE SET
         attempt = CASE WHEN k.state = 'running' AND k.locked_until <= EXCLUDED.created_at
                        THEN EXCLUDED.attempt ELSE k.attempt END,
         locked_until = CASE WHEN k.state = 'running' AND k.locked_until <= EXCLUDED.created_at
                             THEN EXCLUDED.locked_until ELSE k.locked_until END
       RETURNING fingerprint = $3 AS "sameRequest", attempt = $4 AS mine,
                 state = 'answered' AS answered, sealed_result AS "sealedResult"`,
      [
        claim.keyHash,
        claim.operation,
        claim.fingerprint,
        claim.attempt,
        claim.lockedUntil,
        claim.now,
        claim.expiresAt,
      ],
    );
    if (!row) throw new Error('The claim of an idempotency key answered no row.');
    return row;
  }

  /** Keeps a result with its key, if the key is still held by `attempt`. */
  async store(
    tx: Transaction,
    result: { keyHash: Buffer; attempt: string; sealed: Buffer; answered: boolean },
  ): Promise<void> {
    await tx.query(
      `UPDATE idempotency_keys SET sealed_result = $3, state = $4 WHERE key_hash = $1 AND attempt = $2`,
      [result.keyHash, result.attempt, result.sealed, result.answered ? 'answered' : 'running'],
    );
  }

  /** Lets a repeat take up a call at once that failed between its transactions. */
  async release(tx: Transaction, keyHash: Buffer, attempt: string, now: Date): Promise<void> {
    await tx.query(
      `UPDATE idempotency_keys SET locked_until = $3
       WHERE key_hash = $1 AND attempt = $2 AND state = 'running'`,
      [keyHash, attempt, now],
    );
  }

  /** Forgets keys that have expired, at most 5,000 at a time; true when there may be more. */
  async deleteExpired(tx: Transaction, now: Date): Promise<boolean> {
    const deleted = await tx.query(
      `DELETE FROM idempotency_keys WHERE key_hash IN (
         SELECT key_hash FROM idempotency_keys WHERE expires_at <= $1
         LIMIT ${String(SWEEP_BATCH)} FOR UPDATE SKIP LOCKED) RETURNING 1`,
      [now],
    );
    return deleted.length === SWEEP_BATCH;
  }
}
