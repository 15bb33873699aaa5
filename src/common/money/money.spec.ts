import fc from 'fast-check';
import { formatMoney, minorUnitDigits, multiplyAmount, parseDecimalAmount, sumAmounts } from './money.js';

describe('money', () => {
  it.each([
    ['9.99', 'EUR', 999],
    ['50', 'EUR', 5000],
    ['500', 'JPY', 500],
    ['1.234', 'KWD', 1234],
    ['9.990', 'EUR', 999],
    ['0', 'EUR', 0],
  ])('reads %s %s as %d minor units', (text, currency, amount) => {
    expect(parseDecimalAmount(text, currency)).toBe(amount);
  });

  it.each([
    ['9.999', 'EUR'],
    ['1.5', 'JPY'],
    ['-1', 'EUR'],
    ['1e3', 'EUR'],
    ['1,50', 'EUR'],
    ['', 'EUR'],
    ['NaN', 'EUR'],
    ['99999999999999999', 'EUR'],
  ])('refuses %s as an amount of %s', (text, currency) => {
    expect(parseDecimalAmount(text, currency)).toBeNull();
  });

  it('reads back every decimal that it could have written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), fc.constantFrom('EUR', 'JPY', 'KWD'), (amount, currency) => {
        const digits = minorUnitDigits(currency);
        const padded = String(amount).padStart(digits + 1, '0');
        const decimal = digits ? `${padded.slice(0, -digits)}.${padded.slice(-digits)}` : padded;

        expect(parseDecimalAmount(decimal, currency)).toBe(amount);
      }),
    );
  });

  it('writes minor units exactly', () => {
    expect(formatMoney({ amount: 199999999999999, currency: 'EUR' })).toBe('€1,999,999,999,999.99');
    expect(formatMoney({ amount: 5, currency: 'EUR' })).toBe('€0.05');
    expect(formatMoney({ amount: 1500, currency: 'JPY' })).toBe('¥1,500');
  });

  it('refuses sums and products beyond safe integers', () => {
    expect(() => multiplyAmount(Number.MAX_SAFE_INTEGER, 2)).toThrow(RangeError);
    expect(() => sumAmounts([Number.MAX_SAFE_INTEGER, 1])).toThrow(RangeError);
    expect(sumAmounts([1999, 490])).toBe(2489); // 1999 + 490
  });
});
