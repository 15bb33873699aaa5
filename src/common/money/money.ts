/** An amount of whole minor units (cents, yen, fils) of one ISO 4217 currency. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

const KNOWN_CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** Tells whether `code` is an ISO 4217 currency that the runtime knows. */
export function isCurrency(code: string): boolean {
  return KNOWN_CURRENCIES.has(code);
}

/** Number of decimal digits of a currency's minor unit (ISO 4217): EUR 2, JPY 0, KWD 3. */
export function minorUnitDigits(currency: string): number {
  const options = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  return options.maximumFractionDigits ?? 2;
}

/**
 * Adds amounts that must be whole and safe.
 *
 * @throws RangeError when the sum is no safe integer
 */
export function sumAmounts(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => wholeAmount(sum + amount), 0);
}

/**
 * The price of `quantity` units in minor units.
 *
 * @throws RangeError when the product is no safe integer
 */
export function multiplyAmount(unitAmount: number, quantity: number): number {
  return wholeAmount(unitAmount * quantity);
}

/**
 * Reads a decimal such as `9.99` or `1500` exactly, without a float in between.
 *
 * @returns minor units, or `null` when the text is no amount of that currency
 */
export function parseDecimalAmount(text: string, currency: string): number | null {
  const digits = minorUnitDigits(currency);
  const match = /^(\d{1,13})(?:\.(\d+))?$/.exec(text.trim());
  if (!match) return null;
  const whole = match[1] ?? '';
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > digits) return null;
  const amount = Number(whole + fraction.padEnd(digits, '0'));
  return Number.isSafeInteger(amount) ? amount : null;
}

/** Writes money for people, exactly, such as `€19.99`. */
export function formatMoney(money: Money, locale = 'en'): string {
  const digits = minorUnitDigits(money.currency);
  const unsigned = String(Math.abs(money.amount)).padStart(digits + 1, '0');
  const sign = money.amount < 0 ? '-' : '';
  const whole = unsigned.slice(0, unsigned.length - digits);
  const fraction = digits > 0 ? `.${unsigned.slice(-digits)}` : '';
  const decimal = `${sign}${whole}${fraction}` as Intl.StringNumericLiteral;
  return new Intl.NumberFormat(locale, { style: 'currency', currency: money.currency }).format(decimal);
}

function wholeAmount(amount: number): number {
  if (!Number.isSafeInteger(amount)) throw new RangeError('The amount is not a safe integer.');
  return amount;
}
