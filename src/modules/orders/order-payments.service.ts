import { Injectable } from '@nestjs/common';
import { problem } from '../../common/problems/problem.js';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { actorLabel, type Actor } from '../../infrastructure/http/actor.js';
import { PaymentsService, type PaymentOperation } from '../payments/index.js';
import { toAdminOrder } from './order.mapper.js';
import { OrderOutcomeService } from './order-outcome.service.js';
import { OrderReadsRepository } from './order-reads.repository.js';
import { OrderSettlementService } from './order-settlement.service.js';
import type { AdminOrder, CancelOrder, RefundOrder } from './order.schema.js';
import { OrdersRepository } from './orders.repository.js';

/**
 * What staff do with an order's money: capture, refund, cancel. Each writes what is to
 * be done, asks the provider, and records the answer.
 */
@Injectable()
export class OrderPaymentsService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly reads: OrderReadsRepository,
    private readonly payments: PaymentsService,
    private readonly settlement: OrderSettlementService,
    private readonly outcomes: OrderOutcomeService,
    private readonly database: Database,
  ) {}

  /**
   * Takes the authorised amount.
   *
   * @throws Problem `not_found` (404), `invalid_state_transition`, `payment_in_progress` (409), `payment_declined` (402)
   */
  capture(id: string): Promise<AdminOrder> {
    return this.run(id, async (tx) => {
      const { state } = await this.orders.lock(tx, id);
      if (state === 'cancelled') throw problem('invalid_state_transition', { state, action: 'capture' });
      return this.payments.request(tx, { orderId: id, kind: 'capture', amount: null, reason: null });
    });
  }

  /**
   * Gives captured money back, all that is left unless an amount is named.
   *
   * @throws Problem `not_found` (404), `invalid_state_transition`, `payment_in_progress`,
   * `refund_exceeds_capture`, `currency_mismatch` (409), `payment_declined` (402)
   */
  refund(id: string, { amount, reason }: RefundOrder): Promise<AdminOrder> {
    return this.run(id, async (tx) => {
      const { currency } = await this.orders.lock(tx, id);
      if (amount && amount.currency !== currency) {
        const [line] = await this.orders.linesOf(tx, id);
        throw problem('currency_mismatch', {
          variantId: line?.variantId ?? '',
          expected: currency,
          actual: amount.currency,
        });
      }
      return this.payments.request(tx, {
        orderId: id,
        kind: 'refund',
        amount: amount?.amount ?? null,
        reason: reason ?? null,
      });
    });
  }

  /**
   * Cancels an order of which nothing was shipped: the stock comes back, the payment is
   * voided or refunded.
   *
   * @throws Problem `not_found` (404), `invalid_state_transition`, `payment_in_progress` (409)
   */
  cancel(actor: Actor, id: string, { reason }: CancelOrder): Promise<AdminOrder> {
    return this.run(id, async (tx) => {
      const { state } = await this.orders.lock(tx, id);
      if (!(await this.outcomes.end(tx, id, 'cancel', actorLabel(actor)))) {
        throw problem('invalid_state_transition', { state, action: 'cancel' });
      }
      const operation = await this.payments.requestReturn(tx, id, reason ?? null);
      await this.outcomes.release(tx, id, actorLabel(actor));
      return operation;
    });
  }

  private async run(
    id: string,
    request: (tx: Transaction) => Promise<PaymentOperation | null>,
  ): Promise<AdminOrder> {
    const operation = await this.database.transaction(request, { checkpoint: true });
    const answer = async (tx: Transaction): Promise<AdminOrder> => {
      const row = await this.reads.findIn(tx, id);
      if (!row) throw problem('not_found');
      return toAdminOrder(row);
    };
    return operation ? this.settlement.finish(operation, answer) : this.database.transaction(answer);
  }
}
