import { describe, expect, test } from '@jest/globals';
import type { Price } from '@berth/contracts';
import fc from 'fast-check';
import { amountOf } from './amount.ts';
import { MissingPrice, PriceBook } from './price-book.ts';

const MINUTE = 60_000;
const row = (perMinute: string, activeFrom: string, more: Partial<Price> = {}): Price => ({
  meter: 'compute',
  size: 'small',
  region: 'eu-central-1',
  currency: 'USD',
  perMinute,
  activeFrom,
  ...more,
});
const small = { meter: 'compute', size: 'small', region: 'eu-central-1' } as const;
const time = (text: string) => Date.parse(`2026-03-01T${text}Z`);

const book = new PriceBook([
  row('0.3', '2026-03-01T10:10:00.000Z'),
  row('0.1', '2026-01-01T00:00:00Z'),
  row('0.2', '2026-03-01T10:05:00Z'),
  row('9', '2026-03-01T10:07:00Z', { region: 'us-east-1' }),
  row('9', '2026-03-01T10:07:00Z', { size: 'large' }),
  row('9', '2026-03-01T10:07:00Z', { meter: 'disk', size: null }),
]);

describe('the price in force', () => {
  test('is the latest that has begun, from its first minute on', () => {
    const priceAt = (text: string) => book.inForce(small, new Date(time(text))).perMinute;
    expect(priceAt('10:04:59.999')).toBe('0.1');
    expect(priceAt('10:05:00')).toBe('0.2');
    expect(priceAt('23:00:00')).toBe('0.3');
  });

  test('where there is none, is an error that says for what and when', () => {
    expect(() => book.inForce({ ...small, size: 'giant' }, new Date(time('10:00:00')))).toThrow(
      new MissingPrice('compute of giant in eu-central-1 (USD)', new Date(time('10:00:00'))),
    );
    expect(() =>
      book.inForce({ meter: 'backup', size: null, region: 'eu-central-1' }, new Date(time('10:00:00'))),
    ).toThrow('There is no price for backup in eu-central-1 (USD)');
    expect(() => book.inForce(small, new Date('2025-12-31T23:59:00Z'))).toThrow(MissingPrice);
    expect(book.find(small, new Date('2025-12-31T23:59:00Z'))).toBeUndefined();
  });
});

describe('an interval', () => {
  test('is cut where its price changes, and nowhere else', () => {
    const cut = book
      .segments(small, time('10:00:00'), time('10:20:00'))
      .map(({ price, from, to }) => [price.perMinute, (to - from) / MINUTE]);
    expect(cut).toEqual([
      ['0.1', 5],
      ['0.2', 5],
      ['0.3', 10],
    ]);
    expect(book.segments(small, time('10:05:00'), time('10:10:00'))).toHaveLength(1);
  });

  test('that begins before there is a price has none', () => {
    expect(() => book.segments(small, Date.parse('2025-12-31T23:00:00Z'), time('10:00:00'))).toThrow(
      MissingPrice,
    );
  });

  test('costs what its minutes cost one by one, to the last digit', () => {
    const minute = fc.integer({ min: 0, max: 40 });
    const perMinute = fc.integer({ min: 1, max: 10 ** 12 }).map((n) => `0.${String(n).padStart(12, '0')}`);
    const changes = fc.uniqueArray(fc.tuple(minute, perMinute), { selector: ([at]) => at, maxLength: 5 });
    fc.assert(
      fc.property(changes, minute, minute, (rows, a, b) => {
        const random = new PriceBook([
          row('0.000000000001', '2026-01-01T00:00:00Z'),
          ...rows.map(([at, price]) => row(price, new Date(time('10:00:00') + at * MINUTE).toISOString())),
        ]);
        const [from, to] = [Math.min(a, b), Math.max(a, b) + 1].map(
          (at) => time('10:00:00') + at * MINUTE,
        ) as [number, number];
        const minutes = Array.from({ length: (to - from) / MINUTE }, (_, at) => from + at * MINUTE);
        const oneByOne = minutes.map((at) => [random.inForce(small, new Date(at)), 1] as const);
        const cut = random
          .segments(small, from, to)
          .map((segment) => [segment.price, (segment.to - segment.from) / MINUTE] as const);
        expect(amountOf(cut)).toBe(amountOf(oneByOne));
      }),
    );
  });
});

test('changes are announced for what is asked about, soonest first, each time once', () => {
  const disk = { meter: 'disk', size: null, region: 'eu-central-1' } as const;
  const changes = book.changesAfter(new Date(time('10:05:00')), small, disk);
  expect(changes.map((at) => at.toISOString().slice(11, 16))).toEqual(['10:07', '10:10']);
});

describe('the currency', () => {
  const old = '2026-01-01T00:00:00Z';

  test('is that of the oldest price: another one added later changes nothing', () => {
    const prices = [row('2', '2026-03-01T00:00:00Z', { currency: 'CAD' }), row('1', old)];
    expect(new PriceBook(prices).currency).toBe('USD');
    expect(new PriceBook(prices).inForce(small, new Date(time('10:00:00'))).perMinute).toBe('1');
  });

  test('is among several as old the first by its code, in whatever order they come', () => {
    const prices = [row('1', old), row('1', old, { currency: 'EUR' })];
    expect(new PriceBook(prices).currency).toBe('EUR');
    expect(new PriceBook(prices.toReversed()).currency).toBe('EUR');
  });
});

describe('an amount', () => {
  test('is exact where floats and a few digits are not', () => {
    expect(amountOf([[row('0.1', '2026-01-01T00:00:00Z'), 3]])).toBe('0.3');
    expect(
      amountOf([
        [row('0.000000000001', '2026-01-01T00:00:00Z'), 1],
        [row('999999999.9', '2026-01-01T00:00:00Z'), 1_000_000_000],
      ]),
    ).toBe('999999999900000000.000000000001');
  });

  test('of nothing is 0, and never holds an exponent', () => {
    expect(amountOf([])).toBe('0');
    expect(amountOf([[row('0.000000000001', '2026-01-01T00:00:00Z'), 1]])).toBe('0.000000000001');
  });
});
