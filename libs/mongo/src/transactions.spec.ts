import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Model } from 'mongoose';
import { database, type TestDatabase } from '@berth/testing';
import { isDuplicateKey } from './duplicate-key.ts';
import { createIndexes } from './mongo.module.ts';
import { documentSchema } from './schema.ts';
import { NotBegunAgain, Transactions } from './transactions.ts';
import './connection.ts';

interface Counter {
  _id: string;
  name: string;
  count: number;
}
const counterSchema = documentSchema<Counter>(
  { _id: String, name: { type: String, required: true }, count: { type: Number, default: 0 } },
  { collection: 'counters' },
).index({ name: 1 }, { unique: true });

describe('a transaction', () => {
  let mongo: TestDatabase;
  let counters: Model<Counter>;
  let transactions: Transactions;

  beforeAll(async () => {
    mongo = await database();
    counters = mongo.connection.model<Counter>('Counter', counterSchema);
    transactions = new Transactions(mongo.connection);
    await createIndexes(mongo.connection);
  });
  afterAll(() => mongo.stop());
  beforeEach(() => counters.deleteMany({}));

  const count = async (_id: string) => (await counters.findById(_id).lean())?.count;

  test('takes in everything done inside it, with nothing passed on', async () => {
    await transactions.run(async () => {
      await counters.create({ _id: 'a', name: 'a' });
      await counters.updateOne({ _id: 'a' }, { $inc: { count: 1 } });
      await counters.insertMany([{ _id: 'b', name: 'b' }]);
      expect(await counters.countDocuments({})).toBe(2);
      expect(await mongo.connection.collection('counters').countDocuments()).toBe(0);
    });
    expect(await counters.countDocuments({})).toBe(2);
  });

  test('returns what the work returns', async () => {
    expect(await transactions.run(async () => 7)).toBe(7);
  });

  test('leaves nothing when the work throws', async () => {
    const failing = transactions.run(async () => {
      await counters.create({ _id: 'a', name: 'a' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await counters.countDocuments({})).toBe(0);
  });

  test('that is to run once fails when it meets another one, and leaves nothing', async () => {
    await counters.create({ _id: 'a', name: 'a' });
    let runs = 0;
    const add = () => counters.updateOne({ _id: 'a' }, { $inc: { count: 1 } });
    const meeting = transactions.once(async () => {
      runs++;
      await counters.create({ _id: 'b', name: 'b' });
      await mongo.connection.collection<Counter>('counters').updateOne({ _id: 'a' }, { $inc: { count: 5 } });
      await add();
    });
    await expect(meeting).rejects.toThrow(NotBegunAgain);
    expect(runs).toBe(1);
    expect(await count('a')).toBe(5);
    expect(await count('b')).toBeUndefined();
    expect(await transactions.once(async () => 7)).toBe(7);
    await expect(transactions.run(async () => transactions.once(add))).rejects.toThrow('start again');
  });

  test('inside another one is part of that', async () => {
    const failing = transactions.run(async () => {
      await transactions.run(() => counters.create({ _id: 'a', name: 'a' }));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await counters.countDocuments({})).toBe(0);
  });

  test('knows whether it is open', async () => {
    expect(transactions.inTransaction()).toBe(false);
    await transactions.run(async () => expect(transactions.inTransaction()).toBe(true));
    expect(transactions.inTransaction()).toBe(false);
  });

  test('loses no update when twenty change the same document at once', async () => {
    await counters.create({ _id: 'a', name: 'a' });
    await Promise.all(
      Array.from({ length: 20 }, () =>
        transactions.run(async () => {
          const before = (await count('a')) ?? 0;
          await counters.updateOne({ _id: 'a' }, { $set: { count: before + 1 } });
        }),
      ),
    );
    expect(await count('a')).toBe(20);
  });

  test('runs what is to follow once, after the commit, outside of it, however often the work was repeated', async () => {
    await counters.create({ _id: 'a', name: 'a' });
    let attempts = 0;
    const followed: unknown[] = [];
    await transactions.run(async () => {
      attempts++;
      transactions.afterCommit(async () => {
        followed.push([await count('a'), transactions.inTransaction()]);
      });
      await counters.findById('a').lean();
      // Somebody else changes the document after our snapshot: our own change then conflicts and the work starts anew.
      if (attempts === 1)
        await mongo.connection
          .collection<Counter>('counters')
          .updateOne({ _id: 'a' }, { $inc: { count: 5 } });
      await counters.updateOne({ _id: 'a' }, { $inc: { count: 1 } });
    });
    expect(attempts).toBe(2);
    expect(followed).toEqual([[6, false]]);
  });

  test('that is aborted runs nothing of what was to follow', async () => {
    let followed = false;
    const failing = transactions.run(async () => {
      transactions.afterCommit(() => {
        followed = true;
      });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(followed).toBe(false);
    expect(() => transactions.afterCommit(() => {})).toThrow('inside a transaction');
  });

  test('whose follow-up fails has committed all the same', async () => {
    await transactions.run(async () => {
      transactions.afterCommit(() => Promise.reject(new Error('later')));
      await counters.create({ _id: 'a', name: 'a' });
    });
    expect(await count('a')).toBe(0);
  });

  test('that breaks a unique index is aborted whole, and says which', async () => {
    await counters.create({ _id: 'a', name: 'taken' });
    const error: unknown = await transactions
      .run(async () => {
        await counters.create({ _id: 'b', name: 'free' });
        await counters.create({ _id: 'c', name: 'taken' });
      })
      .catch((caught: unknown) => caught);
    expect(isDuplicateKey(error)).toBe(true);
    expect(isDuplicateKey(error, 'name')).toBe(true);
    expect(isDuplicateKey(error, '_id')).toBe(false);
    expect(await counters.countDocuments({})).toBe(1);
    expect(isDuplicateKey(new Error('E11000'))).toBe(false);
  });
});
