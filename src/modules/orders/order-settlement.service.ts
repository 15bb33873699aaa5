import { Inject, Injectable } from '@nestjs/common';
import { Problem, problem } from '../../common/problems/problem.js';
import { Database, Refusal } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { LOG, type Log } from '../../infrastructure/logging/logger.js';
import { PaymentsService, type PaymentOperation, type ProviderOutcome } from '../payments/index.js';
import { OrderOutcomeService } from './order-outcome.service.js';

const RECOVERY_BATCH = 50;

/** What remains to be done once the provider has been asked, whoever asked. */
@Injectable()
export class OrderSettlementService {
  constructor(
    private readonly outcomes: OrderOutcomeService,
    private readonly payments: PaymentsService,
    private readonly database: Database,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Performs a payment operation and records what came of it, in one transaction with
   * what it means for the order. Safe to repeat, also beside another caller.
   *
   * @param answer reads what the caller is told, in that transaction
   * @throws Problem `payment_declined` (402) once that is recorded,
   * `payment_provider_unavailable` (503) when the provider does not answer
   */
  async finish<T>(operation: PaymentOperation, answer: (tx: Transaction) => Promise<T>): Promise<T> {
    const outcome = await this.perform(operation);
    return this.database.transaction(async (tx) => {
      await this.apply(tx, operation, outcome);
      if (outcome.succeeded) return answer(tx);
      return new Refusal(problem('payment_declined', { orderId: operation.orderId, reason: outcome.failure }));
    });
  }

  /**
   * Finishes operations whose request never came back, at most 50 at a time.
   *
   * @param afterMs milliseconds for which a request may still be at it
   * @returns how many were finished
   */
  async recover(afterMs: number): Promise<number> {
    const stuck = await this.payments.listStuck(afterMs, RECOVERY_BATCH);
    let finished = 0;
    for (const operation of stuck) {
      try {
        const outcome = await this.perform(operation);
        await this.database.transaction((tx) => this.apply(tx, operation, outcome));
        finished += 1;
        this.log.info({ operationId: operation.id, kind: operation.kind }, 'payment recovered');
      } catch (error) {
        this.log.warn({ err: error, operationId: operation.id }, 'payment not recovered yet');
      }
    }
    return finished;
  }

  private async perform(operation: PaymentOperation): Promise<ProviderOutcome> {
    try {
      return await this.payments.perform(operation);
    } catch (error) {
      this.log.error({ err: error, operationId: operation.id }, 'the payment provider failed');
      throw error instanceof Problem ? error : problem('payment_provider_unavailable');
    }
  }

  /** Locks in the order of `lock-order.ts`; a second caller finds each move made and changes nothing. */
  private async apply(tx: Transaction, operation: PaymentOperation, outcome: ProviderOutcome): Promise<void> {
    const { orderId, kind } = operation;
    if (kind === 'authorise' && !outcome.succeeded) {
      await this.decline(tx, operation, outcome);
      return;
    }
    if (kind === 'authorise') await this.outcomes.place(tx, orderId);
    else await this.outcomes.touch(tx, orderId);
    await this.payments.settle(tx, operation, outcome);
  }

  private async decline(tx: Transaction, operation: PaymentOperation, outcome: ProviderOutcome): Promise<void> {
    const moved = await this.outcomes.end(tx, operation.orderId, 'decline', 'system');
    await this.payments.settle(tx, operation, outcome);
    if (!moved) return;
    await this.outcomes.reopenCart(tx, moved);
    await this.outcomes.release(tx, operation.orderId, 'system');
  }
}
