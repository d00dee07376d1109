import type { Meter } from '@berth/contracts';
import { monthNameAt } from '../costs/month.ts';
import type { Interval } from './intervals.ts';
import type { Span, Usage } from './minutes.ts';
import type { LedgerRecord } from './revisions.ts';

/** What has one price. */
interface Priced {
  meter: Meter;
  region: string;
  /** Of a meter whose prices are by size; else null. */
  size: string | null;
}

/** In the meter's unit, by UTC day of the month; the first stands for the 1st. */
export interface DaySums extends Priced {
  days: number[];
}

/** Minutes `[from, to)` billed, or to be billed, after the hours that are summed; `to` is null while they go on. */
export interface Rest extends Priced {
  unitsPerMinute: number;
  from: Date;
  to: Date | null;
}

/**
 * What a server used in a UTC month, so that what an account used is not worked out from all its intervals each time. All that is used
 * before `until` is in the sums of its month; all after it is in the `rest` of one month, that in which `until` lies.
 */
export interface ServerMonth {
  accountId: string;
  serverId: string;
  /** `2026-11` */
  month: string;
  /** A UTC hour. */
  until: Date;
  sums: DaySums[];
  rest: Rest[];
}

/** What a settlement has found out. */
interface Settled {
  /** The hours up to which usage was, and is, in the sums. */
  before: Date;
  until: Date;
  spans: readonly Span[];
  /** What stands, from an hour on that is not after `before`. */
  usage: readonly Usage[];
  /** What was written to make it so. */
  records: readonly LedgerRecord[];
}

/** What the sums have to take up, or, below zero, give back. */
type Change = Priced & Pick<LedgerRecord, 'from' | 'quantity'>;

/**
 * The months that a settlement changes, out of those that were `kept`. In hours that were summed before, what was written changes the sums,
 * reversals too; in those that are over since, all that stands is new to them.
 */
export function summed(
  kept: readonly ServerMonth[],
  { before, until, spans, usage, records }: Settled,
): ServerMonth[] {
  const owner = spans[0]?.interval ?? records[0] ?? kept[0];
  if (!owner) return [];
  const { accountId, serverId } = owner;
  const fresh = usage.filter(({ from }) => from >= before && from < until);
  const changes: Change[] = [
    ...records.filter(({ from }) => from < before),
    ...fresh.map(({ interval, from, quantity }) => ({ ...pricedOf(interval), from, quantity })),
  ];
  const changesOf = Map.groupBy(changes, ({ from }) => monthNameAt(from));
  const rest = spans.filter(({ to }) => to > until.getTime()).map((span) => restOf(span, until));
  const last = monthNameAt(until);
  const touched = new Set(changesOf.keys());
  for (const { month, rest: before } of kept) if (before.length) touched.add(month);
  if (rest.length) touched.add(last);
  return [...touched].map((month) => {
    const sums = kept.find((each) => each.month === month)?.sums ?? [];
    return {
      accountId,
      serverId,
      month,
      until,
      sums: (changesOf.get(month) ?? []).reduce(added, sums),
      rest: month === last ? rest : [],
    };
  });
}

/** The UTC months that any moment from one to the other lies in. */
export function monthsIn(from: Date, until: Date): string[] {
  const months = [monthNameAt(from)];
  for (const month = new Date(`${months[0]}-01T00:00:00Z`); ;) {
    month.setUTCMonth(month.getUTCMonth() + 1);
    if (month > until) return months;
    months.push(monthNameAt(month));
  }
}

function added(sums: readonly DaySums[], { meter, region, size, from, quantity }: Change): DaySums[] {
  const isSame = (row: Priced) => row.meter === meter && row.region === region && row.size === size;
  const before = sums.find(isSame)?.days ?? [];
  const day = from.getUTCDate() - 1;
  const days = Array.from({ length: Math.max(before.length, day + 1) }, (_, index) => before[index] ?? 0);
  days[day] = (days[day] ?? 0) + quantity;
  return [...sums.filter((row) => !isSame(row)), { meter, region, size, days }];
}

const restOf = ({ interval, from, to }: Span, until: Date): Rest => ({
  ...pricedOf(interval),
  unitsPerMinute: interval.unitsPerMinute,
  from: new Date(Math.max(from, until.getTime())),
  to: to === Infinity ? null : new Date(to),
});

const pricedOf = ({ meter, region, size }: Interval): Priced => ({ meter, region, size });
