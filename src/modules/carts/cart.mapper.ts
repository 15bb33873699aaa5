import { multiplyAmount } from '../../common/money/money.js';
import { totalOf } from './cart-totals.js';
import type { Cart } from './cart.schema.js';
import type { CartRow, LineItemRow } from './carts.repository.js';

/** The row of a cart and its line items as the resource; the token only where it was just made. */
export function toCart(row: CartRow, items: readonly LineItemRow[], token?: string): Cart {
  const { currency } = row;
  return {
    id: row.id,
    ...(token === undefined ? {} : { token }),
    state: row.state,
    currency,
    items: items.map((item) => ({
      id: item.id,
      variantId: item.variantId,
      productId: item.productId,
      sku: item.sku,
      title: item.title,
      variantTitle: item.variantTitle,
      quantity: item.quantity,
      unitPrice: { amount: item.unitAmount, currency: item.currency },
      total: { amount: multiplyAmount(item.unitAmount, item.quantity), currency: item.currency },
      available: item.available,
    })),
    total: { amount: totalOf(items), currency },
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
