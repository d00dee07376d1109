import { expect, test } from '@jest/globals';
import { announced, currenciesOf, priceAt } from './prices.ts';
import { readable } from './readable.ts';

const row = (perMinute: string, activeFrom: string, size: string | null = 'small') => ({
  meter: size ? ('compute' as const) : ('disk' as const),
  size,
  region: 'eu',
  currency: 'USD',
  perMinute,
  activeFrom,
});
const now = Date.UTC(2026, 10, 30);
const prices = [
  row('3', '2027-01-01T00:00:00.000Z'),
  row('1', '2024-01-01T00:00:00.000Z'),
  row('2', '2026-11-30T00:00:00.000Z'),
  row('9', '2026-12-01T00:00:00.000Z', null),
];

test('of several rows the last that has come is in force', () => {
  expect(priceAt(prices, row('', ''), now)?.perMinute).toBe('2');
  expect(priceAt(prices, row('', ''), now - 1)?.perMinute).toBe('1');
  expect(priceAt(prices, row('', '', null), now)).toBeUndefined();
});

test('a price is one of its currency', () => {
  const euros = { ...row('5', '2026-11-29T00:00:00.000Z'), currency: 'EUR' };
  expect(priceAt([...prices, euros], row('', ''), now)?.perMinute).toBe('2');
  expect(priceAt([...prices, euros], euros, now)?.perMinute).toBe('5');
  expect(currenciesOf([euros, ...prices])).toEqual(['USD', 'EUR']);
});

test('what is to come is told, soonest first', () => {
  expect(announced(prices, now).map(({ perMinute }) => perMinute)).toEqual(['9', '3']);
});

test('a body is laid out when it is JSON', () => {
  expect(readable('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(readable('{"a":')).toBe('{"a":');
});
