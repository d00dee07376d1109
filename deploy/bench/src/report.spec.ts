import { expect, test } from '@jest/globals';
import { withSection } from './report.ts';

test('a section replaces the one of its name and leaves the rest as it is', () => {
  const first = withSection(withSection('# Benchmarks\n', 'bus', 'slow'), 'event', 'slower');
  const second = withSection(first, 'bus', 'fast');
  expect(second).toBe(first.replace('slow\n', 'fast\n'));
  expect(second).toMatch(
    /^# Benchmarks\n\n<!-- bench bus: .* -->\n\nfast\n\n<!-- end of bus -->\n\n<!-- bench event/,
  );
});
