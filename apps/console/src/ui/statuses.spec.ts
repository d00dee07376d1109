import { expect, test } from '@jest/globals';
import { reasonText } from './statuses.ts';

test('reasons are said in words, unknown ones as they came', () => {
  expect(reasonText('app_silent')).toContain('does not answer');
  expect(reasonText('address_changed')).toBe('address changed');
  expect(reasonText(null)).toBeNull();
});
