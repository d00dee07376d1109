import { expect, test } from '@jest/globals';
import { counted, reportOf } from './report.ts';

const report = {
  seed: 'abc',
  lifecycles: 12,
  faults: counted(['service killed', 'database killed', 'service killed']),
  realSeconds: 125,
  virtualSeconds: 7_260,
  results: [
    { name: 'dead letters', mustBe: '0', measured: '0', findings: [] },
    { name: 'operations without an end', mustBe: '0', measured: '1', findings: ['op_1'] },
  ],
};

test('a report says what was done, what holds, what does not, and what struck how often', () => {
  const text = reportOf(report);
  expect(text).toContain(
    '`abc`: 12 server lifecycles under 3 faults in 2 min 5 s (2 h 1 min of virtual time)',
  );
  expect(text).toMatch(/\| dead letters +\| 0 +\| 0 +\| yes +\|/);
  expect(text).toMatch(/\| operations without an end +\| 0 +\| 1 +\| \*\*no\*\* +\|/);
  expect(text).toMatch(/\| service killed +\| 2 +\|\n\| database killed +\| 1 +\|$/);
});
