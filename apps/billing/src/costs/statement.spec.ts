import { describe, expect, jest, test } from '@jest/globals';
import { Meter, type CostGrouping, type Price } from '@berth/contracts';
import { MissingPrice, PriceBook } from '@berth/pricing';
import fc from 'fast-check';
import { compareCostBy } from '../prices/dearer.ts';
import { usageOf } from '../rating/ledgers.fixture.ts';
import { disorder, history, run, type Ledger } from '../usage/history.fixture.ts';
import type { Fact } from '../usage/intervals.ts';
import type { Voided } from '../usage/minutes.ts';
import type { ServerMonth } from '../usage/server-month.ts';
import { dearestByDay } from './dearest.ts';
import { PriceCalendar } from '../rating/price-calendar.ts';
import { monthAt, monthOf, type Month } from './month.ts';
import { statementOf, type Question, type Statement } from './statement.ts';

const MINUTE = 60_000;
const RUNS = { numRuns: 600 };

// A few seconds each on an idle machine; on a busy one they only take longer.
jest.setTimeout(120_000);

/** Millionths of a dollar per minute, and since when. They change in the middle of hours and at the ends of months. */
const RATES: Record<string, [from: string, micros: number][]> = {
  small: [
    ['2020-01-01T00:00:00Z', 10],
    ['2026-02-01T00:00:00Z', 12],
    ['2026-02-01T00:03:00Z', 11],
    ['2026-06-10T10:17:00Z', 9],
  ],
  large: [
    ['2020-01-01T00:00:00Z', 20],
    ['2028-03-01T00:01:00Z', 5],
    ['2028-03-01T02:00:00Z', 30],
  ],
  odd: [
    ['2020-01-01T00:00:00Z', 10],
    ['2027-01-01T00:01:00Z', 13],
  ],
  disk: [
    ['2020-01-01T00:00:00Z', 1],
    ['2027-01-01T00:02:00Z', 3],
    ['2028-02-29T00:00:00Z', 2],
  ],
  backup: [
    ['2020-01-01T00:00:00Z', 2],
    ['2026-02-01T00:05:00Z', 1],
  ],
};
/** What is not a size is a meter that has none. */
const meterOf = (of: string): Meter => (of === 'disk' || of === 'backup' ? of : 'compute');
const book = new PriceBook(
  Object.entries(RATES).flatMap(([of, rows]) =>
    rows.map(([activeFrom, micros]): Price => ({
      meter: meterOf(of),
      size: meterOf(of) === 'compute' ? of : null,
      region: 'eu-central-1',
      currency: 'USD',
      perMinute: (micros / 1e6).toFixed(6),
      activeFrom,
    })),
  ),
);
const compareCost = compareCostBy(book);
const since = Object.fromEntries(
  Object.entries(RATES).map(([of, rows]) => [
    of,
    rows.map(([from, rate]) => [Date.parse(from), rate] as const),
  ]),
);
const rateOf = (what: string, minute: number) =>
  since[what]?.findLast(([from]) => from <= minute)?.[1] ?? NaN;
const micros = (amount: string) => Math.round(Number(amount) * 1e6);

/** What the oracle bills of a server after a transition, and what a minute of it costs. */
const LEVELS: Readonly<Record<Meter, (fact: Fact) => string | number | false | undefined>> = {
  compute: ({ computeBilled, size }) => computeBilled && size,
  disk: ({ diskBilled, diskGib }) => diskBilled && diskGib,
  backup: ({ backupGib }) => backupGib,
};
const costOfMinute = (meter: Meter, level: string | number, minute: number) =>
  typeof level === 'string' ? rateOf(level, minute) : level * rateOf(meter, minute);

/** The oracle: every minute of the month by itself, in millionths of a dollar. */
function minuteByMinute(facts: readonly Fact[], { from, to }: Month, now: Date) {
  const sums = { total: 0, forecast: 0 };
  for (const meter of Meter.options) {
    const level = (fact?: Fact) => (fact && LEVELS[meter](fact)) || null;
    const openSince = facts.findLastIndex((fact) => level(fact) !== level(facts.at(-1))) + 1;
    const minutes = new Map<number, { cost: number; open: boolean }>();
    for (const [index, fact] of facts.entries()) {
      const begin = fact.at.getTime();
      const end = facts[index + 1]?.at.getTime() ?? Infinity;
      const billed = level(fact);
      if (billed === null || begin === end) continue;
      const first = Math.max(begin - (begin % MINUTE), from.getTime());
      for (let minute = first; minute < Math.min(end, to.getTime()); minute += MINUTE) {
        const cost = costOfMinute(meter, billed, minute);
        if (cost > (minutes.get(minute)?.cost ?? 0)) minutes.set(minute, { cost, open: index >= openSince });
      }
    }
    for (const [minute, { cost, open }] of minutes) {
      sums.forecast += cost;
      if (!open || minute < now.getTime()) sums.total += cost;
    }
  }
  return sums;
}

const worked = ({ groups, ...all }: Statement) => ({
  ...all,
  groups: groups.map(({ key, tally }) => ({ key, ...tally.cost() })),
});
const statement = (ledgers: readonly Ledger[], { month, ...question }: Question & { month: Month }) =>
  worked(statementOf(usageOf(ledgers, month), question, new PriceCalendar(book, month)));

/** The ledger of these facts; the hours before `now` are summed up. */
const ledgerOf = (facts: readonly Fact[], now = new Date(0)) =>
  run([...facts.map((fact) => ({ fact })), { now }], compareCost);

/** The first and the last month of a history, and a moment after it. */
const seen = (facts: readonly Fact[], afterMinutes: number) => {
  const [first, last] = [facts[0]?.at ?? new Date(0), facts.at(-1)?.at ?? new Date(0)];
  const now = new Date(last.getTime() + afterMinutes * MINUTE + 1);
  return { months: [monthAt(first), monthAt(last)], now };
};
const afterMinutes = fc.integer({ min: 0, max: 3 * 24 * 60 });
const groupings: CostGrouping[] = ['server', 'day', 'meter'];

describe('what any history costs in a month', () => {
  test('is the oracle’s, so far and at its end, whatever arrives twice, late or in disorder', () => {
    fc.assert(
      fc.property(disorder, afterMinutes, ([facts, steps], after) => {
        const ledger = run(steps, compareCost);
        const seenAt = seen(facts, after);
        // Nobody looks before the hours were over that are summed.
        const now = new Date(Math.max(seenAt.now.getTime(), ledger.progress.cutUntil.getTime()));
        for (const month of seenAt.months) {
          const { total, forecast } = statement([ledger], { month, now, groupBy: 'server' });
          expect({ total: micros(total), forecast: micros(forecast) }).toEqual(
            minuteByMinute(facts, month, now),
          );
        }
      }),
      // Each counts two whole months of minutes.
      { numRuns: 500 },
    );
  });

  test('is what its usage records cost, reversals taken off, when nothing is open since the last full hour', () => {
    fc.assert(
      fc.property(disorder, ([facts, steps]) => {
        const ledger = run(steps, compareCost);
        const { records, progress } = ledger;
        for (const month of seen(facts, 0).months) {
          let recorded = 0;
          for (const { meter, size, from, to, quantity } of records) {
            const units = quantity / ((to.getTime() - from.getTime()) / MINUTE);
            for (let minute = from.getTime(); minute < to.getTime(); minute += MINUTE)
              if (minute >= month.from.getTime() && minute < month.to.getTime())
                recorded += units * rateOf(size ?? meter, minute);
          }
          const question = { month, now: progress.cutUntil, groupBy: 'server' } as const;
          expect(micros(statement([ledger], question).total)).toBe(recorded);
        }
      }),
      RUNS,
    );
  });

  test('leaves out what is void', () => {
    const minutes = fc.record({
      at: fc.integer({ min: -60, max: 3_000 }),
      minutes: fc.integer({ min: 1, max: 600 }),
    });
    fc.assert(
      fc.property(disorder, minutes, ([facts, steps], { at, minutes: length }) => {
        const ledger = run(steps, compareCost);
        const from = new Date(Math.floor((facts[0]?.at.getTime() ?? 0) / MINUTE + at) * MINUTE);
        const to = new Date(from.getTime() + length * MINUTE);
        const voided = Meter.options.map((meter): Voided => ({ meter, from, to }));
        const now = new Date(Math.max(+to, +seen(facts, 0).now, +ledger.progress.cutUntil));
        ledger.take(undefined, now);
        for (const month of seen(facts, 0).months) {
          const part = {
            ...month,
            from: new Date(Math.max(+from, +month.from)),
            to: new Date(Math.min(+to, +month.to)),
          };
          const left = minuteByMinute(facts, month, now).total - minuteByMinute(facts, part, now).total;
          ledger.declare(voided, now);
          expect(micros(statement([ledger], { month, now, groupBy: 'day' }).total)).toBe(left);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('adds up: by server, by day, by meter and all in all', () => {
    fc.assert(
      fc.property(history, history, afterMinutes, (one, other, after) => {
        const { months, now } = seen(one, after);
        const theirs = other.map((fact) => ({ ...fact, serverId: 'srv_2' }));
        const ledgers = [ledgerOf(one, now), ledgerOf(theirs)];
        for (const [month, groupBy] of months.flatMap((each) => groupings.map((by) => [each, by] as const))) {
          const { groups, ...all } = statement(ledgers, { month, now, groupBy });
          const meters = all.meters.map(({ total }) => total);
          const sum = (amounts: string[]) => amounts.reduce((so, amount) => so + micros(amount), 0);
          expect(sum(groups.map(({ total }) => total))).toBe(micros(all.total));
          expect(sum(groups.map(({ forecast }) => forecast))).toBe(micros(all.forecast));
          expect(sum(groups.flatMap((group) => group.meters.map(({ total }) => total)))).toBe(sum(meters));
          expect(sum(meters)).toBe(micros(all.total));
        }
      }),
      RUNS,
    );
  });
});

describe('the dearest servers of a month', () => {
  test('are told apart on each day, as the oracle counts them by itself, and nothing is told of the others', () => {
    fc.assert(
      fc.property(fc.array(history, { minLength: 1, maxLength: 14 }), afterMinutes, (histories, after) => {
        const { months, now } = seen(histories[0] ?? [], after);
        const servers = histories.map((facts, index) => {
          const id = `srv_${String(index).padStart(2, '0')}`;
          return { id, facts: facts.map((fact) => ({ ...fact, serverId: id })) };
        });
        const ledgers = servers.map(({ facts }) => ledgerOf(facts, now));
        for (const month of months) {
          const costOf = (facts: readonly Fact[], span: Month) => minuteByMinute(facts, span, now).total;
          const expected = servers
            .map((server) => ({ ...server, cost: costOf(server.facts, month) }))
            .toSorted((a, b) => b.cost - a.cost || (a.id < b.id ? -1 : 1))
            .slice(0, 10);
          const usage = usageOf(ledgers, month);
          const days = dearestByDay(usage, now, new PriceCalendar(book, month));
          for (const day of daysOf(month)) {
            expect((days.get(day.name) ?? []).map(({ id, total }) => [id, micros(total)])).toEqual(
              expected.map(({ id, facts }) => [id, costOf(facts, day)]).filter(([, cost]) => cost !== 0),
            );
          }
          const named = new Set(daysOf(month).map(({ name }) => name));
          expect([...days.keys()].filter((day) => !named.has(day))).toEqual([]);
        }
      }),
      // Each counts every minute of two months for every server, and of their days for ten.
      { numRuns: 20 },
    );
  });
});

const daysOf = ({ from, to }: Month): Month[] => {
  const days = (to.getTime() - from.getTime()) / 86_400_000;
  return Array.from({ length: days }, (_, index) => {
    const begin = new Date(from.getTime() + index * 86_400_000);
    return {
      name: begin.toISOString().slice(0, 10),
      from: begin,
      to: new Date(begin.getTime() + 86_400_000),
    };
  });
};

describe('a server that runs over the end of a month', () => {
  const running: ServerMonth = {
    accountId: 'acc_1',
    serverId: 'srv_1',
    month: '2026-10',
    until: new Date('2026-10-31T23:00:00Z'),
    sums: [],
    rest: [
      {
        meter: 'compute',
        region: 'eu-central-1',
        size: 'large',
        unitsPerMinute: 1,
        from: new Date('2026-10-31T23:58:00Z'),
        to: null,
      },
    ],
  };
  const now = new Date('2026-11-02T00:00:30Z');
  const costs = (month: string, groupBy: CostGrouping = 'meter', rest = running.rest) => {
    const usage = { servers: [{ ...running, rest }], intervals: [], voided: [] };
    return worked(statementOf(usage, { now, groupBy }, new PriceCalendar(book, monthOf(month))));
  };

  test('costs each month its own minutes', () => {
    expect(costs('2026-10')).toMatchObject({ total: '0.00004', forecast: '0.00004' });
    expect(costs('2026-11')).toMatchObject({
      total: String((1441 * 20) / 1e6),
      forecast: String((43_200 * 20) / 1e6),
      meters: [{ meter: 'compute', quantity: 1441, unit: 'minute' }],
    });
  });

  test('has cost nothing yet in the next month, and is expected to run through it', () => {
    expect(costs('2026-12')).toMatchObject({ total: '0', forecast: String((44_640 * 20) / 1e6) });
  });

  test('is in no month before it ran, nor after it has ended', () => {
    expect(costs('2026-09')).toEqual({ total: '0', forecast: '0', meters: [], groups: [] });
    const ended = running.rest.map((rest) => ({ ...rest, to: new Date('2026-12-01T00:00:00Z') }));
    expect(costs('2026-11', 'meter', ended).total).toBe(costs('2026-11', 'meter', ended).forecast);
    expect(costs('2026-12', 'meter', ended).groups).toEqual([]);
  });

  test('is told by UTC days, those to come too', () => {
    const { groups } = costs('2026-11', 'day');
    expect(groups).toHaveLength(30);
    expect(groups.slice(0, 3).map(({ key, total, forecast }) => [key, total, forecast])).toEqual([
      ['2026-11-01', '0.0288', '0.0288'],
      ['2026-11-02', '0.00002', '0.0288'],
      ['2026-11-03', '0', '0.0288'],
    ]);
  });

  test('is rated at announced prices in the time to come', () => {
    const forecast = String((1 * 20 + 119 * 5 + 44_520 * 30) / 1e6);
    expect(costs('2028-03')).toMatchObject({ total: '0', forecast });
  });

  test('without a price is an error that names it, not free', () => {
    const giant = running.rest.map((rest) => ({ ...rest, size: 'giant' }));
    expect(() => costs('2026-11', 'meter', giant)).toThrow(MissingPrice);
  });
});
