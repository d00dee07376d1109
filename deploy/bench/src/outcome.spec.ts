import { expect, test } from '@jest/globals';
import type { Goal } from './bench.ts';
import { OURS, outcomesOf } from './outcome.ts';

const rounds = new Map([
  [OURS, [{ 'messages/s': 900 }, { 'messages/s': 80 }, { 'messages/s': 1100 }]],
  ['by hand', [{ 'messages/s': 1000 }, { 'messages/s': 100 }, { 'messages/s': 1000 }]],
]);

function outcome(goal: Omit<Goal, 'measure'>) {
  const contender = () => Promise.reject(new Error('not run'));
  const goals = [{ measure: 'messages/s', ...goal }];
  return outcomesOf({ name: 'bus', about: '', rounds: 3, ours: contender, references: {}, goals }, rounds)[0];
}

test('ratios are taken within each round, so that a slow moment of the machine counts for both', () => {
  expect(outcome({ against: 'by hand', atLeast: 0.9 })).toMatchObject({
    ours: 900,
    theirs: 1000,
    compared: { median: 0.9, min: 0.8, max: 1.1 },
    reached: true,
  });
});

test('a goal can be missed', () => {
  expect(outcome({ against: 'by hand', atLeast: 1 })).toMatchObject({ reached: false });
  expect(outcome({ atMost: 899 })).toMatchObject({ reached: false });
});

test('a difference or our own number can be the goal', () => {
  expect(outcome({ against: 'by hand', by: 'difference' })?.compared.median).toBe(-20);
  expect(outcome({ atMost: 1000 })).toMatchObject({ compared: { median: 900 }, reached: true });
});

test('what nothing has to reach is only shown', () => {
  expect(outcome({ against: 'by hand' })).not.toHaveProperty('reached');
});

test('a measure that a side forgot is an error, not a missing number', () => {
  expect(() => outcome({ against: 'nobody' })).not.toThrow();
  rounds.set('silent', [{} as never]);
  expect(() => outcome({ against: 'silent' })).toThrow('silent does not measure messages/s');
});
