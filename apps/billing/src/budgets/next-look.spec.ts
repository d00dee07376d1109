import { describe, expect, test } from '@jest/globals';
import type { Price } from '@berth/contracts';
import { PriceBook } from '@berth/pricing';
import fc from 'fast-check';
import { monthOf } from '../costs/month.ts';
import { statementOf } from '../costs/statement.ts';
import { PriceCalendar } from '../rating/price-calendar.ts';
import { unsummed } from '../rating/unsummed.ts';
import type { Interval } from '../usage/intervals.ts';
import { nextLookAt } from './next-look.ts';

const month = monthOf('2026-03');
const price = (perMinute: string, activeFrom: string, size: string | null): Price => ({
  meter: size === null ? 'disk' : 'compute',
  size,
  region: 'eu-central-1',
  currency: 'EUR',
  perMinute,
  activeFrom,
});
const book = new PriceBook([
  price('0.01', '2026-01-01T00:00:00Z', 'small'),
  price('0.03', '2026-03-10T10:30:00Z', 'small'),
  price('0.0005', '2026-01-01T00:00:00Z', null),
]);
const calendar = new PriceCalendar(book, month);
let number = 0;
const interval = (fields: Partial<Interval> = {}): Interval => ({
  serverId: `srv_${number++}`,
  accountId: 'acc_1',
  meter: 'compute',
  product: 'web',
  region: 'eu-central-1',
  size: 'small',
  unitsPerMinute: 1,
  openedBy: 1,
  openedAt: new Date('2026-03-10T09:00:00Z'),
  closedBy: null,
  closedAt: null,
  ...fields,
});
const at = (time: string) => new Date(`2026-03-10T${time}Z`);

function look(intervals: readonly Interval[], now: Date, next: string | null): Date {
  const { total: used, forecast } = statementOf(
    unsummed(intervals, [], book),
    { groupBy: 'meter', now },
    calendar,
  );
  const open = intervals.filter(({ closedAt }) => closedAt === null);
  return nextLookAt({ now, until: month.to, used, forecast, next, open }, book);
}

describe('the next look', () => {
  test('is just after the minute with which the threshold is reached has begun', () => {
    // 60 minutes are used, 0.60; 0.75 takes 15 more, the last of which begins at 10:14.
    expect(look([interval()], at('10:00:00.000'), '0.75')).toEqual(at('10:14:00.001'));
    // The 61st has begun.
    expect(look([interval()], at('10:00:20.000'), '0.75')).toEqual(at('10:14:00.001'));
    expect(look([interval()], at('10:00:20.000'), '0.62')).toEqual(at('10:01:00.001'));
  });

  test('is when a price changes, if that is sooner: from then on minutes cost another amount', () => {
    expect(look([interval()], at('10:00:00.000'), '10')).toEqual(at('10:30:00.000'));
  });

  test('is an hour later at the latest, and when nothing runs, or nothing is waited for, or it will not be reached', () => {
    expect(look([interval()], at('10:40:00.000'), '100')).toEqual(at('11:40:00.000'));
    expect(look([], at('10:00:00.000'), '1')).toEqual(at('11:00:00.000'));
    expect(look([interval()], at('10:00:00.000'), null)).toEqual(at('11:00:00.000'));
    expect(look([interval()], at('10:00:00.000'), '1000000')).toEqual(at('11:00:00.000'));
  });

  test('is at the month’s end, when all begins anew', () => {
    expect(look([], new Date('2026-03-31T23:40:00Z'), '1')).toEqual(month.to);
  });
});

test('it is never after the threshold is reached, whatever runs', () => {
  const moment = fc
    .integer({ min: 0, max: 3 * 3_600_000 })
    .map((after) => new Date(at('09:00:00').getTime() + after));
  const some = fc.array(
    fc.record({ openedAt: moment, isDisk: fc.boolean(), gib: fc.integer({ min: 1, max: 500 }) }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(some, moment, fc.integer({ min: 1, max: 5_000 }), (parts, now, cents) => {
      const intervals = parts
        .filter(({ openedAt }) => openedAt <= now)
        .map(({ openedAt, isDisk, gib }) =>
          interval({ openedAt, ...(isDisk && { meter: 'disk', size: null, unitsPerMinute: gib }) }),
        );
      const used = (when: Date) =>
        Number(statementOf(unsummed(intervals, [], book), { groupBy: 'meter', now: when }, calendar).total);
      const threshold = used(now) + cents / 100;
      const when = look(intervals, now, String(threshold));
      expect(when.getTime()).toBeGreaterThan(now.getTime());
      // A millisecond before it less was used, or no more than that.
      expect(used(new Date(when.getTime() - 1))).toBeLessThan(threshold + 1e-9);
    }),
  );
});
