import { expect, test } from '@jest/globals';
import { percentsIn } from './percents.ts';

test.each([
  ['50, 80, 100', [50, 80, 100]],
  ['80 % 50 %', [50, 80]],
  ['80;80', [80]],
  [' 1,100 ', [1, 100]],
])('%j are %j', (text, percents) => expect(percentsIn(text)).toEqual(percents));

test.each(['', ' , ', '0', '101', '50.5', 'half', '-1', '1 2 3 4 5 6'])('%j are none', (text) =>
  expect(percentsIn(text)).toEqual(expect.any(String)),
);
