import { Decimal } from 'decimal.js';
import type { Price } from '@berth/contracts';
import type { CompareCost } from '../usage/minutes.ts';

type Configuration = Pick<Price, 'region' | 'size'>;

/**
 * Compares what a minute of two intervals of one meter costs: more units first (a larger disk), then the price of the
 * size in force in that minute. A size with a price is dearer than one without; of two without, the one whose id sorts
 * later, so that the outcome never depends on the order of arrival.
 */
export function compareCostBy(prices: readonly Price[]): CompareCost {
  const rows = inOneCurrency(prices.filter(({ meter }) => meter === 'compute'));
  return (a, b, minute) => {
    if (a.unitsPerMinute !== b.unitsPerMinute) return a.unitsPerMinute - b.unitsPerMinute;
    const [priceOfA, priceOfB] = [inForce(rows, a, minute), inForce(rows, b, minute)];
    if (priceOfA && priceOfB) return priceOfA.comparedTo(priceOfB);
    if (priceOfA || priceOfB) return priceOfA ? 1 : -1;
    return Number((a.size ?? '') > (b.size ?? '')) - Number((a.size ?? '') < (b.size ?? ''));
  };
}

/** Amounts of different currencies don't compare; every currency is to rank the sizes alike, so the first decides. */
function inOneCurrency(rows: readonly Price[]): Price[] {
  const [currency] = rows.map((row) => row.currency).sort();
  return rows.filter((row) => row.currency === currency);
}

/** The price of a size's minute: of the rows active by then, the latest. */
function inForce(rows: readonly Price[], { region, size }: Configuration, minute: Date): Decimal | undefined {
  const [latest] = rows
    .filter((row) => row.region === region && row.size === size && new Date(row.activeFrom) <= minute)
    .sort((a, b) => Date.parse(b.activeFrom) - Date.parse(a.activeFrom));
  return latest && new Decimal(latest.perMinute);
}
