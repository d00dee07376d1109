import { expect, test } from '@jest/globals';
import { Time } from './time.ts';

const minute = 60_000;
/** The simulated world is at first as late as the machine, at minute 1 it leaps ahead by 10 minutes, at minute 2 by 5 more. */
const clock = [
  { since: 0, offsetMilliseconds: 0 },
  { since: minute, offsetMilliseconds: 10 * minute },
  { since: 2 * minute, offsetMilliseconds: 15 * minute },
];

test.each([
  ['before the first leap', 0.5, 0.5],
  ['within the first leap', 4, 1],
  ['at its end', 11, 1],
  ['between the leaps', 11.5, 1.5],
  ['within the second leap', 15, 2],
  ['after it', 20, 5],
])('simulated time %s is found on the machine', (_, simulated, real) => {
  expect(new Time({ clock, faults: [] }).real(simulated * minute)).toBe(real * minute);
});

test('time in which something was wrong, and 20 s after it, is taken off once', () => {
  const fault = (name: string, struckAt: number, healedAt: number) => ({ name, struckAt, healedAt });
  const faults = [fault('broker killed', 10_000, 20_000), fault('database killed', 15_000, 30_000)];
  const harmless = fault('SNS: all lost', 0, 200_000);
  const time = new Time({ clock, faults: [...faults, harmless] });
  expect(time.undisturbed(0, 100_000)).toBe(60_000);
});
