import type { PriceBook } from '@berth/pricing';
import { compareCostBy } from '../prices/dearer.ts';
import type { Interval } from '../usage/intervals.ts';
import { spansOf, type Voided } from '../usage/minutes.ts';
import type { Usage } from './portions.ts';

/** What is known of servers as long as nothing is summed up: their intervals, and what of them is void. */
export const unsummed = (
  intervals: readonly Interval[],
  voided: readonly (Voided & { serverId: string })[],
  book: PriceBook,
): Usage => ({
  servers: [...Map.groupBy(intervals, ({ serverId }) => serverId)].map(([serverId, theirs]) => ({
    accountId: theirs[0]?.accountId ?? '',
    serverId,
    month: '1970-01',
    until: new Date(0),
    sums: [],
    rest: spansOf(
      theirs,
      compareCostBy(book),
      voided.filter((each) => each.serverId === serverId),
    ).map(({ interval, from, to }) => ({
      meter: interval.meter,
      region: interval.region,
      size: interval.size,
      unitsPerMinute: interval.unitsPerMinute,
      from: new Date(from),
      to: to === Infinity ? null : new Date(to),
    })),
  })),
  intervals: [],
  voided: [],
});
