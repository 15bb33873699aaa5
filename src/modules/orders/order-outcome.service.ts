import { Injectable } from '@nestjs/common';
import { Clock } from '../../infrastructure/clock/clock.js';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { domainEvent } from '../../infrastructure/outbox/event-registry.js';
import { Outbox } from '../../infrastructure/outbox/outbox.js';
import { CartsService } from '../carts/index.js';
import { InventoryService } from '../inventory/index.js';
import { ORDER_CANCELLED, ORDER_PLACED } from './order.events.js';
import { OrdersRepository, type MovedOrder } from './orders.repository.js';

/** How an order goes on: it stands, or it comes to nothing. Steps of other transactions. */
@Injectable()
export class OrderOutcomeService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly inventory: InventoryService,
    private readonly carts: CartsService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Lets an order stand whose payment is authorised; a repeat changes nothing. Locks the order. */
  async place(tx: Transaction, orderId: string): Promise<void> {
    const moved = await this.orders.move(tx, orderId, 'place', { actor: 'system', now: this.clock.now() });
    if (moved) this.outbox.append(tx, domainEvent(ORDER_PLACED, orderId, { orderId }));
  }

  /**
   * Ends an order that was declined or is cancelled. Locks the order; what it held is
   * given back by `release`, after the payment's row was locked (see `lock-order.ts`).
   *
   * @returns `null` when the order is in a state without that move
   */
  async end(
    tx: Transaction,
    orderId: string,
    action: 'decline' | 'cancel',
    actor: string,
  ): Promise<MovedOrder | null> {
    const moved = await this.orders.move(tx, orderId, action, { actor, now: this.clock.now() });
    if (moved) this.outbox.append(tx, domainEvent(ORDER_CANCELLED, orderId, { orderId }));
    return moved;
  }

  /** Frees the stock of an ended order. */
  async release(tx: Transaction, orderId: string, actor: string): Promise<void> {
    await this.inventory.release(tx, orderId, await this.orders.linesOf(tx, orderId), actor);
  }

  /** Opens the cart of a declined order again, so that its buyer can pay otherwise. */
  async reopenCart(tx: Transaction, { cartId }: MovedOrder): Promise<void> {
    if (cartId !== null) await this.carts.reopen(tx, cartId);
  }

  /** Counts the version of an order up whose payment has moved. Locks the order. */
  touch(tx: Transaction, orderId: string): Promise<void> {
    return this.orders.touch(tx, orderId, this.clock.now());
  }
}
