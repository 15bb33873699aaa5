import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../infrastructure/database/transaction.js';
import { PurchasesRepository, type Purchase } from './purchases.repository.js';

/** Hears of orders, so that a review can say that its customer has bought the product. */
@Injectable()
export class PurchasesService {
  constructor(private readonly purchases: PurchasesRepository) {}

  /** Remembers what was bought; again is no fault. */
  async record(tx: Transaction, purchase: Purchase): Promise<void> {
    await this.purchases.insert(tx, purchase);
    await this.purchases.verifyReviews(tx, purchase);
  }

  /** Forgets an order that came to nothing. */
  async forget(tx: Transaction, purchase: Purchase): Promise<void> {
    await this.purchases.delete(tx, purchase.orderId);
    await this.purchases.verifyReviews(tx, purchase);
  }
}
