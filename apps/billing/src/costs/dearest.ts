import { MOST_SERVERS_OF_A_DAY, type ServerCost } from '@berth/contracts';
import { Decimal } from 'decimal.js';
import type { Usage } from '../rating/portions.ts';
import type { PriceCalendar } from '../rating/price-calendar.ts';
import { statementOf } from './statement.ts';

/**
 * What the servers that have cost most in a month cost on each of its days, the dearest of the month first on every day; a
 * server is absent where it cost nothing. What is left of a day's total is what all others cost on it.
 */
export function dearestByDay(usage: Usage, now: Date, calendar: PriceCalendar): Map<string, ServerCost[]> {
  const byServer = statementOf(usage, { groupBy: 'server', now }, calendar).groups;
  const dearest = byServer
    .map(({ key, tally }) => ({ key, total: new Decimal(tally.total()) }))
    .sort((a, b) => b.total.comparedTo(a.total))
    .slice(0, MOST_SERVERS_OF_A_DAY);
  const days = new Map<string, ServerCost[]>();
  for (const { key: id } of dearest) {
    const isTheirs = ({ serverId }: { serverId: string }) => serverId === id;
    const theirs = {
      servers: usage.servers.filter(isTheirs),
      intervals: usage.intervals.filter(isTheirs),
      voided: usage.voided.filter(isTheirs),
    };
    for (const { key: day, tally } of statementOf(theirs, { groupBy: 'day', now }, calendar).groups) {
      const total = tally.total();
      if (total !== '0') days.set(day, [...(days.get(day) ?? []), { id, total }]);
    }
  }
  return days;
}
