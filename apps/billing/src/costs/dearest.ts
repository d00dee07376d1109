import { MOST_SERVERS_OF_A_DAY, type ServerCost } from '@berth/contracts';
import type { PriceBook } from '@berth/pricing';
import { Decimal } from 'decimal.js';
import type { Interval } from '../usage/intervals.ts';
import type { Question } from './portions.ts';
import { statementOf } from './statement.ts';

/**
 * What the servers that have cost most in a month cost on each of its days, the dearest of the month first on every day; a
 * server is absent where it cost nothing. What is left of a day's total is what all others cost on it.
 */
export function dearestByDay(
  intervals: readonly Interval[],
  question: Omit<Question, 'groupBy'>,
  book: PriceBook,
): Map<string, ServerCost[]> {
  const byServer = statementOf(intervals, { ...question, groupBy: 'server' }, book).groups;
  const dearest = byServer
    .toSorted((a, b) => new Decimal(b.total).comparedTo(a.total))
    .slice(0, MOST_SERVERS_OF_A_DAY);
  const days = new Map<string, ServerCost[]>();
  for (const { key: id } of dearest) {
    const theirs = intervals.filter(({ serverId }) => serverId === id);
    for (const { key: day, total } of statementOf(theirs, { ...question, groupBy: 'day' }, book).groups) {
      if (total !== '0') days.set(day, [...(days.get(day) ?? []), { id, total }]);
    }
  }
  return days;
}
