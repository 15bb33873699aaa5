import fc from 'fast-check';
import { orderTotals } from './order-totals.js';

const lines = fc.array(
  fc.record({
    quantity: fc.integer({ min: 1, max: 10_000 }),
    unitAmount: fc.integer({ min: 0, max: 9_000_000_000 }),
  }),
  { minLength: 1, maxLength: 100 },
);

describe('order totals', () => {
  it('add up to the minor unit, however large the order may be', () => {
    fc.assert(
      fc.property(lines, (drafts) => {
        const { lineTotals, subtotal, discount, shipping, tax, total } = orderTotals(drafts);

        const exact = drafts.reduce((sum, d) => sum + BigInt(d.unitAmount) * BigInt(d.quantity), 0n);
        expect(BigInt(subtotal)).toBe(exact);
        expect(BigInt(total)).toBe(lineTotals.reduce((sum, line) => sum + BigInt(line), 0n));
        expect(total).toBe(subtotal - discount + shipping + tax);
      }),
    );
  });

  it('do not depend on the order of the lines', () => {
    fc.assert(
      fc.property(lines, (drafts) => {
        expect(orderTotals([...drafts].reverse()).total).toBe(orderTotals(drafts).total);
      }),
    );
  });

  it('are the sum that a person would write down', () => {
    const { lineTotals, total } = orderTotals([
      { quantity: 2, unitAmount: 1999 },
      { quantity: 1, unitAmount: 490 },
    ]);

    expect(lineTotals).toEqual([3998, 490]);
    expect(total).toBe(4488); // 2 × 1999 + 490
  });
});
