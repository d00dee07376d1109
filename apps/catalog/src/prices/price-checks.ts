import { hasBegun, seriesOf } from '@berth/pricing';
import type { CatalogFile } from '../file/catalog-file.ts';
import type { Finding } from '../file/finding.ts';
import { priceRows, rowsOf } from './price-rows.ts';

/** Prices stand once each, for sizes and regions that exist. */
export function* pricesNameWhatExists({ regions, sizes, prices }: CatalogFile): Iterable<Finding> {
  const seen = new Set<string>();
  for (const [index, list] of prices.entries()) {
    if (!regions.some(({ id }) => id === list.region)) {
      yield { path: ['prices', index, 'region'], message: `"${list.region}" is not a region` };
    }
    for (const row of rowsOf(list)) {
      const path = ['prices', index, ...(row.size === null ? ['disk'] : ['compute', row.size])];
      if (row.size !== null && !sizes.some(({ id }) => id === row.size)) {
        yield { path, message: `"${row.size}" is not a size` };
      }
      const key = `${seriesOf(row)} from ${row.activeFrom}`;
      if (seen.has(key)) yield { path, message: `${key} is priced twice` };
      seen.add(key);
    }
  }
}

/** Every size and the disk have a price in force in every region, in each currency the file uses. */
export function* everythingIsPriced({ regions, sizes, prices }: CatalogFile, now: Date): Iterable<Finding> {
  const rows = priceRows(prices);
  const inForce = new Set(rows.filter((row) => hasBegun(row, now)).map(seriesOf));
  for (const currency of new Set(rows.map((row) => row.currency))) {
    for (const { id: region } of regions) {
      const wanted = [
        ...sizes.map(({ id }) => seriesOf({ meter: 'compute', size: id, region, currency })),
        seriesOf({ meter: 'disk', size: null, region, currency }),
      ];
      for (const series of wanted) {
        if (!inForce.has(series)) yield { path: ['prices'], message: `${series} has no price in force` };
      }
    }
  }
}
