import { expect, jest, test } from '@jest/globals';
import type { Price } from '@berth/contracts';
import { PriceBook } from '@berth/pricing';
import fc from 'fast-check';
import { monthAt, type Month } from '../costs/month.ts';
import { portionsOf } from '../rating/portions.ts';
import { PriceCalendar } from '../rating/price-calendar.ts';
import { unsummed } from '../rating/unsummed.fixture.ts';
import { compareCostBy } from '../prices/dearer.ts';
import type { RatedUsage } from '../rating/rated-usage.ts';
import { disorder, history, run } from '../usage/history.fixture.ts';
import type { Fact, Interval } from '../usage/intervals.ts';
import { linesOf, totalsOf } from './lines.ts';
import { difference, positionsOf } from './positions.ts';

const MINUTE = 60_000;
const TAX = { rate: '19', reverseCharge: false, note: null };

// A few seconds each on an idle machine; on a busy one they only take longer.
jest.setTimeout(120_000);

/** Millionths of a dollar per minute, and since when: halves of cents, so that many a line ends in one; a price that comes back, and one that is the same again. */
const RATES: Readonly<Record<string, readonly (readonly [from: string, micros: number])[]>> = {
  small: [
    ['2020-01-01T00:00:00Z', 5_000],
    ['2026-02-01T00:03:00Z', 2_500],
    ['2026-02-01T02:00:00Z', 5_000],
    ['2026-06-10T10:17:00Z', 12_500],
  ],
  large: [
    ['2020-01-01T00:00:00Z', 25_000],
    ['2028-03-01T00:01:00Z', 1_250],
    ['2028-03-01T02:00:00Z', 1_250],
  ],
  odd: [['2020-01-01T00:00:00Z', 5_000]],
  disk: [
    ['2020-01-01T00:00:00Z', 125],
    ['2027-01-01T00:02:00Z', 3],
  ],
};
const isDisk = (of: string) => of === 'disk';
const book = new PriceBook(
  Object.entries(RATES).flatMap(([of, rows]) =>
    rows.map(([activeFrom, micros]): Price => ({
      meter: isDisk(of) ? 'disk' : 'compute',
      size: isDisk(of) ? null : of,
      region: 'eu-central-1',
      currency: 'USD',
      perMinute: (micros / 1e6).toFixed(6),
      activeFrom,
    })),
  ),
);
const compareCost = compareCostBy(book);
const rateAt = (of: string, minute: number) =>
  RATES[of]?.findLast(([from]) => Date.parse(from) <= minute)?.[1] ?? NaN;

/** The oracle: every minute of a month by itself; what was used at each price, `compute small 5000`. */
function minuteByMinute(facts: readonly Fact[], { from, to }: Month): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const meter of ['compute', 'disk'] as const) {
    const minutes = new Map<number, { cost: number; key: string; units: number }>();
    for (const [index, fact] of facts.entries()) {
      const begin = fact.at.getTime();
      const end = Math.min(facts[index + 1]?.at.getTime() ?? Infinity, to.getTime());
      if (!(meter === 'compute' ? fact.computeBilled : fact.diskBilled) || begin === end) continue;
      const [what, units] = meter === 'compute' ? [fact.size, 1] : ['disk', fact.diskGib];
      for (let at = Math.max(begin - (begin % MINUTE), from.getTime()); at < end; at += MINUTE) {
        const rate = rateAt(what, at);
        const cost = rate * units;
        const winner = minutes.get(at);
        if (!winner || cost > winner.cost) minutes.set(at, { cost, units, key: `${what} ${rate}` });
      }
    }
    for (const { key, units } of minutes.values()) sums.set(key, (sums.get(key) ?? 0n) + BigInt(units));
  }
  return sums;
}

/** Half to even, in integers. */
function divided(amount: bigint, by: bigint): bigint {
  const [whole, twice] = [amount / by, (amount % by) * 2n];
  return whole + (twice > by || (twice === by && whole % 2n === 1n) ? 1n : 0n);
}
const money = (cents: bigint) => `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;

const usageOf = (intervals: readonly Interval[], month: Month): RatedUsage[] => {
  const seen = { now: month.to, byDay: false };
  const portions = portionsOf(unsummed(intervals, book), seen, new PriceCalendar(book, month));
  return Array.from(portions, ({ serverId, price, used: quantity }) => {
    const { meter, region, size } = price;
    return { serverId, meter, region, size, price, quantity };
  });
};

const monthsOf = (facts: readonly Fact[]) => [
  ...new Map(
    [facts.at(0), facts.at(-1)]
      .map((fact) => monthAt(fact?.at ?? new Date(0)))
      .map((month) => [month.name, month]),
  ).values(),
];

test('the invoice of any history is the oracle’s to the cent, whatever arrives twice, late or in disorder', () => {
  fc.assert(
    fc.property(disorder, ([facts, steps]) => {
      const { intervals } = run(steps, compareCost);
      for (const month of monthsOf(facts)) {
        const lines = linesOf(positionsOf(usageOf(intervals, month), book, month), {
          month: month.name,
          currency: 'USD',
        });
        const expected = [...minuteByMinute(facts, month)].map(([key, quantity]) => {
          const rate = BigInt(key.split(' ')[1] ?? '');
          return { key, quantity: Number(quantity), cents: divided(quantity * rate, 10_000n) };
        });
        const said = lines.map(({ size, unitPrice, quantity, amount }) => ({
          key: `${size ?? 'disk'} ${Math.round(Number(unitPrice) * 1e6)}`,
          ...{ quantity, amount },
        }));
        const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
        expect(said.sort(byKey)).toEqual(
          expected.sort(byKey).map(({ key, quantity, cents }) => ({ key, quantity, amount: money(cents) })),
        );
        const subtotal = expected.reduce((sum, { cents }) => sum + cents, 0n);
        const tax = divided(subtotal * 19n, 100n);
        expect(totalsOf(lines, TAX, 'USD')).toMatchObject({
          subtotal: money(subtotal),
          tax: { amount: money(tax) },
          total: money(subtotal + tax),
        });
      }
    }),
    // Each counts up to two whole months of minutes.
    { numRuns: 150 },
  );
});

test('the times of the lines of one thing never overlap, and hold the price that they say', () => {
  fc.assert(
    fc.property(history, (facts) => {
      const { intervals } = run(
        facts.map((fact) => ({ fact })),
        compareCost,
      );
      for (const month of monthsOf(facts)) {
        const positions = positionsOf(usageOf(intervals, month), book, month);
        for (const [, same] of Map.groupBy(positions, ({ size }) => size)) {
          const times = same.flatMap(({ periods, unitPrice }) =>
            periods.map((period) => ({ ...period, unitPrice })),
          );
          const sorted = times.toSorted((a, b) => (a.from < b.from ? -1 : 1));
          for (const [index, { from, to, unitPrice }] of sorted.entries()) {
            expect(from < to && to <= (sorted[index + 1]?.from ?? month.to.toISOString())).toBe(true);
            const of = same[0]?.size ?? 'disk';
            expect(rateAt(of, Date.parse(from))).toBe(Math.round(Number(unitPrice) * 1e6));
          }
        }
      }
    }),
    { numRuns: 150 },
  );
});

test('what was said of a month and its corrections are together what it comes to', () => {
  fc.assert(
    fc.property(history, history, ([...before], [...after]) => {
      const month = monthAt(before[0]?.at ?? new Date(0));
      const of = (facts: readonly Fact[]) =>
        positionsOf(
          usageOf(
            run(
              facts.map((fact) => ({ fact })),
              compareCost,
            ).intervals,
            month,
          ),
          book,
          month,
        );
      const [said, now] = [of(before), of(after)];
      const correction = difference(now, said);
      expect(difference(now, [...said, ...correction])).toEqual([]);
      expect(difference(said, said)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
