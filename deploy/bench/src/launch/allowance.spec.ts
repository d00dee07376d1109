import { expect, test } from '@jest/globals';
import { allowanceWaits } from './allowance.ts';

test('five calls go at once, then two in each second', () => {
  expect(allowanceWaits(9)).toEqual([0, 0, 0, 0, 0, 0.5, 1, 1.5, 2]);
});
