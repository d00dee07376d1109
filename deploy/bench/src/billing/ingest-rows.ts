import type { Document } from 'mongodb';
import type { StateEvent } from './ingest-story.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** All that is to be stored because of one event, and told to the outside. */
export interface Rows {
  fact: Document;
  ledger: Document;
  opened: Document[];
  closed: Document[];
  records: Document[];
  /** The server's month, where this changes it. */
  months: Document[];
}

interface Interval {
  meter: 'compute' | 'disk';
  openedBy: number;
  openedAt: Date;
  closedBy: number | null;
  closedAt: Date | null;
}

/** The rows of all events of one server, which come in sequence: known beforehand, so that whoever stores them has nothing to look up or work out. */
export function rowsOf(events: readonly StateEvent[]): Map<string, Rows> {
  const open = new Map<Interval['meter'], Interval>();
  const sums = { compute: 0, disk: 0 };
  return new Map(
    events.map(({ messageId, transition }) => {
      const { serverId, accountId, sequence, product, region, size, diskGib } = transition;
      const { computeBilled, diskBilled } = transition;
      const at = new Date(transition.at);
      const server = { serverId, accountId };
      const priced = (meter: Interval['meter']) => ({ meter, region, size: meter === 'disk' ? null : size });
      const stored = (interval: Interval) => ({
        _id: `${serverId}/${interval.meter}/${interval.openedBy}`,
        ...server,
        product,
        ...priced(interval.meter),
        ...{ unitsPerMinute: interval.meter === 'disk' ? diskGib : 1 },
        ...interval,
      });
      const recorded = (interval: Interval) =>
        hoursOf(interval).map(({ from, to, isLast }) => {
          const units = interval.meter === 'disk' ? diskGib : 1;
          const quantity = ((to.getTime() - from.getTime()) / MINUTE) * units;
          sums[interval.meter] += quantity;
          return {
            _id: `${serverId}/${interval.meter}/${from.toISOString()}/1`,
            ...server,
            product,
            ...priced(interval.meter),
            ...{ from, to, quantity, unit: interval.meter === 'disk' ? 'gib_minute' : 'minute' },
            ...{ revision: 1, reverses: null, openedBy: interval.openedBy },
            ...{ closedBy: isLast ? interval.closedBy : null, recordedAt: at },
          };
        });

      const rows: Rows = {
        fact: {
          _id: `${serverId}/${sequence}`,
          ...server,
          ...{ sequence, at, product, region, size, diskGib, computeBilled, diskBilled, considered: true },
        },
        ledger: {
          _id: serverId,
          ...{ sequence, at, cutUntil: hourOf(at), missing: null, version: sequence, summedIn: sequence },
          open: computeBilled || diskBilled,
        },
        opened: [],
        closed: [],
        records: [],
        months: [],
      };
      for (const [meter, isBilled] of [
        ['compute', computeBilled],
        ['disk', diskBilled],
      ] as const) {
        const before = open.get(meter);
        if (isBilled && !before) {
          const interval = { meter, openedBy: sequence, openedAt: at, closedBy: null, closedAt: null };
          open.set(meter, interval);
          rows.opened.push(stored(interval));
        } else if (!isBilled && before) {
          const interval = { ...before, closedBy: sequence, closedAt: at };
          open.delete(meter);
          rows.closed.push(stored(interval));
          rows.records.push(...recorded(interval));
        }
      }
      if (rows.opened.length + rows.closed.length > 0)
        rows.months.push({
          _id: `${serverId}/${transition.at.slice(0, 7)}`,
          ...server,
          ...{ month: transition.at.slice(0, 7), until: hourOf(at), version: 0, goesOn: open.size > 0 },
          sums: Object.entries(sums)
            .filter(([, quantity]) => quantity > 0)
            .map(([meter, quantity]) => ({ ...priced(meter as Interval['meter']), days: String(quantity) })),
          rest: [...open.values()].map(({ meter, openedAt }) => ({
            ...priced(meter),
            ...{ unitsPerMinute: meter === 'disk' ? diskGib : 1, from: openedAt, to: null },
          })),
        });
      return [messageId, rows];
    }),
  );
}

/** Whole minutes of an interval, cut at the hour. */
function hoursOf({ openedAt, closedAt }: Interval): { from: Date; to: Date; isLast: boolean }[] {
  const end = Math.ceil((closedAt ?? openedAt).getTime() / MINUTE) * MINUTE;
  const hours = [];
  for (let from = Math.floor(openedAt.getTime() / MINUTE) * MINUTE; from < end;) {
    const to = Math.min(end, hourOf(new Date(from)).getTime() + HOUR);
    hours.push({ from: new Date(from), to: new Date(to), isLast: to === end });
    from = to;
  }
  return hours;
}

const hourOf = (moment: Date) => new Date(Math.floor(moment.getTime() / HOUR) * HOUR);
