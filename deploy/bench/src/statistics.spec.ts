import { describe, expect, test } from '@jest/globals';
import { median, percentile, spread } from './statistics.ts';

describe('a median', () => {
  test('is the middle value, whatever order they come in', () => {
    expect(median([900, 5, 7])).toBe(7);
  });

  test('of an even number is between the two in the middle', () => {
    expect(median([4, 1, 2, 100])).toBe(3);
  });

  test('of nothing is no number', () => {
    expect(median([])).toBeNaN();
  });
});

test('a percentile lies between neighbours', () => {
  const values = Array.from({ length: 101 }, (_, index) => index);
  expect(percentile(values, 99)).toBe(99);
  expect(percentile([0, 10], 99)).toBeCloseTo(9.9);
  expect(percentile([5], 99)).toBe(5);
});

test('a spread shows the rounds that were far off', () => {
  expect(spread([1, 0.4, 0.9, 1.1, 3])).toEqual({ median: 1, min: 0.4, max: 3 });
});
