import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../infrastructure/database/transaction.js';

/** Deletes products. */
@Injectable()
export class RemovalsRepository {
  /** Locks the variants of a locked product, so that no cart can take them meanwhile; answers their ids. */
  async lockVariants(tx: Transaction, productId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(`SELECT id FROM variants WHERE product_id = $1 ORDER BY id FOR UPDATE`, [
      productId,
    ]);
    return rows.map(({ id }) => id);
  }

  /** Whether one of the variants is in a cart; reads `cart_items`. */
  async areInCarts(tx: Transaction, variantIds: readonly string[]): Promise<boolean> {
    const rows = await tx.query(`SELECT 1 FROM cart_items WHERE variant_id = ANY($1::uuid[]) LIMIT 1`, [variantIds]);
    return rows.length > 0;
  }

  /** Deletes a locked product with its variants, which have no stock levels, and its former slugs. */
  async delete(tx: Transaction, productId: string): Promise<void> {
    await tx.query(`DELETE FROM variants WHERE product_id = $1`, [productId]);
    await tx.query(`DELETE FROM products WHERE id = $1`, [productId]);
  }
}
