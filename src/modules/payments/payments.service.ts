import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { problem } from '../../common/problems/problem.js';
import { Clock } from '../../infrastructure/clock/clock.js';
import { assertOutsideTransaction, isRehearsing } from '../../infrastructure/database/database.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { domainEvent } from '../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../infrastructure/outbox/outbox.js';
import type { PaymentEntity } from './payment.entity.js';
import { PAYMENT_EVENTS, PAYMENT_FAILED } from './payment.events.js';
import {
  PAYMENT_PROVIDERS,
  type PaymentOperation,
  type PaymentProvider,
  type ProviderOutcome,
} from './payment-provider.js';
import { paymentMachine, type PaymentAction } from './payment.state.js';
import { PaymentsRepository } from './payments.repository.js';

/** What is asked of an order's payment. */
export interface PaymentRequest {
  readonly orderId: string;
  readonly kind: 'capture' | 'void' | 'refund';
  /** Minor units of a refund; `null` for all that is left. */
  readonly amount: number | null;
  readonly reason: string | null;
}

/**
 * Moves money in three steps: `open` or `request` writes what is to be done, `perform`
 * asks the provider outside of any transaction, `settle` records the answer.
 */
@Injectable()
export class PaymentsService {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(PAYMENT_PROVIDERS) private readonly providers: readonly PaymentProvider[],
  ) {}

  /** Writes the payment of a new order; its authorisation is to be performed next. */
  async open(
    tx: Transaction,
    order: { orderId: string; amount: number; currency: string },
    method: { provider: string; methodToken: string | null },
  ): Promise<PaymentOperation> {
    const operation = { ...order, ...method, id: uuidv7(), paymentId: uuidv7(), kind: 'authorise' as const };
    await this.payments.open(tx, operation, this.clock.now());
    return operation;
  }

  /**
   * Writes a capture, void or refund that is to be performed next. Locks the payment.
   *
   * @throws Problem `invalid_state_transition`, `payment_in_progress`, `refund_exceeds_capture` (409)
   */
  async request(tx: Transaction, { orderId, kind, amount, reason }: PaymentRequest): Promise<PaymentOperation> {
    const payment = await this.payments.lockByOrder(tx, orderId);
    if (!payment) throw problem('not_found');
    if (await this.payments.hasPendingOperation(tx, payment.id)) throw problem('payment_in_progress');
    if (paymentMachine.next(payment.state, kind) === null) {
      throw problem('invalid_state_transition', { state: payment.state, action: kind });
    }
    const operation = {
      id: uuidv7(),
      paymentId: payment.id,
      orderId,
      kind,
      amount: amountOf(payment, kind, amount),
      currency: payment.currency,
      provider: payment.provider,
      methodToken: payment.methodToken,
    };
    await this.payments.insertOperation(tx, operation, reason, this.clock.now());
    return operation;
  }

  /**
   * Writes whatever gives a cancelled order's money back: a void, a refund of what is
   * left, or nothing. Locks the payment.
   *
   * @throws Problem `payment_in_progress` (409)
   */
  async requestReturn(tx: Transaction, orderId: string, reason: string | null): Promise<PaymentOperation | null> {
    const payment = await this.payments.lockByOrder(tx, orderId);
    if (!payment) return null;
    const kind = (['void', 'refund'] as const).find((action) => paymentMachine.next(payment.state, action) !== null);
    return kind === undefined ? null : this.request(tx, { orderId, kind, amount: null, reason });
  }

  /**
   * Asks the provider, under the operation's id as its idempotency key. Safe to repeat.
   *
   * @throws whatever the provider throws when it cannot say what happened
   */
  perform(operation: PaymentOperation): Promise<ProviderOutcome> {
    assertOutsideTransaction('Calling a payment provider');
    const provider = this.providers.find(({ name }) => name === operation.provider);
    if (!provider) throw new Error(`There is no payment provider ${operation.provider}.`);
    // What is only tried moves no money: the provider is taken to agree.
    if (isRehearsing()) return Promise.resolve({ succeeded: true, reference: 'dry-run' });
    const { id, kind, amount, currency, methodToken } = operation;
    return provider.perform({ idempotencyKey: id, kind, amount, currency, methodToken });
  }

  /**
   * Records what the provider answered: the payment's state, the ledger and the event.
   *
   * @returns false when that was recorded before
   */
  async settle(tx: Transaction, operation: PaymentOperation, outcome: ProviderOutcome): Promise<boolean> {
    const now = this.clock.now();
    const payment = await this.payments.settleOperation(tx, operation.id, outcome, now);
    if (!payment) return false;
    const action = actionOf(payment, operation, outcome);
    const to = action && paymentMachine.next(payment.state, action);
    if (to) {
      const captured = action === 'capture' ? operation.amount : 0;
      const refunded = operation.kind === 'refund' ? operation.amount : 0;
      await this.payments.move(tx, { id: payment.id, from: payment.state, to, captured, refunded }, now);
    }
    if (outcome.succeeded) await this.post(tx, operation, now);
    this.outbox.append(tx, eventOf(operation, outcome));
    return true;
  }

  /** Operations that were to be performed `afterMs` milliseconds ago or earlier and are not settled. */
  listStuck(afterMs: number, limit: number): Promise<PaymentOperation[]> {
    return this.payments.listStuck(new Date(this.clock.now().getTime() - afterMs), limit);
  }

  private async post(tx: Transaction, operation: PaymentOperation, now: Date): Promise<void> {
    const { id, orderId, kind, amount, currency } = operation;
    if (amount === 0 || (kind !== 'capture' && kind !== 'refund')) return;
    const [debit, credit] =
      kind === 'capture' ? (['provider_balance', 'sales'] as const) : (['sales', 'provider_balance'] as const);
    await this.payments.post(tx, { postingId: id, orderId, debit, credit, amount, currency }, now);
  }
}

/** @throws Problem `refund_exceeds_capture` (409) */
function amountOf(payment: PaymentEntity, kind: PaymentRequest['kind'], amount: number | null): number {
  if (kind !== 'refund') return payment.amount;
  const refundable = payment.capturedAmount - payment.refundedAmount;
  if (amount !== null && amount > refundable) {
    throw problem('refund_exceeds_capture', {
      refundable: { amount: refundable, currency: payment.currency },
    });
  }
  return amount ?? refundable;
}

/** The move of the payment that an outcome makes, or `null` when it stays where it is. */
function actionOf(
  payment: Pick<PaymentEntity, 'capturedAmount' | 'refundedAmount'>,
  operation: PaymentOperation,
  outcome: ProviderOutcome,
): PaymentAction | null {
  if (!outcome.succeeded) return operation.kind === 'authorise' ? 'decline' : null;
  if (operation.kind !== 'refund') return operation.kind;
  const left = payment.capturedAmount - payment.refundedAmount - operation.amount;
  return left > 0 ? 'refund_partly' : 'refund';
}

function eventOf(operation: PaymentOperation, outcome: ProviderOutcome) {
  const { paymentId, orderId, id: operationId, amount, currency } = operation;
  const payload = { paymentId, orderId, operationId, amount, currency };
  return outcome.succeeded
    ? domainEvent(PAYMENT_EVENTS[operation.kind], paymentId, payload)
    : domainEvent(PAYMENT_FAILED, paymentId, { ...payload, failure: outcome.failure });
}
