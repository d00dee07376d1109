import { expect, test } from '@jest/globals';
import { expiryOf, stateOf } from './expiry.ts';

const now = Date.UTC(2026, 10, 30, 12);

test('a token is good for so many days, or for ever', () => {
  expect(expiryOf(30, now)).toBe('2026-12-30T12:00:00.000Z');
  expect(expiryOf(0, now)).toBeUndefined();
});

test('what is over soon is told from what is over', () => {
  expect(stateOf(null, now)).toBe('good');
  expect(stateOf('2026-12-07T12:00:00.000Z', now)).toBe('good');
  expect(stateOf('2026-12-07T11:59:59.000Z', now)).toBe('soon');
  expect(stateOf('2026-11-30T12:00:00.000Z', now)).toBe('over');
});
