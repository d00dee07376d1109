import type { Price } from '@berth/contracts';
import { seriesOf } from '@berth/pricing';
import type { PriceList } from '../file/catalog-file.ts';

/** The lists as rows, each meter, size and region by itself, in an order that does not depend on the file's. */
export function priceRows(lists: readonly PriceList[]): Price[] {
  return lists
    .flatMap(rowsOf)
    .sort((a, b) => compare(seriesOf(a), seriesOf(b)) || compare(a.activeFrom, b.activeFrom));
}

/** One list as rows: a row for each size, and one for the disk (`size` null). */
export function rowsOf({ region, currency, activeFrom, compute, disk }: PriceList): Price[] {
  const common = { region, currency, activeFrom };
  const rows: Price[] = Object.entries(compute).map(([size, perMinute]) => ({
    meter: 'compute',
    size,
    perMinute,
    ...common,
  }));
  if (disk !== undefined) rows.push({ meter: 'disk', size: null, perMinute: disk, ...common });
  return rows;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
