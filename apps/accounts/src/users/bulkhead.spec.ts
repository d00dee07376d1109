import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Bulkhead } from './bulkhead.ts';

const full = new Error('full');

/** Work that ends when it is told to, and what began so far. */
function work() {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const job = (n: number) => () => {
    begun.push(n);
    return new Promise<number>((resolve) => ends.push(() => resolve(n)));
  };
  return { begun, ends, job };
}

test('so much runs at a time, the rest in order', async () => {
  const bulkhead = new Bulkhead(2, 10, () => full);
  const { begun, ends, job } = work();
  const results = [1, 2, 3, 4].map((n) => bulkhead.run(job(n)));
  expect(begun).toEqual([1, 2]);
  ends[1]?.();
  await setImmediate();
  expect(begun).toEqual([1, 2, 3]);
  ends[0]?.();
  await setImmediate();
  for (const end of ends) end();
  expect(await Promise.all(results)).toEqual([1, 2, 3, 4]);
});

test('what would wait behind too many is refused without having begun', async () => {
  const bulkhead = new Bulkhead(1, 1, () => full);
  const { begun, ends, job } = work();
  const results = [bulkhead.run(job(1)), bulkhead.run(job(2))];
  await expect(bulkhead.run(job(3))).rejects.toBe(full);
  ends[0]?.();
  await results[0];
  ends[1]?.();
  await results[1];
  expect(begun).toEqual([1, 2]);
});

test('work that fails gives its place back', async () => {
  const bulkhead = new Bulkhead(1, 0, () => full);
  await expect(bulkhead.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await bulkhead.run(() => Promise.resolve('next'))).toBe('next');
});
