import { expect, test } from '@jest/globals';
import { Random } from './random.ts';

const draws = (random: Random, count = 1_000) => Array.from({ length: count }, () => random.next());

test('the same seed gives the same numbers, another one others', () => {
  expect(draws(new Random('a'))).toEqual(draws(new Random('a')));
  expect(draws(new Random('a'))).not.toEqual(draws(new Random('b')));
});

test('a fork does not depend on what was drawn before', () => {
  const random = new Random('a');
  const before = draws(random.fork('faults'));
  draws(random);
  expect(draws(random.fork('faults'))).toEqual(before);
  expect(draws(random.fork('customers'))).not.toEqual(before);
});

test('numbers are spread evenly', () => {
  const random = new Random('even');
  const tenths = Array.from({ length: 10 }, () => 0);
  for (const number of draws(random, 10_000)) tenths[Math.floor(number * 10)]! += 1;
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

test('weights are kept', () => {
  const random = new Random('weights');
  const items = [
    { name: 'often', weight: 3 },
    { name: 'seldom', weight: 1 },
    { name: 'never', weight: 0 },
  ];
  const picked = Array.from({ length: 4_000 }, () => random.weighted(items).name);
  expect(picked.filter((name) => name === 'often').length / 4_000).toBeCloseTo(0.75, 1);
  expect(picked).not.toContain('never');
});
