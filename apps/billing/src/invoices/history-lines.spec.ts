import { expect, jest, test } from '@jest/globals';
import { PriceBook } from '@berth/pricing';
import fc from 'fast-check';
import { monthAt, type Month } from '../costs/month.ts';
import { usageOf } from '../rating/ledgers.fixture.ts';
import { portionsOf, type Usage } from '../rating/portions.ts';
import { PriceCalendar } from '../rating/price-calendar.ts';
import { unsummed } from '../rating/unsummed.ts';
import { compareCostBy } from '../prices/dearer.ts';
import type { RatedUsage } from '../rating/rated-usage.ts';
import { disorder, history, run } from '../usage/history.fixture.ts';
import type { Fact } from '../usage/intervals.ts';
import { linesOf, totalsOf } from './lines.ts';
import { inOraclesWords, monthsOf, ORACLES_PRICES, oraclesInvoice, rateAt } from './oracle.fixture.ts';
import { difference, positionsOf } from './positions.ts';

const TAX = { rate: '19', reverseCharge: false, note: null };

// Less than half a minute on an idle machine; on a busy one it only takes longer.
jest.setTimeout(120_000);

const book = new PriceBook(ORACLES_PRICES);
const compareCost = compareCostBy(book);

const rated = (usage: Usage, month: Month): RatedUsage[] => {
  const seen = { now: month.to, byDay: false };
  return Array.from(
    portionsOf(usage, seen, new PriceCalendar(book, month)),
    ({ serverId, price, used: quantity }) => {
      const { meter, region, size } = price;
      return { serverId, meter, region, size, price, quantity };
    },
  );
};

const ledgerOf = (facts: readonly Fact[]) =>
  run(
    facts.map((fact) => ({ fact })),
    compareCost,
  );

test('the invoice of any history is the oracle’s to the cent, whatever arrives twice, late or in disorder', () => {
  fc.assert(
    fc.property(disorder, fc.boolean(), ([facts, steps], summed) => {
      const ledger = run(steps, compareCost);
      for (const month of monthsOf(facts)) {
        const about = { month: month.name, currency: 'USD' };
        // As long as what 0.1.0 has left is not summed up, intervals are read.
        const usage = summed ? usageOf([ledger], month) : unsummed(ledger.intervals, [], book);
        const lines = linesOf(positionsOf(rated(usage, month), book, month), about);
        const { subtotal, tax, total } = totalsOf(lines, TAX, 'USD');
        expect({ lines: inOraclesWords(lines), subtotal, tax: tax.amount, total }).toEqual(
          oraclesInvoice(facts, month),
        );
      }
    }),
    { numRuns: 10_000 },
  );
});

test('the times of the lines of one thing never overlap, and hold the price that they say', () => {
  fc.assert(
    fc.property(history, (facts) => {
      const ledger = ledgerOf(facts);
      for (const month of monthsOf(facts)) {
        const positions = positionsOf(rated(usageOf([ledger], month), month), book, month);
        for (const [of, same] of Map.groupBy(positions, ({ meter, size }) => size ?? meter)) {
          const times = same.flatMap(({ periods, unitPrice }) =>
            periods.map((period) => ({ ...period, unitPrice })),
          );
          const sorted = times.toSorted((a, b) => (a.from < b.from ? -1 : 1));
          for (const [index, { from, to, unitPrice }] of sorted.entries()) {
            expect(from < to && to <= (sorted[index + 1]?.from ?? month.to.toISOString())).toBe(true);
            expect(rateAt(of, Date.parse(from))).toBe(Math.round(Number(unitPrice) * 1e6));
          }
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('what was said of a month and its corrections are together what it comes to', () => {
  fc.assert(
    fc.property(history, history, ([...before], [...after]) => {
      const month = monthAt(before[0]?.at ?? new Date(0));
      const of = (facts: readonly Fact[]) =>
        positionsOf(rated(usageOf([ledgerOf(facts)], month), month), book, month);
      const [said, now] = [of(before), of(after)];
      const correction = difference(now, said);
      expect(difference(now, [...said, ...correction])).toEqual([]);
      expect(difference(said, said)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
