import { expect, test } from '@jest/globals';
import { standingOf } from './standing.ts';

const dueAt = '2026-12-16T00:00:00.000Z';
const before = Date.parse('2026-12-15T00:00:00.000Z');
const after = Date.parse('2026-12-17T00:00:00.000Z');

test.each([
  ['invoice', 'issued', before, 'To be paid'],
  ['invoice', 'issued', after, 'Past due'],
  ['invoice', 'paid', after, 'Paid'],
  ['invoice', 'void', after, 'Void'],
] as const)('an %s that is %s at %s: %s', (kind, status, now, label) => {
  expect(standingOf({ kind, status, dueAt }, now).label).toBe(label);
});

test('a credit note is never due', () => {
  expect(standingOf({ kind: 'credit_note', status: 'issued', dueAt: null }, after).label).toBe('Credited');
});
