import type { Price } from '@berth/contracts';
import type { Month } from '../costs/month.ts';
import { compareCostBy } from '../prices/dearer.ts';
import type { Interval } from '../usage/intervals.ts';
import { spansOf, type Voided } from '../usage/minutes.ts';
import type { ServerMonth } from '../usage/server-month.ts';
import { DAY, dayOf, MINUTE, startOf, type PriceCalendar } from './price-calendar.ts';

/** What is known of an account's usage in a month. */
export interface Usage {
  servers: readonly ServerMonth[];
  /** What reaches into days on which a price changes, and what of it is void: the sums of such a day have no one price. */
  intervals: readonly Interval[];
  voided: readonly (Voided & { serverId: string })[];
}

/** What one server used at one price. */
export interface Portion {
  serverId: string;
  /** On which UTC day of the month, the 1st being 0; null when days are not told apart. */
  day: number | null;
  price: Price;
  /** In the meter's unit: used by now, and going to be used. */
  used: number;
  ahead: number;
}

/**
 * Takes usage apart into what one price is right for. What goes on has been used up to the minute of `now`, that one included, and goes on
 * until the end of the month. Throws `MissingPrice`.
 */
export function* portionsOf(
  usage: Usage,
  { now, byDay }: { now: Date; byDay: boolean },
  calendar: PriceCalendar,
): Generator<Portion> {
  for (const server of usage.servers) {
    if (server.month === calendar.month.name)
      yield* byDay ? daily(server, calendar) : monthly(server, calendar);
    yield* rest(server, { now, byDay }, calendar);
  }
  yield* minutely(usage, calendar);
}

/** The days that have one price, one by one. */
function* daily({ serverId, sums }: ServerMonth, calendar: PriceCalendar): Generator<Portion> {
  for (const sum of sums) {
    const priceOn = calendar.pricesOf(sum);
    for (const [day, used] of sum.days.entries()) {
      const price = used === 0 ? null : priceOn(day);
      if (price) yield { serverId, day, price, used, ahead: 0 };
    }
  }
}

/** The same together for each price. Not by way of the days: an account can have a million of them. */
function* monthly({ serverId, sums }: ServerMonth, calendar: PriceCalendar): Generator<Portion> {
  for (const sum of sums) {
    const priceOn = calendar.pricesOf(sum);
    let together: Portion | undefined;
    for (let day = 0; day < sum.days.length; day++) {
      const used = sum.days[day] ?? 0;
      const price = used === 0 ? null : priceOn(day);
      if (!price) continue;
      if (together?.price === price) together.used += used;
      else {
        if (together) yield together;
        together = { serverId, day: null, price, used, ahead: 0 };
      }
    }
    if (together) yield together;
  }
}

/** What comes after the hours that are summed. */
function* rest(
  server: ServerMonth,
  { now, byDay }: { now: Date; byDay: boolean },
  calendar: PriceCalendar,
): Generator<Portion> {
  const { month, book } = calendar;
  for (const { unitsPerMinute, ...going } of server.rest) {
    const from = Math.max(going.from.getTime(), month.from.getTime());
    const to = Math.min(going.to?.getTime() ?? Infinity, month.to.getTime());
    const usedUntil = going.to ? to : Math.ceil(now.getTime() / MINUTE) * MINUTE;
    const units = (start: number, end: number) => (Math.max(0, end - start) / MINUTE) * unitsPerMinute;
    const priceOn = calendar.pricesOf(going);
    for (const piece of byDay ? daysOf(from, to, month) : inOne(from, to)) {
      const { day } = piece;
      const price = day === null ? null : priceOn(day);
      const segments = price
        ? [{ price, from: piece.from, to: piece.to }]
        : book.segments(going, piece.from, piece.to);
      for (const segment of segments) {
        const used = units(segment.from, Math.min(segment.to, usedUntil));
        const ahead = units(Math.max(segment.from, usedUntil), segment.to);
        yield { serverId: server.serverId, day, price: segment.price, used, ahead };
      }
    }
  }
}

/** The days without one price, from the intervals, as far as they are summed. */
function* minutely({ servers, intervals, voided }: Usage, calendar: PriceCalendar): Generator<Portion> {
  if (intervals.length === 0) return;
  const { book, month } = calendar;
  const compareCost = compareCostBy(book);
  const summedUntil = new Map(servers.filter(has(month)).map(({ serverId, until }) => [serverId, until]));
  for (const [serverId, ofServer] of Map.groupBy(intervals, (interval) => interval.serverId)) {
    const until = summedUntil.get(serverId)?.getTime() ?? 0;
    const theirs = voided.filter((each) => each.serverId === serverId);
    for (const { interval, ...span } of spansOf(ofServer, compareCost, theirs)) {
      const from = Math.max(span.from, month.from.getTime());
      const priceOn = calendar.pricesOf(interval);
      for (const piece of daysOf(from, Math.min(span.to, until, month.to.getTime()), month)) {
        if (priceOn(piece.day)) continue;
        for (const { price, ...segment } of book.segments(interval, piece.from, piece.to)) {
          const used = ((segment.to - segment.from) / MINUTE) * interval.unitsPerMinute;
          yield { serverId, day: piece.day, price, used, ahead: 0 };
        }
      }
    }
  }
}

const has = (month: Month) => (server: ServerMonth) => server.month === month.name;

interface Piece<Day> {
  day: Day;
  from: number;
  to: number;
}

const inOne = (from: number, to: number): Piece<null>[] => (from < to ? [{ day: null, from, to }] : []);

/** Minutes `[from, to)` of the month by day. */
function* daysOf(first: number, end: number, month: Month): Generator<Piece<number>> {
  for (let from = first; from < end;) {
    const day = dayOf(from, month);
    const to = Math.min(end, startOf(day, month) + DAY);
    yield { day, from, to };
    from = to;
  }
}
