import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import type { LedgerAccount } from './ledger-entry.entity.js';
import { PaymentOperationEntity } from './payment-operation.entity.js';
import { PaymentEntity } from './payment.entity.js';
import type { PaymentOperation, ProviderOutcome } from './payment-provider.js';
import type { PaymentState } from './payment.state.js';

/** Money that moves between two accounts. */
export interface Posting {
  readonly postingId: string;
  readonly orderId: string;
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
  readonly amount: number;
  readonly currency: string;
}

const OPERATION_COLUMNS = `o.id, o.payment_id AS "paymentId", p.order_id AS "orderId", o.kind, o.amount::float8 AS amount,
  p.currency, p.provider, p.method_token AS "methodToken"`;

/** Payments, the calls to their providers, and the ledger. */
@Injectable()
export class PaymentsRepository {
  constructor(private readonly database: Database) {}

  /** Adds a payment with its authorisation still to be asked for; one statement. */
  async open(tx: Transaction, operation: PaymentOperation, now: Date): Promise<void> {
    await tx.query(
      `WITH payment AS (
         INSERT INTO payments (id, order_id, provider, method_token, state, currency, amount, created_at, updated_at)
         VALUES ($1, $2, $3, $4, 'pending', $5, $6, $7, $7) RETURNING id
       )
       INSERT INTO payment_operations (id, payment_id, kind, amount, state, created_at)
       SELECT $8, id, 'authorise', $6, 'pending', $7 FROM payment`,
      [
        operation.paymentId,
        operation.orderId,
        operation.provider,
        operation.methodToken,
        operation.currency,
        operation.amount,
        now,
        operation.id,
      ],
    );
  }

  /** Locks the payment of an order, or answers `null`. */
  lockByOrder(tx: Transaction, orderId: string): Promise<PaymentEntity | null> {
    return tx
      .repository(PaymentEntity)
      .findOne({ where: { orderId }, lock: { mode: 'for_no_key_update' } });
  }

  /** Adds a call to be made; one at a time for a payment, which a unique index holds. */
  async insertOperation(
    tx: Transaction,
    operation: PaymentOperation,
    reason: string | null,
    now: Date,
  ): Promise<void> {
    await tx.repository(PaymentOperationEntity).insert({
      id: operation.id,
      paymentId: operation.paymentId,
      kind: operation.kind,
      amount: operation.amount,
      reason,
      state: 'pending',
      providerReference: null,
      failure: null,
      createdAt: now,
      settledAt: null,
    });
  }

  /** Whether a call of a payment has not been answered yet. */
  hasPendingOperation(tx: Transaction, paymentId: string): Promise<boolean> {
    return tx.repository(PaymentOperationEntity).existsBy({ paymentId, state: 'pending' });
  }

  /**
   * Records what the provider answered and locks the payment; `null` when that was
   * recorded before. The conditional UPDATE lets one of any number of callers through.
   */
  async settleOperation(
    tx: Transaction,
    operationId: string,
    outcome: ProviderOutcome,
    now: Date,
  ): Promise<Pick<PaymentEntity, 'id' | 'state' | 'capturedAmount' | 'refundedAmount'> | null> {
    const [row] = await tx.query<Pick<PaymentEntity, 'id' | 'state' | 'capturedAmount' | 'refundedAmount'>>(
      `WITH settled AS (
         UPDATE payment_operations
         SET state = $2, provider_reference = $3, failure = $4, settled_at = $5
         WHERE id = $1 AND state = 'pending' RETURNING payment_id
       )
       SELECT p.id, p.state, p.captured_amount::float8 AS "capturedAmount",
              p.refunded_amount::float8 AS "refundedAmount"
       FROM payments p JOIN settled s ON s.payment_id = p.id FOR NO KEY UPDATE OF p`,
      [
        operationId,
        outcome.succeeded ? 'succeeded' : 'failed',
        outcome.succeeded ? outcome.reference : null,
        outcome.succeeded ? null : outcome.failure,
        now,
      ],
    );
    return row ?? null;
  }

  /** Moves a payment's state and adds to its amounts; false when it is in another state. */
  async move(
    tx: Transaction,
    move: { id: string; from: PaymentState; to: PaymentState; captured: number; refunded: number },
    now: Date,
  ): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE payments SET state = $3, captured_amount = captured_amount + $4,
              refunded_amount = refunded_amount + $5, updated_at = $6
       WHERE id = $1 AND state = $2 RETURNING id`,
      [move.id, move.from, move.to, move.captured, move.refunded, now],
    );
    return rows.length === 1;
  }

  /** Books money from one account to the other: two entries that sum to zero. */
  async post(tx: Transaction, posting: Posting, now: Date): Promise<void> {
    await tx.query(
      `INSERT INTO ledger_entries (id, posting_id, order_id, account, amount, currency, created_at)
       VALUES ($1, $3, $4, $5, $7, $8, $9), ($2, $3, $4, $6, -$7::bigint, $8, $9)`,
      [
        uuidv7(),
        uuidv7(),
        posting.postingId,
        posting.orderId,
        posting.debit,
        posting.credit,
        posting.amount,
        posting.currency,
        now,
      ],
    );
  }

  /** Calls that were to be made before `before` and have no answer, oldest first. */
  listStuck(before: Date, limit: number): Promise<PaymentOperation[]> {
    return this.database.query<PaymentOperation>(
      `SELECT ${OPERATION_COLUMNS} FROM payment_operations o JOIN payments p ON p.id = o.payment_id
       WHERE o.state = 'pending' AND o.created_at < $1 ORDER BY o.created_at LIMIT $2`,
      [before, limit],
    );
  }
}
