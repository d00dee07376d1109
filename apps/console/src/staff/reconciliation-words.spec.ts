import { expect, test } from '@jest/globals';
import { flaggedText } from './reconciliation-words.ts';

test('what is wrong is said with how many it is wrong of, and nothing when nothing is', () => {
  expect(flaggedText([])).toBeNull();
  expect(
    flaggedText([
      { flag: 'costs_without_being_billed', servers: 3 },
      { flag: 'unknown_server', servers: 1 },
    ]),
  ).toBe('Costs without being billed: 3 · Unknown: 1');
});
