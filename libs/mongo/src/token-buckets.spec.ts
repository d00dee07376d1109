import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { database, type TestDatabase } from '@berth/testing';
import type { Connection } from 'mongoose';
import { DatabaseTime } from './database-time.ts';
import { NoTokenInTime, TokenBuckets } from './token-buckets.ts';

const LIMIT = { capacity: 5, perSecond: 2 };

let db: TestDatabase;
let now: number;
let bucket: string;
let replicas: [TokenBuckets, TokenBuckets];
let buckets = 0;

const replica = () => new TokenBuckets(db.connection, { now: async () => now });

beforeAll(async () => {
  db = await database();
});
afterAll(() => db.stop());
beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  bucket = `bucket-${++buckets}`;
  replicas = [replica(), replica()];
  await replicas[0].take(bucket, LIMIT);
  now += 3_600_000;
});

/** How many tokens both replicas get when each asks so often at once. */
async function taken(times: number, options?: { kept: number }): Promise<number> {
  const asked = Array.from({ length: times }, () =>
    replicas.map((each) => each.take(bucket, LIMIT, options)),
  );
  const answers = await Promise.all(asked.flat());
  return answers.filter(({ waitSeconds }) => waitSeconds === 0).length;
}

const stored = () => db.connection.collection<{ _id: string; fullAt: number }>('token_buckets');

describe('a bucket', () => {
  test('gives what it holds, however many replicas ask at once, and then as much as it gets', async () => {
    expect(await taken(10)).toBe(5);
    let refilled = 0;
    for (let second = 0; second < 10; second++) {
      now += 1_000;
      refilled += await taken(5);
    }
    expect(refilled).toBe(20);
    now += 3_600_000;
    expect(await taken(10)).toBe(5);
  });

  test('keeps tokens for those that others leave them to', async () => {
    expect(await taken(10, { kept: 1 })).toBe(4);
    expect(await taken(10)).toBe(1);
  });

  test('says when there will be a token, neither sooner nor later', async () => {
    await taken(10);
    const { waitSeconds } = await replicas[0].take(bucket, LIMIT);
    expect(waitSeconds).toBeCloseTo(0.5);
    now += waitSeconds * 1000 - 1;
    expect(await taken(1)).toBe(0);
    now += 1;
    expect(await taken(1)).toBe(1);
  });

  test('goes on where it was after all replicas were restarted', async () => {
    await taken(10);
    replicas = [replica(), replica()];
    expect(await taken(10)).toBe(0);
  });

  test('that was lost begins nearly empty: the one that it stands for may be', async () => {
    await taken(10);
    await stored().deleteMany({});
    expect(await taken(10)).toBe(2);
  });

  test('outlives a database whose clock is set back', async () => {
    await taken(10);
    now -= 1_800_000;
    expect(await taken(10)).toBe(2);
    now += 1_000;
    expect(await taken(10)).toBe(2);
  });

  test('is empty when a call shows that the one it stands for is', async () => {
    const call = async () => Promise.reject(new Error('too many'));
    const isRefusal = (error: unknown) => error instanceof Error && error.message === 'too many';
    await expect(replicas[0].call(bucket, LIMIT, isRefusal, call)).rejects.toThrow('too many');
    expect(await taken(10)).toBe(0);
    now += 1_000;
    expect(await taken(10)).toBe(2);
  });
});

describe('a turn', () => {
  test('comes in the order in which it was asked for, at the rate of the bucket', async () => {
    const limit = { capacity: 1, perSecond: 20 };
    const buckets = new TokenBuckets(db.connection);
    const order: number[] = [];
    const startedAt = performance.now();
    const turns: Promise<void>[] = [];
    for (let number = 0; number < 10; number++) {
      turns.push(buckets.turn('in-order', limit).then(() => void order.push(number)));
      await buckets.take('another', limit);
    }
    await Promise.all(turns);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(performance.now() - startedAt).toBeGreaterThan(400);
  });

  test('that would come too late is refused and takes nothing', async () => {
    const slow = { capacity: 1, perSecond: 0.1 };
    await replicas[0].turn('too-late', slow);
    now += 4_000;
    await expect(replicas[1].turn('too-late', slow)).rejects.toThrow(NoTokenInTime);
    now += 6_000;
    await replicas[1].turn('too-late', slow);
    expect((await replicas[0].take('too-late', slow)).waitSeconds).toBeCloseTo(10);
  });
});

test("the time is the database's, whatever this machine's clock says", async () => {
  const aheadMilliseconds = 30_000;
  const answer = async () => ({ localTime: new Date(Date.now() + aheadMilliseconds) });
  const time = new DatabaseTime({ db: { command: answer } } as unknown as Connection);
  const offset = (await time.now()) - Date.now();
  expect(Math.abs(offset - aheadMilliseconds)).toBeLessThan(50);
});
