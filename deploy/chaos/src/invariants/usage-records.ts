import type { UsageRecord } from '@berth/contracts';
import { groupBy } from '../evidence/api.ts';
import { aboutServer } from './finding.ts';
import { counted, type Invariant } from './invariant.ts';

const MINUTE = 60_000;

/** Records as such: whole minutes, one standing record at a time, each reversal of one record, and of its quantity. */
export const usageRecords: Invariant = {
  name: 'usage records: gaps, overlaps, duplicates',
  mustBe: '0',
  check({ servers }) {
    return counted(
      servers.flatMap((each) =>
        [...groupBy(each.usage, ({ meter }) => meter).values()].flatMap((records) =>
          [...duplicates(records), ...badReversals(records), ...overlaps(records), ...gaps(records)].map(
            (found) => aboutServer(each, 'every minute once', found),
          ),
        ),
      ),
    );
  },
};

const duplicates = (records: UsageRecord[]): string[] =>
  [...groupBy(records, ({ id }) => id)].flatMap(([id, same]) =>
    same.length > 1 ? [`${same.length} records ${id}`] : [],
  );

function badReversals(records: UsageRecord[]): string[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  const reversals = records.filter(({ reverses }) => reverses !== null);
  const twice = [...groupBy(reversals, ({ reverses }) => reverses ?? '')].flatMap(([id, all]) =>
    all.length > 1 ? [`${id} reversed ${all.length} times`] : [],
  );
  const wrong = reversals.flatMap(({ id, reverses, quantity }) => {
    const reversed = byId.get(reverses ?? '');
    return reversed?.quantity === -quantity ? [] : [`${id} reverses ${reversed?.quantity ?? 'nothing'}`];
  });
  return [...twice, ...wrong];
}

/** Those that no other one takes back, in the order of time. */
function standing(records: UsageRecord[]): UsageRecord[] {
  const reversed = new Set(records.map(({ reverses }) => reverses));
  return records
    .filter(({ id, reverses }) => reverses === null && !reversed.has(id))
    .sort((a, b) => a.from.localeCompare(b.from));
}

function overlaps(records: UsageRecord[]): string[] {
  const sorted = standing(records);
  const odd = sorted.flatMap(({ id, from, to }) =>
    [from, to].some((at) => Date.parse(at) % MINUTE !== 0) || from >= to
      ? [`${id} from ${from} to ${to}`]
      : [],
  );
  const overlapping = sorted.flatMap((record, index) => {
    const next = sorted[index + 1];
    return next && next.from < record.to ? [`${record.id} (to ${record.to}) overlaps ${next.id}`] : [];
  });
  return [...odd, ...overlapping];
}

/** A record that ends because its hour does is followed by one of the same interval, unless that one is the last. */
function gaps(records: UsageRecord[]): string[] {
  const sorted = standing(records);
  return sorted.flatMap((record, index) => {
    const next = sorted[index + 1];
    if (record.closedBy !== null || !next || next.from === record.to) return [];
    return next.openedBy === record.openedBy ? [`nothing from ${record.to} to ${next.from}`] : [];
  });
}
