import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../infrastructure/database/transaction.js';
import { ProductSalesService, PurchasesService } from '../products/index.js';
import { ORDER_PLACED } from './order.events.js';
import { OrderReadsRepository, type OrderRead } from './order-reads.repository.js';

/** Tells products who has bought them. */
@Injectable()
export class OrderPurchasesService {
  constructor(
    private readonly reads: OrderReadsRepository,
    private readonly purchases: PurchasesService,
    private readonly sales: ProductSalesService,
  ) {}

  /** Tells of an order as it is now, and of the units that were sold by it or come back; a guest's order is nobody's purchase. */
  async tell(tx: Transaction, orderId: string, eventType: string): Promise<void> {
    const order = await this.reads.findIn(tx, orderId);
    if (order) await this.sales.add(tx, unitsOf(order, eventType));
    const userId = order?.userId ?? null;
    if (!order || userId === null) return;
    const purchase = { orderId, userId, productIds: order.lines.map(({ productId }) => productId) };
    if (order.state === 'cancelled') await this.purchases.forget(tx, purchase);
    else await this.purchases.record(tx, purchase);
  }
}

/** Units by product; an order that is cancelled takes back what it sold, if it ever was placed. */
function unitsOf({ lines, history }: OrderRead, eventType: string): Map<string, number> {
  const units = new Map<string, number>();
  const sign = eventType === ORDER_PLACED.type ? 1 : -1;
  if (sign === -1 && !history.some(({ to }) => to === 'placed')) return units;
  for (const { productId, quantity } of lines) units.set(productId, (units.get(productId) ?? 0) + sign * quantity);
  return units;
}
