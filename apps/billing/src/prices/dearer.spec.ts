import { describe, expect, test } from '@jest/globals';
import type { Price } from '@berth/contracts';
import { PriceBook } from '@berth/pricing';
import type { Interval } from '../usage/intervals.ts';
import { compareCostBy } from './dearer.ts';

const interval = (size: string | null, unitsPerMinute = 1): Interval => ({
  serverId: 'srv_1',
  accountId: 'acc_1',
  meter: size === null ? 'disk' : 'compute',
  product: 'web',
  region: 'eu-central-1',
  size,
  unitsPerMinute,
  openedBy: 1,
  openedAt: new Date(0),
  closedBy: null,
  closedAt: null,
});

const price = (size: string, perMinute: string, more: Partial<Price> = {}): Price => ({
  meter: 'compute',
  size,
  region: 'eu-central-1',
  currency: 'USD',
  perMinute,
  activeFrom: '2026-01-01T00:00:00Z',
  ...more,
});

const dearest = (prices: Price[], [a, b]: [string, string], minute = '2026-03-01T10:00:00Z') => {
  const order = compareCostBy(new PriceBook(prices))(interval(a), interval(b), new Date(minute));
  return order === 0 ? 'neither' : order > 0 ? a : b;
};

describe('the dearer of two sizes', () => {
  test('is told by the decimal price, not by its text', () => {
    expect(dearest([price('a', '0.9'), price('b', '0.10')], ['a', 'b'])).toBe('a');
    expect(dearest([price('a', '9.0'), price('b', '10.0')], ['a', 'b'])).toBe('b');
    expect(dearest([price('a', '0.50'), price('b', '0.5')], ['a', 'b'])).toBe('neither');
  });

  test('is told by the prices in force in that minute and region', () => {
    const prices = [
      price('a', '1'),
      price('b', '2'),
      price('b', '0.5', { activeFrom: '2026-03-01T10:00:00Z' }),
      price('a', '9', { region: 'us-east-1' }),
    ];
    expect(dearest(prices, ['a', 'b'], '2026-03-01T09:59:00Z')).toBe('b');
    expect(dearest(prices, ['a', 'b'], '2026-03-01T10:00:00Z')).toBe('a');
  });

  test('is never decided across currencies', () => {
    const prices = [price('a', '100', { currency: 'JPY' }), price('a', '1', { currency: 'EUR' })];
    expect(dearest([...prices, price('b', '2', { currency: 'EUR' })], ['a', 'b'])).toBe('b');
  });

  test('has a price if only one of them has, and else the id that sorts later', () => {
    expect(dearest([price('a', '0.1')], ['a', 'z'])).toBe('a');
    expect(dearest([], ['a', 'z'])).toBe('z');
    expect(dearest([], ['z', 'a'])).toBe('z');
  });
});

test('the larger of two disks is the dearer', () => {
  expect(
    compareCostBy(new PriceBook([]))(interval(null, 50), interval(null, 20), new Date()),
  ).toBeGreaterThan(0);
});
