import { afterEach, expect, jest, test } from '@jest/globals';
import { CallerPassports, carrying, carryingOn, currentPassports } from './caller-passports.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

test('those that came with the caller are shown, and soon enough others', async () => {
  const start = performance.now();
  const now = jest.spyOn(performance, 'now').mockReturnValue(start);
  let renewals = 0;
  const passports = new CallerPassports({ billing: 'first' }, async () => ({
    billing: `${++renewals}. more`,
  }));
  expect(await passports.for('billing')).toBe('first');
  expect(await passports.for('dns')).toBeUndefined();
  now.mockReturnValue(start + 44_000);
  expect(await passports.for('billing')).toBe('first');
  now.mockReturnValue(start + 46_000);
  expect(await passports.for('billing')).toBe('1. more');
  expect(await passports.for('billing')).toBe('1. more');
  now.mockReturnValue(start + 92_000);
  expect(await passports.for('billing')).toBe('2. more');
});

test('whoever is no longer let in has none any more', async () => {
  const passports = new CallerPassports({ billing: 'first' }, () => Promise.reject(new Error('no longer')));
  const later = performance.now() + 60_000;
  jest.spyOn(performance, 'now').mockReturnValue(later);
  await expect(passports.for('billing')).rejects.toThrow('no longer');
});

test('they are those of the work at hand', async () => {
  const [one, other] = [1, 2].map(() => new CallerPassports({}, async () => ({})));
  const seen = await Promise.all(
    [one, other, undefined].map((passports) =>
      carrying(passports, async () => {
        await new Promise(setImmediate);
        return currentPassports();
      }),
    ),
  );
  expect(seen).toEqual([one, other, undefined]);
  expect(seen[0]).toBe(one);
  expect(currentPassports()).toBeUndefined();
});

test('what is made bit by bit is made in their name, whoever takes it, and ends with whoever stops taking', async () => {
  const passports = new CallerPassports({}, async () => ({}));
  let isEnded = false;
  async function* bits() {
    try {
      for (;;) {
        yield currentPassports();
        await new Promise(setImmediate);
      }
    } finally {
      isEnded = true;
    }
  }
  const made = carrying(passports, () => carryingOn(bits()));
  for (let taken = 0; taken < 3; taken++) expect((await made.next()).value).toBe(passports);
  await made.return(undefined);
  expect(isEnded).toBe(true);
});
