import type { Price } from '@berth/contracts';
import { Decimal } from 'decimal.js';

/** Decimals that keep every digit (prices have 12 decimals at most): the default of 20 digits would round. */
export const Exact = Decimal.clone({ precision: 50 });

/** What so many minutes or GiB-minutes cost at their prices together: exact, never an exponent. */
export function amountOf(quantities: Iterable<readonly [price: Price, quantity: number]>): string {
  let sum = new Exact(0);
  for (const [{ perMinute }, quantity] of quantities) sum = sum.plus(new Exact(perMinute).times(quantity));
  return sum.toFixed();
}

/** What amounts come to together: exact, never an exponent. */
export const sumOf = (amounts: Iterable<string>): string =>
  [...amounts].reduce((sum, amount) => sum.plus(amount), new Exact(0)).toFixed();
