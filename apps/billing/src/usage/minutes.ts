import { Meter } from '@berth/contracts';
import type { Interval } from './intervals.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** The start of the UTC hour a moment lies in. UTC has no daylight saving, and Unix time no leap seconds. */
export const hourOf = (moment: Date) => new Date(Math.floor(moment.getTime() / HOUR) * HOUR);

/** Whole UTC minutes `[from, to)` within one UTC hour, billed to one interval. */
export interface Usage {
  interval: Interval;
  from: Date;
  to: Date;
  /** Minutes times the interval's units per minute. */
  quantity: number;
  /** The transition that ended it within its hour, or null when the hour did, or a void. */
  closedBy: number | null;
}

/** Whole UTC minutes `[from, to)` of one server's meter that are not billed, whatever it did. */
export interface Voided {
  meter: Meter;
  from: Date;
  to: Date;
}

/** Above 0 when a minute of `a` costs more than the same minute of `b`, 0 when it is all the same. */
export type CompareCost = (a: Interval, b: Interval, minute: Date) => number;

/** Minutes of an interval, as Unix time in milliseconds; `to` is Infinity while it is open. */
export interface Span {
  interval: Interval;
  from: number;
  to: number;
  /** Whether a void ends it, before its interval does. */
  cutByVoid?: true;
}

/**
 * The minutes billed to each interval of one server: none to two of a meter, and one more for each part of `voided` within. Each minute
 * depends on the intervals in it and on nothing else, so it is the same whatever earlier intervals are left out.
 */
export function spansOf(
  intervals: readonly Interval[],
  compareCost: CompareCost,
  voided: readonly Voided[],
): Span[] {
  return Meter.options
    .map((meter) => intervals.filter((interval) => interval.meter === meter))
    .flatMap((ofMeter) => share(ofMeter, compareCost))
    .flatMap((span) => voided.filter(({ meter }) => meter === span.interval.meter).reduce(without, [span]));
}

/** The usage in these minutes of one server from `from` (a UTC hour) on; what is open counts until `until` (a UTC hour). */
export function usageOf(spans: readonly Span[], { from, until }: { from: Date; until: Date }): Usage[] {
  return spans
    .map((span) => (span.interval.closedAt ? span : { ...span, to: Math.min(span.to, until.getTime()) }))
    .flatMap((span) => cutAtHours(span, from.getTime()));
}

function without(spans: readonly Span[], { from, to }: Voided): Span[] {
  const [start, end] = [from.getTime(), to.getTime()];
  return spans
    .flatMap((span): Span[] =>
      end <= span.from || span.to <= start
        ? [span]
        : [
            { ...span, to: start, cutByVoid: true },
            { ...span, from: end },
          ],
    )
    .filter((span) => span.from < span.to);
}

/**
 * Gives every minute touched by intervals of one meter to one of them: the dearest, and among equals the first.
 * Intervals follow each other in time, so an interval shares at most its first minute with those before it.
 */
function share(intervals: readonly Interval[], compareCost: CompareCost): Span[] {
  const spans: Span[] = [];
  for (const interval of intervals.toSorted((a, b) => a.openedBy - b.openedBy)) {
    const span = touchedMinutes(interval);
    const before = spans.at(-1);
    if (span.from === span.to) continue;
    if (before && span.from < before.to) {
      if (compareCost(interval, before.interval, new Date(span.from)) > 0) before.to = span.from;
      else span.from = before.to;
    }
    if (span.from < span.to) spans.push(span);
  }
  return spans;
}

/** From the minute it was opened in to the end of the minute it was closed in; no length, no minute. */
function touchedMinutes(interval: Interval): Span {
  const opened = interval.openedAt.getTime();
  const closed = interval.closedAt?.getTime() ?? Infinity;
  const from = Math.floor(opened / MINUTE) * MINUTE;
  const to = closed > opened ? Math.ceil(closed / MINUTE) * MINUTE : from;
  return { interval, from, to };
}

/**
 * What happens at the end of the hour or later must not show in the hour's record, which may long be written: so
 * a record up to the full hour names as its end only what happened before.
 */
function cutAtHours({ interval, from: first, to: end, cutByVoid }: Span, start: number): Usage[] {
  const pieces: Usage[] = [];
  for (let from = Math.max(first, start); from < end;) {
    const hourEnd = (Math.floor(from / HOUR) + 1) * HOUR;
    const to = Math.min(end, hourEnd);
    const closed =
      to === end && !cutByVoid && interval.closedAt !== null && interval.closedAt.getTime() < hourEnd;
    pieces.push({
      interval,
      from: new Date(from),
      to: new Date(to),
      quantity: ((to - from) / MINUTE) * interval.unitsPerMinute,
      closedBy: closed ? interval.closedBy : null,
    });
    from = to;
  }
  return pieces;
}
