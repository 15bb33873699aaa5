import { Inject, Injectable } from '@nestjs/common';
import { Problem, problem } from '../../common/problems/problem.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { Database, Refusal } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { LOG, type Log } from '../../infrastructure/logging/logger.js';
import { domainEvent } from '../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../infrastructure/outbox/outbox.js';
import { CartsService } from '../carts/index.js';
import { InventoryService } from '../inventory/index.js';
import { PaymentsService, type PaymentOperation, type ProviderOutcome } from '../payments/index.js';
import { ORDER_CANCELLED, ORDER_PLACED } from './order.events.js';
import { OrdersRepository } from './orders.repository.js';

const RECOVERY_BATCH = 50;

/** What remains to be done once the provider has been asked, whoever asked. */
@Injectable()
export class OrderSettlementService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly payments: PaymentsService,
    private readonly inventory: InventoryService,
    private readonly carts: CartsService,
    private readonly outbox: Outbox,
    private readonly database: Database,
    private readonly clock: Clock,
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

  private async apply(tx: Transaction, operation: PaymentOperation, outcome: ProviderOutcome): Promise<void> {
    if (operation.kind === 'authorise') await this.placeOrDecline(tx, operation, outcome.succeeded);
    else await this.orders.touch(tx, operation.orderId, this.clock.now());
    await this.payments.settle(tx, operation, outcome);
  }

  /** The order's row is locked before the payment's; a second caller finds the move made and changes nothing. */
  private async placeOrDecline(
    tx: Transaction,
    { orderId }: PaymentOperation,
    authorised: boolean,
  ): Promise<void> {
    const context = { actor: 'system', now: this.clock.now() };
    const moved = await this.orders.move(tx, orderId, authorised ? 'place' : 'decline', context);
    if (!moved) return;
    this.outbox.append(tx, domainEvent(authorised ? ORDER_PLACED : ORDER_CANCELLED, orderId, { orderId }));
    if (authorised) return;
    if (moved.cartId !== null) await this.carts.reopen(tx, moved.cartId);
    await this.inventory.release(tx, orderId, await this.orders.linesOf(tx, orderId), context.actor);
  }
}
