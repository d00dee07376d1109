import { expect, test } from '@jest/globals';
import type { Goal } from './bench.ts';
import { tableOf, withSection } from './report.ts';

test('a section replaces the one of its name and leaves the rest as it is', () => {
  const first = withSection(withSection('# Benchmarks\n', 'bus', 'slow'), 'event', 'slower');
  const second = withSection(first, 'bus', 'fast');
  expect(second).toBe(first.replace('slow\n', 'fast\n'));
  expect(second).toMatch(
    /^# Benchmarks\n\n<!-- bench bus: .* -->\n\nfast\n\n<!-- end of bus -->\n\n<!-- bench event/,
  );
});

test.each<[string, Partial<Goal>]>([
  ['≥ 0.9', { atLeast: 0.9 }],
  ['≤ 2', { atMost: 2 }],
  ['0.9 to 1.1', { atLeast: 0.9, atMost: 1.1 }],
])('a goal is shown as %s', (shown, goal) => {
  const compared = { median: 1, min: 1, max: 1 };
  const outcome = { goal: { measure: 'ms', ...goal }, ours: 1, compared, reached: true };
  const bench = { name: 'b', about: 'About.', rounds: 5, ours: never, references: {}, goals: [] };
  expect(tableOf(bench, [outcome])).toContain(`| ${shown} `);
});

const never = () => Promise.reject(new Error('nothing is run'));
