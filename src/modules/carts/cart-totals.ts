import { multiplyAmount, sumAmounts } from '../../common/money/money.js';

/** Units at a price, in minor units. */
export interface PricedUnits {
  readonly quantity: number;
  readonly unitAmount: number;
}

/**
 * The total of units at their prices, in minor units.
 *
 * @throws RangeError when it is no safe integer
 */
export function totalOf(lines: readonly PricedUnits[]): number {
  return sumAmounts(lines.map(({ unitAmount, quantity }) => multiplyAmount(unitAmount, quantity)));
}
