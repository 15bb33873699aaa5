import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { PurchasesService } from '../products/index.js';
import { OrderReadsRepository } from './order-reads.repository.js';

/** Tells products who has bought them. */
@Injectable()
export class OrderPurchasesService {
  constructor(
    private readonly reads: OrderReadsRepository,
    private readonly purchases: PurchasesService,
  ) {}

  /** Tells of an order as it is now; a guest's order is nobody's. */
  async tell(tx: Transaction, orderId: string): Promise<void> {
    const order = await this.reads.findIn(tx, orderId);
    const userId = order?.userId ?? null;
    if (!order || userId === null) return;
    const purchase = { orderId, userId, productIds: order.lines.map(({ productId }) => productId) };
    if (order.state === 'cancelled') await this.purchases.forget(tx, purchase);
    else await this.purchases.record(tx, purchase);
  }
}
