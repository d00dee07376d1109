import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createIndexes } from '@berth/mongo';
import { database, TestClock, type TestDatabase } from '@berth/testing';
import type { Model } from 'mongoose';
import { PasswordAttemptsModel, type PasswordAttemptsCount } from './password-attempts.model.ts';
import { PasswordAttempts } from './password-attempts.ts';

const clock = new TestClock('2099-11-22T10:00:00.000Z');
let mongo: TestDatabase;
let counts: Model<PasswordAttemptsCount>;
let attempts: PasswordAttempts;

beforeAll(async () => {
  mongo = await database();
  counts = mongo.connection.model<PasswordAttemptsCount>(
    PasswordAttemptsModel.name,
    PasswordAttemptsModel.schema,
  );
  await createIndexes(mongo.connection);
  attempts = new PasswordAttempts(counts, clock);
});
afterAll(() => mongo?.stop());

let people = 0;
const somebody = () => `somebody-${++people}@example.com`;
const wrong = (email: string, address = '192.0.2.1') =>
  attempts.at({ email, address }, async () => null).catch((error: { code: string }) => error);
const right = (email: string, address = '192.0.2.1') => attempts.at({ email, address }, async () => 'right');

async function wrongTimes(times: number, email: string, address?: string): Promise<void> {
  for (let n = 0; n < times; n++) expect(await wrong(email, address)).toBeNull();
}
const tooMany = { code: 'too_many_attempts', status: 429 };

test('after ten wrong ones all are refused, the right one too, until a quarter of an hour after the first', async () => {
  const email = somebody();
  expect(await wrong(email)).toBeNull();
  clock.advance(600);
  await wrongTimes(9, email);
  expect(await wrong(email)).toMatchObject({ ...tooMany, extensions: { retryAfterSeconds: 300 } });
  await expect(right(email)).rejects.toMatchObject(tooMany);
  clock.advance(299);
  expect(await wrong(email)).toMatchObject(tooMany);
  clock.advance(1);
  expect(await right(email)).toBe('right');
  await wrongTimes(10, email);
  expect(await wrong(email)).toMatchObject(tooMany);
});

test('what is refused to one address is not counted for all, and what is not is', async () => {
  const email = somebody();
  await wrongTimes(10, email);
  for (let n = 0; n < 95; n++) expect(await wrong(email)).toMatchObject(tooMany);
  for (let n = 1; n <= 9; n++) await wrongTimes(10, email, `198.51.100.${n}`);
  expect(await wrong(email, '198.51.100.10')).toMatchObject(tooMany);
});

test('of many at once, be they the first, no more are let through', async () => {
  const email = somebody();
  const tries = await Promise.all(Array.from({ length: 30 }, () => wrong(email)));
  expect(tries.filter((refusal) => refusal === null)).toHaveLength(10);
});

test('right ones leave nothing behind, from however many addresses, and what fails otherwise counts as little', async () => {
  const email = somebody();
  await wrongTimes(1, email);
  for (let n = 0; n < 30; n++) expect(await right(email, `198.51.100.${n}`)).toBe('right');
  const failing = attempts.at({ email, address: '192.0.2.1' }, () => Promise.reject(new Error('away')));
  await expect(failing).rejects.toThrow('away');
  const [count] = (await counts.find().lean()).filter(({ all }) => all === 1);
  expect(Object.values(count?.from ?? {})).toEqual([1]);
});

test('who has shown otherwise who they are begins anew, but not those who tried from elsewhere', async () => {
  const email = somebody();
  await wrongTimes(10, email);
  await wrongTimes(10, email, '198.51.100.1');
  await attempts.forget({ email, address: '192.0.2.1' });
  expect(await right(email)).toBe('right');
  expect(await wrong(email, '198.51.100.1')).toMatchObject(tooMany);
});

test('an address counts in whatever case it is written', async () => {
  const email = somebody();
  await wrongTimes(10, email);
  expect(await wrong(email.toUpperCase())).toMatchObject(tooMany);
});
