import { expect, test } from '@jest/globals';
import { readOptions } from './options.ts';

test('without a seed there is a random one', () => {
  const seeds = [1, 2].map(() => (readOptions([], []) as { seed: string }).seed);
  expect(new Set(seeds).size).toBe(2);
});

test('a mode is chosen by its flag, and only one', () => {
  const modes = ['system', 'rolling'];
  expect(readOptions(['--rolling', '--seed', '7'], modes)).toMatchObject({ mode: 'rolling', seed: '7' });
  expect(readOptions(['--fault-every', '0.5'], modes)).toMatchObject({ mode: undefined, faultEvery: 0.5 });
  expect(() => readOptions(['--rolling', '--system'], modes)).toThrow('Choose one of --system, --rolling');
});

test.each([['--lifecycles=0'], ['--minutes=soon'], ['--sead=7']])('%s is not understood', (argument) => {
  expect(() => readOptions([argument], [])).toThrow(/lifecycles|minutes|sead/);
});
