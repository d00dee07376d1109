import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Meter, type Price } from '@berth/contracts';
import { PriceBook } from '@berth/pricing';
import { compareCostBy } from '../prices/dearer.ts';
import { disorder, history, run as runBy, type Step } from './history.fixture.ts';
import type { Fact } from './intervals.ts';
import { hourOf, type Voided } from './minutes.ts';
import { standing, type LedgerRecord } from './revisions.ts';
import type { ServerMonth } from './server-month.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RUNS = 2_000;
const MANY_RUNS = 10_000;

// A few seconds each on an idle machine; on a busy one they only take longer.
jest.setTimeout(120_000);

const price = (size: string, perMinute: string, activeFrom: string): Price => ({
  meter: 'compute',
  size,
  region: 'eu-central-1',
  currency: 'USD',
  perMinute,
  activeFrom,
});
/** `large` becomes cheaper than `small` at one minute past midnight of 1 March 2028; `odd` has no price at all. */
const prices = [
  price('small', '0.010', '2020-01-01T00:00:00Z'),
  price('large', '0.020', '2020-01-01T00:00:00Z'),
  price('large', '0.005', '2028-03-01T00:01:00Z'),
];
const compareCost = compareCostBy(new PriceBook(prices));
const cents = (size: string, minute: number) =>
  ({ odd: 0, small: 10, large: minute < Date.parse('2028-03-01T00:01:00Z') ? 20 : 5 })[size] ?? 0;

/** What the oracle bills of a server after a transition, and what is the dearer of two. */
const LEVELS: Readonly<Record<Meter, (fact: Fact) => string | number | false | undefined>> = {
  compute: ({ computeBilled, size }) => computeBilled && size,
  disk: ({ diskBilled, diskGib }) => diskBilled && diskGib,
  backup: ({ backupGib }) => backupGib,
};

/**
 * The oracle: which level each minute is billed at, counted minute by minute. What is still open counts until `cut`.
 */
function minuteByMinute(facts: Fact[], meter: Meter, cut: number): Map<number, string> {
  const level = (fact: Fact) => LEVELS[meter](fact) || null;
  const cost = (fact: Fact, minute: number) =>
    meter === 'compute' ? cents(fact.size, minute) : Number(level(fact));
  const openSince = facts.findLastIndex((fact) => level(fact) !== level(facts.at(-1) ?? fact)) + 1;
  const minutes = new Map<number, Fact>();
  for (const [index, fact] of facts.entries()) {
    const from = fact.at.getTime();
    const end = facts[index + 1]?.at.getTime() ?? Math.max(cut, from + MINUTE);
    if (level(fact) === null || from === end) continue;
    for (let minute = from - (from % MINUTE); minute < end; minute += MINUTE) {
      const winner = minutes.get(minute);
      if (!winner || cost(fact, minute) > cost(winner, minute)) minutes.set(minute, fact);
    }
  }
  for (const [minute, fact] of minutes)
    if (minute >= cut && facts.indexOf(fact) >= openSince) minutes.delete(minute);
  return new Map([...minutes].map(([minute, fact]) => [minute, String(level(fact))]));
}

/** The same, told by the records that stand; a minute in two of them is an error. */
function minutesOf(records: LedgerRecord[], meter: Meter): Map<number, string> {
  const minutes = new Map<number, string>();
  for (const record of standing(records).filter((one) => one.meter === meter)) {
    const count = (record.to.getTime() - record.from.getTime()) / MINUTE;
    for (let minute = record.from.getTime(); minute < record.to.getTime(); minute += MINUTE) {
      if (minutes.has(minute)) throw new Error(`${record._id} overlaps another record`);
      minutes.set(minute, record.size ?? String(record.quantity / count));
    }
  }
  return minutes;
}

/** The minutes of which the two say different things. */
const differing = (told: Map<number, string>, expected: Map<number, string>) =>
  [...told.keys(), ...expected.keys()]
    .filter((minute) => told.get(minute) !== expected.get(minute))
    .map((minute) => [new Date(minute), told.get(minute), expected.get(minute)]);

/** The oracle's sums: what the records that stand in hours before `until` come to on each day, with all that has one price together. */
function sumsOf(records: LedgerRecord[], until: Date): string[] {
  const sums = new Map<string, number>();
  for (const { meter, size, from, quantity } of standing(records).filter(({ from }) => from < until)) {
    const key = `${from.toISOString().slice(0, 10)} ${meter} ${size}`;
    sums.set(key, (sums.get(key) ?? 0) + quantity);
  }
  return [...sums].map(([key, quantity]) => `${key} ${quantity}`).sort();
}

/** The same, told by the months. */
const summedUp = (months: Iterable<ServerMonth>): string[] =>
  [...months]
    .flatMap(({ month, sums }) =>
      sums.flatMap(({ meter, size, days }) =>
        days.map((quantity, day) => ({
          key: `${month}-${String(day + 1).padStart(2, '0')} ${meter} ${size}`,
          quantity,
        })),
      ),
    )
    .filter(({ quantity }) => quantity !== 0)
    .map(({ key, quantity }) => `${key} ${quantity}`)
    .sort();

/** What a minute of a level counts: GiB, or one of a size. */
const unitsOf = (meter: Meter, fact: Fact) => (meter === 'compute' ? 1 : Number(LEVELS[meter](fact)));

/** When the cut of an hour is due. */
const after = (hour: Date) => new Date(hour.getTime() + MINUTE);

const run = (steps: Step[]) => runBy(steps, compareCost);

const content = (records: LedgerRecord[]) =>
  standing(records)
    .map(({ _id, revision, recordedAt, ...rest }) => rest)
    .sort((a, b) => a.meter.localeCompare(b.meter) || a.from.getTime() - b.from.getTime());

describe('usage of any history', () => {
  test('is the oracle’s to the minute, whatever arrives twice, late or in disorder and whenever it is cut', () => {
    fc.assert(
      fc.property(disorder, ([facts, steps]) => {
        const { records, progress } = run(steps);
        for (const meter of Meter.options) {
          const expected = minuteByMinute(facts, meter, progress.cutUntil.getTime());
          expect(differing(minutesOf(records, meter), expected)).toEqual([]);
        }
      }),
      { numRuns: MANY_RUNS },
    );
  });

  test('adds up: reversals take back exactly what they reverse, once, and no id is given twice', () => {
    fc.assert(
      fc.property(disorder, ([, steps]) => {
        const { records } = run(steps);
        const byId = new Map(records.map((record) => [record._id, record]));
        expect(byId.size).toBe(records.length);
        const reversals = records.filter(({ reverses }) => reverses !== null);
        expect(new Set(reversals.map(({ reverses }) => reverses)).size).toBe(reversals.length);
        for (const { reverses, quantity, ...rest } of reversals) {
          const reversed = byId.get(reverses ?? '');
          expect({ ...rest, quantity: -quantity }).toEqual({
            ...reversed,
            _id: `${reverses}/reversal`,
            reverses: undefined,
            recordedAt: rest.recordedAt,
          });
        }
        const net = records.reduce((sum, { quantity }) => sum + quantity, 0);
        expect(net).toBe(standing(records).reduce((sum, { quantity }) => sum + quantity, 0));
      }),
      { numRuns: RUNS },
    );
  });

  test('stands the same when all transitions are replayed from zero', () => {
    fc.assert(
      fc.property(disorder, ([facts, steps]) => {
        const lived = run(steps);
        const replayed = run([...facts.map((fact) => ({ fact })), { now: after(lived.progress.cutUntil) }]);
        expect(JSON.stringify(content(lived.records))).toBe(JSON.stringify(content(replayed.records)));
        expect(JSON.stringify(run(steps).records)).toBe(JSON.stringify(lived.records));
      }),
      { numRuns: MANY_RUNS },
    );
  });

  test('is summed up by day: what stands in the hours that are over, and the rest minute by minute', () => {
    fc.assert(
      fc.property(disorder, fc.boolean(), ([facts, steps], forgotten) => {
        const ledger = run(steps);
        if (forgotten) {
          ledger.forgetMonths();
          ledger.take(undefined, new Date(0));
        }
        const { cutUntil: until } = ledger.progress;
        expect(summedUp(ledger.months.values())).toEqual(sumsOf(ledger.records, until));
        const rest = [...ledger.months.values()].flatMap((month) => month.rest);
        for (const meter of Meter.options) {
          const cut = Math.max(until.getTime(), facts.at(-1)?.at.getTime() ?? 0) + 2 * HOUR;
          const known = facts.slice(0, ledger.progress.sequence);
          const expected = [...minuteByMinute(known, meter, cut)].filter(
            ([minute]) => minute >= until.getTime(),
          );
          const told = rest
            .filter((each) => each.meter === meter)
            .flatMap(({ from, to, size, unitsPerMinute }) => {
              const level = size ?? String(unitsPerMinute);
              const minutes: [number, string][] = [];
              for (let at = from.getTime(); at < Math.min(cut, to?.getTime() ?? cut); at += MINUTE)
                minutes.push([at, level]);
              return minutes;
            });
          expect(differing(new Map(told), new Map(expected))).toEqual([]);
          expect(told).toHaveLength(expected.length);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('leaves out what is void, whenever it is declared and withdrawn, and bills the rest as ever', () => {
    const voids = fc.array(
      fc.record({
        meter: fc.constantFrom(...Meter.options),
        at: fc.integer({ min: -120, max: 3_000 }),
        minutes: fc.integer({ min: 1, max: 600 }),
      }),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(disorder, voids, voids, ([facts, steps], first, second) => {
        const begin = Math.floor((facts[0]?.at.getTime() ?? 0) / MINUTE);
        const voided = (all: typeof first): Voided[] =>
          all.map(({ meter, at, minutes }) => ({
            meter,
            from: new Date((begin + at) * MINUTE),
            to: new Date((begin + at + minutes) * MINUTE),
          }));
        const half = Math.ceil(steps.length / 2);
        const ledger = run(steps.slice(0, half));
        const now = facts.at(-1)?.at ?? new Date(0);
        ledger.declare(voided(first), now);
        for (const step of steps.slice(half))
          ledger.take('fact' in step ? step.fact : undefined, 'now' in step ? step.now : new Date(0));
        const lasting = voided(second);
        ledger.declare(lasting, now);
        for (const meter of Meter.options) {
          const isVoid = (minute: number) =>
            lasting.some(
              (one) => one.meter === meter && one.from.getTime() <= minute && minute < one.to.getTime(),
            );
          const all = minuteByMinute(facts, meter, ledger.progress.cutUntil.getTime());
          const expected = new Map([...all].filter(([minute]) => !isVoid(minute)));
          expect(differing(minutesOf(ledger.records, meter), expected)).toEqual([]);
        }
        expect(summedUp(ledger.months.values())).toEqual(sumsOf(ledger.records, ledger.progress.cutUntil));
      }),
      { numRuns: RUNS },
    );
  });

  test('is recorded once and never revised when transitions arrive in time and a server keeps its size', () => {
    fc.assert(
      fc.property(history, (changing) => {
        const same = { size: 'small', diskGib: 20 };
        const facts = changing.map((fact) => ({ ...fact, ...same, ...(fact.backupGib && { backupGib: 8 }) }));
        const end = { now: facts.at(-1)?.at ?? new Date(0) };
        const hourly = facts.flatMap((fact): Step[] => [{ now: fact.at }, { fact }]);
        const lived = run([...hourly, end]).records.map(({ recordedAt, ...record }) => record);
        const replayed = run([...facts.map((fact) => ({ fact })), end]).records.map(
          ({ recordedAt, ...r }) => r,
        );
        const byId = (a: { _id: string }, b: { _id: string }) => (a._id < b._id ? -1 : 1);
        expect(lived.every(({ revision, reverses }) => revision === 1 && reverses === null)).toBe(true);
        expect(JSON.stringify(lived.sort(byId))).toBe(JSON.stringify(replayed.sort(byId)));
      }),
      { numRuns: RUNS },
    );
  });

  test('is cut at every UTC hour and names the transitions it came from', () => {
    fc.assert(
      fc.property(disorder, ([facts, steps]) => {
        const unexplained = standing(run(steps).records).filter((record) => {
          const opening = facts[record.openedBy - 1];
          const closing = facts[(record.closedBy ?? 0) - 1];
          const minutes = (record.to.getTime() - record.from.getTime()) / MINUTE;
          const rightly =
            hourOf(new Date(record.to.getTime() - 1)).getTime() === hourOf(record.from).getTime() &&
            opening &&
            opening.at < record.to &&
            record.quantity === minutes * unitsOf(record.meter, opening) &&
            (!closing || (closing.at > record.from && closing.at.getTime() < record.from.getTime() + HOUR));
          return !rightly;
        });
        expect(unexplained).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('is made up for after a month in which nothing ran', () => {
    fc.assert(
      fc.property(history, (facts) => {
        const last = facts.at(-1)?.at.getTime() ?? 0;
        const { records, progress } = run([
          ...facts.map((fact) => ({ fact })),
          { now: new Date(last + 31 * 24 * HOUR) },
        ]);
        for (const meter of Meter.options) {
          const expected = minuteByMinute(facts, meter, progress.cutUntil.getTime());
          expect(differing(minutesOf(records, meter), expected)).toEqual([]);
        }
      }),
      { numRuns: 20 },
    );
  });
});
