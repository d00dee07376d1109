import { Decimal } from 'decimal.js';
import { Exact } from './amount.ts';

/**
 * An exact amount in the minor unit of its currency, rounded half to even (IEEE 754 roundTiesToEven): `12.405` USD is `12.40`,
 * `12.415` is `12.42`, `0.5` JPY is `0`. How many digits a currency has is ISO 4217's, as ECMA-402 has it; two, of one it does not know.
 */
export function rounded(amount: string, currency: string): string {
  const digits = minorDigits(currency);
  const value = new Exact(amount).toDecimalPlaces(digits, Decimal.ROUND_HALF_EVEN);
  return (value.isZero() ? value.abs() : value).toFixed(digits);
}

/** Half to even, as {@link rounded}, of so many percent of an amount. */
export const percentOf = (amount: string, percent: string, currency: string): string =>
  rounded(new Exact(amount).times(percent).dividedBy(100).toFixed(), currency);

/** How many digits the minor unit of a currency has (ISO 4217): 2 of EUR, none of JPY. */
export const minorDigits = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
