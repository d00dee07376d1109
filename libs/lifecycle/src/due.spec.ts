import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createIndexes } from '@berth/mongo';
import { database, type TestDatabase } from '@berth/testing';
import type { Model } from 'mongoose';
import { dueFairly } from './due.ts';
import { kettleSchema, newKettle, type Kettle } from './fixtures/kettle.ts';

const NOW = new Date('2026-01-01T12:00:00Z');
const due = (owner: string, number: number, secondsAgo: number): Kettle => ({
  ...newKettle(`${owner}-${String(number).padStart(4, '0')}`),
  owner,
  nextLookAt: new Date(NOW.getTime() - secondsAgo * 1000),
});
const crowd = (owner: string, count: number) =>
  Array.from({ length: count }, (_, number) => due(owner, number, 10_000 - number));

let db: TestDatabase;
let model: Model<Kettle>;

beforeAll(async () => {
  db = await database();
  model = db.connection.model<Kettle>('Kettle', kettleSchema);
  await createIndexes(db.connection);
});
afterAll(() => db.stop());
beforeEach(() => model.deleteMany({}));

/** Past mongoose, which takes seconds for so many. */
const insert = (kettles: Kettle[]) => model.collection.insertMany(kettles as never);
const found = async (except = new Map<string, unknown>()) =>
  (await dueFairly(model, { now: NOW, fairBy: 'owner', except })).map(({ id }) => id);

test('what is due goes owner by owner, the oldest of each first', async () => {
  await insert([...crowd('a', 3), due('b', 0, 5), due('b', 1, 1), due('c', 0, -1)]);
  expect(await found()).toEqual(['a-0000', 'b-0000', 'a-0001', 'b-0001', 'a-0002']);
});

test('one owner is found behind more of others than a sweep reads', async () => {
  await insert([...crowd('greedy', 1_200), ...crowd('other', 1_200), due('small', 0, 1)]);
  const ids = await found();
  expect(ids.slice(0, 3)).toContain('small-0000');
  expect(ids).toHaveLength(200);
  expect(new Set(ids).size).toBe(200);
});

test('what is in hand already hides nobody', async () => {
  const inHand = crowd('greedy', 1_000);
  await insert([...inHand, due('small', 0, 1)]);
  expect(await found(new Map(inHand.map(({ _id }) => [_id, true])))).toEqual(['small-0000']);
});
