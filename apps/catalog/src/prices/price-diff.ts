import type { Price, PriceChange } from '@berth/contracts';
import { PriceBook, rateOf } from '@berth/pricing';
import { Decimal } from 'decimal.js';
import { costTheSame, keyOf } from './price-rows.ts';

/** Row by row what is other in a new price book, soonest first: what would hold at the time of the row, and what does. */
export function diffOf(before: readonly Price[], after: readonly Price[]): PriceChange[] {
  const [old, wanted] = [before, after].map((rows) => new Map(rows.map((row) => [keyOf(row), row])));
  const rows = [
    ...after.flatMap((row) => {
      const known = old?.get(keyOf(row));
      if (known && costTheSame(known, row)) return [];
      return [{ row, kind: known ? ('changed' as const) : ('added' as const) }];
    }),
    ...before.flatMap((row) => (wanted?.has(keyOf(row)) ? [] : [{ row, kind: 'removed' as const }])),
  ];
  return rows
    .map(({ row: { perMinute: _, ...row }, kind }) => {
      const [was, is] = [before, after].map((prices) => priceThen(prices, row));
      return { ...row, kind, before: figure(was), after: figure(is), percent: risen(was, is) };
    })
    .sort((a, b) => (a.activeFrom < b.activeFrom ? -1 : a.activeFrom > b.activeFrom ? 1 : 0));
}

/** The price in force when a row of its series begins. */
const priceThen = (prices: readonly Price[], row: Omit<Price, 'perMinute'>): Price | undefined =>
  new PriceBook(prices, { currency: row.currency }).find(row, new Date(row.activeFrom));

function figure(price: Price | undefined): PriceChange['before'] {
  if (!price) return null;
  const { perMinute, perMonth } = rateOf(price.perMinute);
  return { perMinute, perMonth };
}

const risen = (was: Price | undefined, is: Price | undefined): string | null =>
  was && is ? new Decimal(is.perMinute).div(was.perMinute).minus(1).times(100).toFixed(1) : null;
