import { describe, expect, test } from '@jest/globals';
import { sampleCatalog } from '../fixtures/catalog.ts';
import { priceOf } from './price.ts';

const small = { size: 'small', region: 'eu-central-1', diskGib: 100 };
const perMinuteOn = (day: string) => priceOf(sampleCatalog, small, new Date(day)).perMinute;

describe('the price of a server', () => {
  test('is that of the rows in force: the latest that has begun', () => {
    expect(perMinuteOn('2024-12-31T23:59:59.999Z')).toBe('0.002826');
    expect(perMinuteOn('2025-01-01T00:00:00Z')).toBe('0.003326');
    expect(perMinuteOn('2998-12-31T00:00:00Z')).toBe('0.003326');
    expect(perMinuteOn('2999-01-01T00:00:00Z')).toBe('0.010226');
  });

  test('is the disk alone while it is paused, and exact for a month of 730 hours', () => {
    const price = priceOf(sampleCatalog, small, new Date('2026-01-01T00:00:00Z'));
    expect(price).toEqual({
      currency: 'USD',
      perMinute: '0.003326',
      perHour: '0.19956',
      perMonth: '145.6788',
      pausedPerMinute: '0.000326',
    });
  });

  test('never holds an exponent, however small', () => {
    const tiny = { prices: sampleCatalog.prices.map((row) => ({ ...row, perMinute: '0.00000000001' })) };
    expect(priceOf(tiny, { ...small, diskGib: 1 }, new Date('2026-01-01')).pausedPerMinute).toBe(
      '0.00000000001',
    );
  });
});
