import { multiplyAmount, sumAmounts } from '../../common/money/money.js';

/** A line to be priced; amounts in minor units. */
export interface LineDraft {
  readonly quantity: number;
  readonly unitAmount: number;
}

/** The sums of an order; `total = subtotal − discount + shipping + tax`, in minor units. */
export interface OrderTotals {
  readonly lineTotals: readonly number[];
  readonly subtotal: number;
  readonly discount: number;
  readonly shipping: number;
  readonly tax: number;
  readonly total: number;
}

/** Adds up the lines of an order; discounts, shipping and tax are still zero. */
export function orderTotals(lines: readonly LineDraft[]): OrderTotals {
  const lineTotals = lines.map(({ unitAmount, quantity }) => multiplyAmount(unitAmount, quantity));
  const subtotal = sumAmounts(lineTotals);
  const [discount, shipping, tax] = [0, 0, 0];
  return { lineTotals, subtotal, discount, shipping, tax, total: subtotal - discount + shipping + tax };
}
