import type { Price } from '@berth/contracts';
import { seriesOf } from '@berth/pricing';
import { Decimal } from 'decimal.js';
import type { PriceList } from '../file/catalog-file.ts';

/** The lists as rows, each meter, size and region by itself, in an order that does not depend on the file's. */
export const priceRows = (lists: readonly PriceList[]): Price[] => inOrder(lists.flatMap(rowsOf));

/** A row of a text with the way to it. */
interface Place {
  row: Price;
  path: PropertyKey[];
}

/** Where each row of the lists stands in a text that has them under `prices`. */
export const placesOf = (lists: readonly PriceList[]): Place[] =>
  lists.flatMap((list, index) =>
    rowsOf(list).map((row) => ({
      row,
      path: ['prices', index, ...(row.size === null ? ['disk'] : ['compute', row.size])],
    })),
  );

/** One list as rows: a row for each size, and one for the disk (`size` null). */
function rowsOf({ region, currency, activeFrom, compute, disk }: PriceList): Price[] {
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

/** By what they are for, then by time. */
export const inOrder = (rows: readonly Price[]): Price[] =>
  rows.toSorted((a, b) => compare(seriesOf(a), seriesOf(b)) || compare(a.activeFrom, b.activeFrom));

/** What a row is for and from when: of two rows with the same, one is wrong. */
export const keyOf = (row: Price): string => `${seriesOf(row)} from ${row.activeFrom}`;

/** Whether two rows say the same figure, however it is written. */
export const costTheSame = (a: Price, b: Price): boolean => new Decimal(a.perMinute).eq(b.perMinute);

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
