import type { CostGrouping, Price } from '@berth/contracts';
import type { PriceBook, Segment } from '@berth/pricing';
import { compareCostBy } from '../prices/dearer.ts';
import type { Interval } from '../usage/intervals.ts';
import { spansOf } from '../usage/minutes.ts';
import type { Month } from './month.ts';
import type { Quantity } from './tally.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Which month, told apart by what, and seen from when. */
export interface Question {
  month: Month;
  groupBy: CostGrouping;
  now: Date;
}

/** Usage of one group at one price. */
interface Portion {
  key: string;
  price: Price;
  quantity: Quantity;
}

/**
 * Takes intervals apart into what one price and one group is right for. What is open has been used up to the minute of
 * `now`, that one included, and goes on until the end of the month. The minutes are those of the usage records, both come
 * from `spansOf`. `intervals` are all of one account that have any part in the month. Throws `MissingPrice`.
 */
export function* portionsOf(
  intervals: readonly Interval[],
  { month, groupBy, now }: Question,
  book: PriceBook,
): Generator<Portion> {
  const compareCost = compareCostBy(book);
  for (const ofServer of Map.groupBy(intervals, ({ serverId }) => serverId).values()) {
    for (const { interval, ...span } of spansOf(ofServer, compareCost)) {
      const from = Math.max(span.from, month.from.getTime());
      const to = Math.min(span.to, month.to.getTime());
      const usedUntil = interval.closedAt ? to : Math.ceil(now.getTime() / MINUTE) * MINUTE;
      for (const piece of PIECES[groupBy](interval, from, to)) {
        for (const segment of book.segments(interval, piece.from, piece.to)) {
          const quantity = quantityOf(segment, usedUntil, interval.unitsPerMinute);
          yield { key: piece.key, price: segment.price, quantity };
        }
      }
    }
  }
}

interface Piece {
  key: string;
  from: number;
  to: number;
}

/** The groups that minutes `[from, to)` of an interval belong to. */
const PIECES: Readonly<Record<CostGrouping, (interval: Interval, from: number, to: number) => Piece[]>> = {
  server: ({ serverId: key }, from, to) => whole({ key, from, to }),
  meter: ({ meter: key }, from, to) => whole({ key, from, to }),
  day: (_, from, to) => byDay(from, to),
};

const whole = (piece: Piece): Piece[] => (piece.from < piece.to ? [piece] : []);

function byDay(first: number, end: number): Piece[] {
  const days: Piece[] = [];
  for (let from = first; from < end;) {
    const to = Math.min(end, (Math.floor(from / DAY) + 1) * DAY);
    days.push({ key: new Date(from).toISOString().slice(0, 10), from, to });
    from = to;
  }
  return days;
}

function quantityOf({ from, to }: Segment, usedUntil: number, unitsPerMinute: number): Quantity {
  const units = (start: number, end: number) => (Math.max(0, end - start) / MINUTE) * unitsPerMinute;
  return { used: units(from, Math.min(to, usedUntil)), ahead: units(Math.max(from, usedUntil), to) };
}
