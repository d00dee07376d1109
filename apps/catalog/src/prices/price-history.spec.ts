import { expect, test } from '@jest/globals';
import type { Price } from '@berth/contracts';
import { changesOfThePast } from './price-history.ts';

const now = new Date('2026-11-22T10:00:00Z');
const row = (perMinute: string, activeFrom: string, size: string | null = 'small'): Price => ({
  meter: size === null ? 'disk' : 'compute',
  size,
  region: 'eu-central-1',
  currency: 'USD',
  perMinute,
  activeFrom,
});
const past = '2026-01-01T00:00:00.000Z';
const future = '2027-01-01T00:00:00.000Z';
const published = [row('0.0025', past), row('0.0020', future)];

test('the same prices again change nothing, nor does another way to write a number', () => {
  expect(changesOfThePast(published, published, now)).toEqual([]);
  expect(changesOfThePast(published, [row('0.00250', past), row('0.0020', future)], now)).toEqual([]);
});

test('a price in force can neither be changed nor taken out', () => {
  expect(changesOfThePast(published, [row('0.0030', past)], now)).toEqual([
    'The price 0.0025 for compute of small in eu-central-1 (USD) from 2026-01-01T00:00:00.000Z is in force ' +
      'and cannot become 0.0030; add a row with a later activeFrom',
  ]);
  expect(changesOfThePast(published, [], now)).toEqual([
    expect.stringContaining('is in force and cannot be taken out of the file'),
  ]);
});

test('a price that was in force and has been replaced is as fixed as the one that replaced it', () => {
  const replaced = [row('0.0030', '2025-01-01T00:00:00.000Z'), ...published];
  expect(changesOfThePast(replaced, published, now)).toHaveLength(1);
});

test('what is announced can be changed and withdrawn until it begins', () => {
  expect(changesOfThePast(published, [row('0.0025', past), row('0.0018', future)], now)).toEqual([]);
  expect(changesOfThePast(published, [row('0.0025', past)], now)).toEqual([]);
  expect(changesOfThePast(published, [row('0.0025', past)], new Date(future))).toHaveLength(1);
});

test('a new price of something already priced begins after now', () => {
  const backdated = row('0.0010', '2026-11-22T10:00:00.000Z');
  expect(changesOfThePast(published, [...published, backdated], now)).toEqual([
    expect.stringMatching(/would change the past: activeFrom must be later than 2026-11-22T10:00:00\.000Z/),
  ]);
  const next = row('0.0010', '2026-11-22T10:01:00.000Z');
  expect(changesOfThePast(published, [...published, next], now)).toEqual([]);
});

test('what has never been priced may be priced from any time', () => {
  expect(
    changesOfThePast(published, [...published, row('0.1', past, 'large'), row('0.00001', past, null)], now),
  ).toEqual([]);
  expect(changesOfThePast([], published, now)).toEqual([]);
});

test('a currency that is added is not older than the one everybody is billed in', () => {
  const euros = { ...row('0.0023', past), currency: 'EUR' };
  const newer = { ...euros, activeFrom: '2026-02-01T00:00:00.000Z' };
  expect(changesOfThePast(published, [...published, newer], now)).toEqual([]);
  expect(changesOfThePast(published, [...published, euros], now)).toEqual([
    'The oldest price is in USD and must be: a currency that is added begins later than USD',
  ]);
});
