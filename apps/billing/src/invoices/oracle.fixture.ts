import { Meter, type InvoiceLine, type Price } from '@berth/contracts';
import { monthAt, type Month } from '../costs/month.ts';
import type { Fact } from '../usage/intervals.ts';

const MINUTE = 60_000;
const TAX_PERCENT = 19n;

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
  backup: [
    ['2020-01-01T00:00:00Z', 45],
    ['2026-06-10T11:01:00Z', 5],
    ['2028-03-01T00:00:00Z', 45],
  ],
};
/** What is not a size is a meter that has none. */
const meterOf = (of: string): Meter => (of === 'disk' || of === 'backup' ? of : 'compute');
/** As the catalog publishes them. */
export const ORACLES_PRICES: readonly Price[] = Object.entries(RATES).flatMap(([of, rows]) =>
  rows.map(([activeFrom, micros]): Price => ({
    meter: meterOf(of),
    size: meterOf(of) === 'compute' ? of : null,
    region: 'eu-central-1',
    currency: 'USD',
    perMinute: (micros / 1e6).toFixed(6),
    activeFrom,
  })),
);

/** One row of these prices: from when on, and how it is called on a line. */
interface Rate {
  since: number;
  micros: number;
  key: string;
}
const rates = (of: string): Rate[] =>
  (RATES[of] ?? []).map(([from, micros]) => ({ since: Date.parse(from), micros, key: `${of} ${micros}` }));

/** What a minute of it costs, in millionths. */
export const rateAt = (of: string, minute: number) =>
  rates(of).findLast(({ since }) => since <= minute)?.micros ?? NaN;

/** The price of each minute of a month: written out once, for thousands of histories ask for it. */
const written = new Map<string, readonly Rate[]>();
function ratesIn({ name, from, to }: Month, of: string): readonly Rate[] {
  const known = written.get(`${name} ${of}`);
  if (known) return known;
  const [rows, minutes]: [Rate[], Rate[]] = [rates(of), []];
  for (let at = from.getTime(); at < to.getTime(); at += MINUTE)
    minutes.push(rows.findLast(({ since }) => since <= at) ?? { since: 0, micros: NaN, key: 'no price' });
  written.set(`${name} ${of}`, minutes);
  return minutes;
}

/** What is billed of a server after a transition, and how much of it. */
const BILLED: Readonly<Record<Meter, (fact: Fact) => readonly [what: string, units: number]>> = {
  compute: ({ size, computeBilled }) => [size, computeBilled ? 1 : 0],
  disk: ({ diskGib, diskBilled }) => ['disk', diskBilled ? diskGib : 0],
  backup: ({ backupGib = 0 }) => ['backup', backupGib],
};

/** The oracle: every minute of a month by itself; what was used at each price, `compute small 5000`. */
function minuteByMinute(facts: readonly Fact[], month: Month): Map<string, number> {
  const [begin, length] = [month.from.getTime(), (month.to.getTime() - month.from.getTime()) / MINUTE];
  const used = new Map<Rate, number>();
  for (const meter of Meter.options) {
    const minutes = new Map<number, { rate: Rate; units: number }>();
    for (const [index, fact] of facts.entries()) {
      const [from, to] = [fact.at.getTime(), facts[index + 1]?.at.getTime() ?? Infinity];
      const [what, units] = BILLED[meter](fact);
      if (units === 0 || from === to) continue;
      const rates = ratesIn(month, what);
      const end = Math.min(length, (to - begin) / MINUTE);
      for (let minute = Math.max(0, Math.floor((from - begin) / MINUTE)); minute < end; minute++) {
        const [rate, winner] = [rates[minute], minutes.get(minute)];
        if (rate && !(winner && winner.rate.micros * winner.units >= rate.micros * units))
          minutes.set(minute, { rate, units });
      }
    }
    for (const { rate, units } of minutes.values()) used.set(rate, (used.get(rate) ?? 0) + units);
  }
  const sums = new Map<string, number>();
  for (const [{ key }, quantity] of used) sums.set(key, (sums.get(key) ?? 0) + quantity);
  return sums;
}

/** Half to even, in integers. */
function divided(amount: bigint, by: bigint): bigint {
  const [whole, twice] = [amount / by, (amount % by) * 2n];
  return whole + (twice > by || (twice === by && whole % 2n === 1n) ? 1n : 0n);
}
const money = (cents: bigint) => `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;

/** The first and the last month of a history. */
export const monthsOf = (facts: readonly Fact[]) => [
  ...new Map(
    [facts.at(0), facts.at(-1)]
      .map((fact) => monthAt(fact?.at ?? new Date(0)))
      .map((month) => [month.name, month]),
  ).values(),
];

interface ExpectedInvoice {
  lines: { key: string; quantity: number; amount: string }[];
  subtotal: string;
  tax: string;
  total: string;
}

/** What the invoice of a month says of a server that did this: its lines in the order of their keys, with tax at 19 percent. */
export function oraclesInvoice(facts: readonly Fact[], month: Month): ExpectedInvoice {
  const lines = [...minuteByMinute(facts, month)].map(([key, quantity]) => {
    const rate = BigInt(key.split(' ')[1] ?? '');
    return { key, quantity, cents: divided(BigInt(quantity) * rate, 10_000n) };
  });
  const subtotal = lines.reduce((sum, { cents }) => sum + cents, 0n);
  const tax = divided(subtotal * TAX_PERCENT, 100n);
  return {
    lines: lines.map(({ key, quantity, cents }) => ({ key, quantity, amount: money(cents) })).sort(byKey),
    ...{ subtotal: money(subtotal), tax: money(tax), total: money(subtotal + tax) },
  };
}

/** Lines in the oracle's words. */
export const inOraclesWords = (lines: readonly InvoiceLine[]): ExpectedInvoice['lines'] =>
  lines
    .map(({ meter, size, unitPrice, quantity, amount }) => ({
      key: `${size ?? meter} ${Math.round(Number(unitPrice) * 1e6)}`,
      ...{ quantity, amount },
    }))
    .sort(byKey);

const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
