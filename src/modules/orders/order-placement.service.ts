import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { problem } from '../../common/problems/problem.js';
import { hashSecretToken, newSecretToken } from '../../common/secrets/secret-token.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { Database } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import type { AnswerView } from '../../infrastructure/http/answer-view.js';
import { actorLabel, type Actor } from '../../infrastructure/http/actor.js';
import { PaymentsService, type PaymentOperation } from '../payments/index.js';
import { toOrder } from './order.mapper.js';
import { OrderReadsRepository } from './order-reads.repository.js';
import { OrderSettlementService } from './order-settlement.service.js';
import { OrderSourcesService, type Draft } from './order-sources.service.js';
import { orderTotals, type OrderTotals } from './order-totals.js';
import type { Order, PlaceOrder } from './order.schema.js';
import { orderMachine } from './order.state.js';
import { OrdersRepository } from './orders.repository.js';

/** The order that was made and the authorisation that is to be performed; kept with the idempotency key. */
interface Begun {
  readonly token: string;
  readonly operation: PaymentOperation;
}

/** Places orders. */
@Injectable()
export class OrderPlacementService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly reads: OrderReadsRepository,
    private readonly sources: OrderSourcesService,
    private readonly payments: PaymentsService,
    private readonly settlement: OrderSettlementService,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Places an order in two transactions with the provider's authorisation between
   * them. The first reads the prices again, reserves the stock and writes the order,
   * its lines, its payment and its event; the second records the authorisation.
   * The lines keep the titles in the language of the call. A call that breaks off between them is taken up by its repeat or by the worker.
   *
   * @throws Problem `not_found` (404) for the cart, `cart_not_open`, `cart_empty`, `variant_unavailable`,
   * `currency_mismatch`, `price_changed`, `insufficient_stock` (409), `payment_declined` (402)
   */
  async place(actor: Actor, input: PlaceOrder, view: AnswerView): Promise<Order> {
    const { token, operation } = await this.database.transaction((tx) => this.begin(tx, actor, input, view), {
      checkpoint: true,
    });
    return this.settlement.finish(operation, async (tx) => {
      const row = await this.reads.findIn(tx, operation.orderId);
      if (!row) throw problem('not_found');
      return { ...toOrder(row), token };
    });
  }

  private async begin(tx: Transaction, actor: Actor, input: PlaceOrder, view: AnswerView): Promise<Begun> {
    const draft = await this.sources.draft(tx, actor, input, view);
    const totals = orderTotals(draft.lines);
    assertAccepted(draft, totals.total, input.expectedTotal);
    const id = uuidv7();
    const token = newSecretToken();
    await this.insert(tx, { id, token, actor, input }, draft, totals);
    const operation = await this.payments.open(
      tx,
      { orderId: id, amount: totals.total, currency: draft.currency },
      { provider: input.payment.provider, methodToken: input.payment.token ?? null },
    );
    // Stock is the last lock: what many buyers wait for is held for the commit alone.
    await this.sources.reserve(tx, id, draft.lines, actorLabel(actor));
    return { token, operation };
  }

  private async insert(
    tx: Transaction,
    { id, token, actor, input }: { id: string; token: string; actor: Actor; input: PlaceOrder },
    draft: Draft,
    totals: OrderTotals,
  ): Promise<void> {
    const order = {
      id,
      cartId: draft.cartId,
      userId: actor.userId,
      email: input.email,
      tokenHash: hashSecretToken(token),
      state: orderMachine.initial,
      currency: draft.currency,
      subtotalAmount: totals.subtotal,
      discountAmount: totals.discount,
      shippingAmount: totals.shipping,
      taxAmount: totals.tax,
      totalAmount: totals.total,
      shippingAddress: input.shippingAddress,
      createdAt: this.clock.now(),
    };
    const lines = draft.lines.map((line, position) => ({
      ...line,
      id: uuidv7(),
      position,
      totalAmount: totals.lineTotals[position] ?? 0,
    }));
    await this.orders.insert(tx, order, lines, actorLabel(actor));
  }
}

/**
 * A buyer never pays more than was shown, or than was accepted since.
 *
 * @throws Problem `price_changed`, `currency_mismatch` (409)
 */
function assertAccepted(draft: Draft, total: number, expected: PlaceOrder['expectedTotal']): void {
  const { currency } = draft;
  const [first] = draft.lines;
  if (expected && expected.currency !== currency) {
    throw problem('currency_mismatch', {
      variantId: first?.variantId ?? '',
      expected: expected.currency,
      actual: currency,
    });
  }
  const most = expected?.amount ?? draft.shownTotal ?? total;
  if (total > most) {
    throw problem('price_changed', { total: { amount: total, currency }, shownTotal: { amount: most, currency } });
  }
}
