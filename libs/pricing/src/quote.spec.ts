import { describe, expect, test } from '@jest/globals';
import { Quote, type Price } from '@berth/contracts';
import { PriceBook } from './price-book.ts';
import { quote, serverPrice } from './quote.ts';

const row = (perMinute: string, activeFrom: string, size: string | null): Price => ({
  meter: size === null ? 'disk' : 'compute',
  size,
  region: 'eu-central-1',
  currency: 'USD',
  perMinute,
  activeFrom,
});
const book = new PriceBook([
  row('0.0030', '2025-01-01T00:00:00Z', 'small'),
  row('0.0099', '2027-01-01T00:00:00Z', 'small'),
  row('0.01', '2025-01-01T00:00:00Z', 'large'),
  row('0.02', '2026-12-01T00:00:00Z', 'large'),
  row('0.00000326', '2024-01-01T00:00:00Z', null),
  row('0.00000400', '2027-03-01T00:00:00Z', null),
]);
const small = { size: 'small', region: 'eu-central-1', diskGib: 100 };
const now = new Date('2026-11-22T10:00:00Z');

describe('a quote', () => {
  test('is by minute, by hour and for a month of 730 hours, exact, compute and disk apart', () => {
    const priced = quote(book, small, now);
    expect(priced).toMatchObject({
      currency: 'USD',
      running: { perMinute: '0.003326', perHour: '0.19956', perMonth: '145.6788' },
      paused: { perMinute: '0.000326', perHour: '0.01956', perMonth: '14.2788' },
      compute: { perMinute: '0.003', perHour: '0.18', perMonth: '131.4', activeFrom: '2025-01-01T00:00:00Z' },
      disk: {
        perMinute: '0.000326',
        perHour: '0.01956',
        perMonth: '14.2788',
        activeFrom: '2024-01-01T00:00:00Z',
      },
    });
    expect(Quote.parse(priced)).toEqual(priced);
  });

  test('announces each change of what was asked about, with the whole price from then on', () => {
    const { changes } = quote(book, small, now);
    expect(
      changes.map(({ activeFrom, running, paused }) => [activeFrom, running.perMinute, paused.perMinute]),
    ).toEqual([
      ['2027-01-01T00:00:00.000Z', '0.010226', '0.000326'],
      ['2027-03-01T00:00:00.000Z', '0.0103', '0.0004'],
    ]);
    expect(quote(book, small, new Date('2027-03-01T00:00:00Z')).changes).toEqual([]);
  });

  test('of what has no price is refused', () => {
    expect(() => quote(book, { ...small, region: 'us-east-1' }, now)).toThrow(
      'There is no price for compute of small in us-east-1 (USD) at 2026-11-22T10:00:00.000Z',
    );
  });
});

test('a server shows as its price what a quote for it says', () => {
  const { running, paused } = quote(book, small, now);
  expect(serverPrice(book, small, now)).toEqual({
    currency: 'USD',
    ...running,
    pausedPerMinute: paused.perMinute,
  });
});
