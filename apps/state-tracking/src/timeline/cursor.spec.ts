import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cursorAfter, sequenceOf } from './cursor.ts';

test('a cursor leads back to where it was made', () => {
  fc.assert(fc.property(fc.nat(), (sequence) => expect(sequenceOf(cursorAfter(sequence))).toBe(sequence)));
});

test.each([
  '',
  'x',
  '12',
  Buffer.from('after -1').toString('base64url'),
  Buffer.from('after 1e9').toString('base64url'),
])('no list has given the cursor "%s"', (cursor) => {
  expect(sequenceOf(cursor)).toBeUndefined();
});
