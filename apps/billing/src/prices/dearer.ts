import type { PriceBook } from '@berth/pricing';
import { Decimal } from 'decimal.js';
import type { CompareCost } from '../usage/minutes.ts';

/**
 * Compares what a minute of two intervals of one meter costs: more units first (a larger disk), then the price of the
 * size in force in that minute. A size with a price is dearer than one without; of two without, the one whose id sorts
 * later, so that the outcome never depends on the order of arrival.
 */
export function compareCostBy(book: Pick<PriceBook, 'find'>): CompareCost {
  return (a, b, minute) => {
    if (a.unitsPerMinute !== b.unitsPerMinute) return a.unitsPerMinute - b.unitsPerMinute;
    const [priceOfA, priceOfB] = [book.find(a, minute), book.find(b, minute)];
    if (priceOfA && priceOfB) return new Decimal(priceOfA.perMinute).comparedTo(priceOfB.perMinute);
    if (priceOfA || priceOfB) return priceOfA ? 1 : -1;
    return Number((a.size ?? '') > (b.size ?? '')) - Number((a.size ?? '') < (b.size ?? ''));
  };
}
