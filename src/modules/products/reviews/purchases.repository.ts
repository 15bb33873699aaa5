import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../infrastructure/database/transaction.js';

/** Products that somebody has bought with an order. */
export interface Purchase {
  readonly orderId: string;
  readonly userId: string;
  readonly productIds: readonly string[];
}

/** Who has bought what, as orders have told. */
@Injectable()
export class PurchasesRepository {
  /** Whether somebody has bought a product. */
  async exists(tx: Transaction, productId: string, userId: string): Promise<boolean> {
    const rows = await tx.query('SELECT 1 FROM product_purchases WHERE product_id = $1 AND user_id = $2 LIMIT 1', [
      productId,
      userId,
    ]);
    return rows.length > 0;
  }

  /** Remembers an order; again is no fault. */
  async insert(tx: Transaction, { orderId, userId, productIds }: Purchase): Promise<void> {
    await tx.query(
      `INSERT INTO product_purchases (product_id, user_id, order_id)
       SELECT DISTINCT product_id, $2::uuid, $3::uuid FROM unnest($1::uuid[]) AS product_id ORDER BY product_id
       ON CONFLICT DO NOTHING`,
      [productIds, userId, orderId],
    );
  }

  /** Forgets an order. */
  async delete(tx: Transaction, orderId: string): Promise<void> {
    await tx.query('DELETE FROM product_purchases WHERE order_id = $1', [orderId]);
  }

  /** Makes the reviews that somebody has written of some products tell whether they were bought. */
  async verifyReviews(tx: Transaction, { userId, productIds }: Omit<Purchase, 'orderId'>): Promise<void> {
    await tx.query(
      `WITH held AS MATERIALIZED (
         SELECT r.id, EXISTS (
           SELECT 1 FROM product_purchases b WHERE b.product_id = r.product_id AND b.user_id = r.user_id) AS bought
         FROM product_reviews r WHERE r.user_id = $1 AND r.product_id = ANY($2::uuid[])
         ORDER BY r.id FOR NO KEY UPDATE OF r
       )
       UPDATE product_reviews r SET verified_purchase = held.bought, version = r.version + 1
       FROM held WHERE r.id = held.id AND r.verified_purchase <> held.bought`,
      [userId, productIds],
    );
  }
}
