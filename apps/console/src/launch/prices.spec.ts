import { expect, test } from '@jest/globals';
import type { OfferedCatalog, Price } from '@berth/contracts';
import { computePrice, priceOf } from './prices.ts';

const row = (perMinute: string, more: Partial<Price> = {}): Price => ({
  meter: 'compute',
  size: 'small',
  region: 'eu',
  currency: 'USD',
  perMinute,
  activeFrom: '2026-01-01T00:00:00.000Z',
  ...more,
});
const catalog = {
  prices: [
    row('0.5', { activeFrom: '2026-12-01T00:00:00.000Z' }),
    row('0.01'),
    row('0.02', { activeFrom: '2026-06-01T00:00:00.000Z' }),
    row('9', { region: 'us' }),
    row('9', { currency: 'CAD', activeFrom: '2026-06-02T00:00:00.000Z' }),
    row('0.0001', { meter: 'disk', size: null }),
  ],
} as OfferedCatalog;
const now = new Date('2026-11-30T00:00:00Z');

test('a configuration costs its size and each GiB of its disk, at the prices in force', () => {
  const price = priceOf(catalog, { size: 'small', region: 'eu', diskGib: 100 }, now);
  expect(price?.currency).toBe('USD');
  expect(price?.running.perHour).toBeCloseTo(1.8);
  expect(price?.paused.perHour).toBeCloseTo(0.6);
  expect(price?.compute.perMonth).toBeCloseTo(876);
});

test('what has no price is not shown one', () => {
  expect(priceOf(catalog, { size: 'giant', region: 'eu', diskGib: 1 }, now)).toBeUndefined();
  expect(priceOf(catalog, { size: 'small', region: 'us', diskGib: 1 }, now)).toBeUndefined();
  expect(computePrice(catalog, { size: 'small', region: 'us' }, now)?.perHour).toBe(540);
});

test('an account is shown prices in the currency it is billed in', () => {
  const euros = {
    currency: 'EUR',
    prices: [
      ...catalog.prices,
      row('0.03', { currency: 'EUR', activeFrom: '2026-03-01T00:00:00.000Z' }),
      row('0.0002', { currency: 'EUR', meter: 'disk', size: null }),
    ],
  } as OfferedCatalog;
  const price = priceOf(euros, { size: 'small', region: 'eu', diskGib: 100 }, now);
  expect(price).toMatchObject({ currency: 'EUR' });
  expect(price?.running.perHour).toBeCloseTo(3);
});
