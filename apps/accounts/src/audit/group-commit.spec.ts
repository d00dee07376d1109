import { expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { GroupCommit } from './group-commit.ts';

/** Writes that end when they are told to, and what was written together so far. */
function writes() {
  const groups: number[][] = [];
  const ends: (() => void)[] = [];
  const write = (group: readonly number[]) => {
    groups.push([...group]);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  return { groups, write, end: () => ends.shift()?.() };
}

const NEVER = 3_600_000;

test('what comes within the time is written together, and not told of before it is', async () => {
  const { groups, write, end } = writes();
  const commits = new GroupCommit(write, { milliseconds: 5, items: 10 });
  let told = 0;
  const added = [1, 2, 3].map((item) => commits.add(item).then(() => told++));
  expect(groups).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect({ groups, told }).toEqual({ groups: [[1, 2, 3]], told: 0 });
  end();
  await Promise.all(added);
  expect(told).toBe(3);
});

test('as many as go together wait for no time, and the next for nothing but their end', async () => {
  const { groups, write, end } = writes();
  const commits = new GroupCommit(write, { milliseconds: NEVER, items: 2 });
  const added = [1, 2, 3, 4].map((item) => commits.add(item));
  await new Promise(setImmediate);
  expect(groups).toEqual([[1, 2]]);
  end();
  await Promise.all(added.slice(0, 2));
  await new Promise(setImmediate);
  expect(groups).toEqual([
    [1, 2],
    [3, 4],
  ]);
  end();
  await Promise.all(added);
});

test('what cannot be written fails alone, and what comes after it does not', async () => {
  const written: number[] = [];
  const write = async (group: readonly number[]) => {
    if (group.includes(2)) throw new Error('not this one');
    written.push(...group);
  };
  const commits = new GroupCommit(write, { milliseconds: NEVER, items: 3 });
  const outcomes = await Promise.allSettled([1, 2, 3, 4, 5, 6].map((item) => commits.add(item)));
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
  expect(written.sort()).toEqual([1, 3, 4, 5, 6]);
});

test('a database that is away is asked once for all of them', async () => {
  let asked = 0;
  const write = async () => {
    asked++;
    throw new mongoose.mongo.MongoNetworkError('connect ECONNREFUSED');
  };
  const commits = new GroupCommit(write, { milliseconds: NEVER, items: 3 });
  const outcomes = await Promise.allSettled([1, 2, 3].map((item) => commits.add(item)));
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  expect(asked).toBe(1);
});
