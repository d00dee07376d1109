import { Meter, type Price } from '@berth/contracts';
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
      path: ['prices', index, row.meter, ...(row.size === null ? [] : [row.size])],
    })),
  );

/** One list as rows: one for each meter that it has, or for each size of it. */
const rowsOf = ({ region, currency, activeFrom, ...prices }: PriceList): Price[] =>
  Meter.options.flatMap((meter) => {
    const price: string | Record<string, string> = prices[meter] ?? {};
    const bySize = typeof price === 'string' ? ([[null, price]] as const) : Object.entries(price);
    return bySize.map(([size, perMinute]) => ({ meter, size, perMinute, region, currency, activeFrom }));
  });

/** By what they are for, then by time. */
export const inOrder = (rows: readonly Price[]): Price[] =>
  rows.toSorted((a, b) => compare(seriesOf(a), seriesOf(b)) || compare(a.activeFrom, b.activeFrom));

/** What a row is for and from when: of two rows with the same, one is wrong. */
export const keyOf = (row: Price): string => `${seriesOf(row)} from ${row.activeFrom}`;

/** Whether two rows say the same figure, however it is written. */
export const costTheSame = (a: Price, b: Price): boolean => new Decimal(a.perMinute).eq(b.perMinute);

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
