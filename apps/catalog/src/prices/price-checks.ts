import type { Price } from '@berth/contracts';
import { hasBegun, neededPrices, seriesOf } from '@berth/pricing';
import type { PriceList } from '../file/catalog-file.ts';
import type { Finding } from '../file/finding.ts';
import { keyOf, placesOf } from './price-rows.ts';

/** What can have a price. */
export interface Offered {
  regions: readonly { id: string }[];
  sizes: readonly { id: string }[];
}

/** Prices stand once each, for sizes and regions that exist. */
export function* pricesNameWhatExists({
  regions,
  sizes,
  prices,
}: Offered & { prices: readonly PriceList[] }): Iterable<Finding> {
  for (const [index, list] of prices.entries()) {
    if (regions.some(({ id }) => id === list.region)) continue;
    yield { path: ['prices', index, 'region'], message: `"${list.region}" is not a region` };
  }
  const seen = new Set<string>();
  for (const { row, path } of placesOf(prices)) {
    if (row.size !== null && !sizes.some(({ id }) => id === row.size)) {
      yield { path, message: `"${row.size}" is not a size` };
    }
    const key = keyOf(row);
    if (seen.has(key)) yield { path, message: `${key} is priced twice` };
    seen.add(key);
  }
}

/** All that may be used has a price in force in every region, in each currency the rows use. */
export function* everythingIsPriced(
  { regions, sizes }: Offered,
  rows: readonly Price[],
  now: Date,
): Iterable<Finding> {
  const inForce = new Set(rows.filter((row) => hasBegun(row, now)).map(seriesOf));
  for (const currency of new Set(rows.map((row) => row.currency))) {
    for (const { id: region } of regions) {
      for (const needed of neededPrices(sizes)) {
        const series = seriesOf({ ...needed, region, currency });
        if (!inForce.has(series)) yield { path: ['prices'], message: `${series} has no price in force` };
      }
    }
  }
}
