import { expect, test } from '@jest/globals';
import { forEach } from './each.ts';

test('every item gets its order, whatever becomes of the others, and each end is told', async () => {
  const told: number[] = [];
  const order = (n: number) => (n % 3 === 0 ? Promise.reject(new Error(`${n}`)) : Promise.resolve(n * 10));
  const { done, refused } = await forEach([1, 2, 3, 4, 5, 6, 7], order, (ended) => told.push(ended));
  expect(done.map(({ answer }) => answer).toSorted((a, b) => a - b)).toEqual([10, 20, 40, 50, 70]);
  expect(refused.map(({ item }) => item)).toEqual([3, 6]);
  expect(told).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('only a few are given at once', async () => {
  let running = 0;
  let most = 0;
  const order = async () => {
    most = Math.max(most, (running += 1));
    await new Promise((done) => setImmediate(done));
    running -= 1;
  };
  await forEach(Array.from({ length: 20 }), order, () => undefined);
  expect(most).toBe(3);
});

test('nothing is done at once', async () => {
  expect(
    await forEach(
      [],
      () => Promise.resolve(),
      () => undefined,
    ),
  ).toEqual({ done: [], refused: [] });
});
