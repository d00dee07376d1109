import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Model } from 'mongoose';
import { database, type TestDatabase } from '@berth/testing';
import { isDuplicateKey } from './duplicate-key.ts';
import { createIndexes } from './mongo.module.ts';
import { documentSchema } from './schema.ts';

interface Host {
  _id: string;
  accountId: string;
  name: string;
}
const hostSchema = documentSchema<Host>(
  { _id: String, accountId: { type: String, required: true }, name: { type: String, required: true } },
  { collection: 'hosts' },
).index({ accountId: 1, name: -1 }, { unique: true });

/** The message of the error quotes it. */
const taken = 'x" } index: _id_ dup key: { _id: "a';

describe('a write that breaks a unique index', () => {
  let mongo: TestDatabase;
  let hosts: Model<Host>;

  beforeAll(async () => {
    mongo = await database();
    hosts = mongo.connection.model<Host>('Host', hostSchema);
    await createIndexes(mongo.connection);
  });
  afterAll(() => mongo.stop());
  beforeEach(async () => {
    await hosts.deleteMany({});
    await hosts.create({ _id: 'a', accountId: 'acc', name: taken });
  });

  const sameName = { _id: 'b', accountId: 'acc', name: taken };
  const sameId = { _id: 'a', accountId: 'acc', name: 'free' };
  const failure = (write: Promise<unknown>) =>
    write.then(
      () => undefined,
      (error: unknown) => error,
    );

  test.each([
    ['create', (host: Host) => hosts.create(host)],
    ['insertMany', (host: Host) => hosts.insertMany([{ ...host, _id: 'c', name: 'free' }, host])],
    ['bulkWrite', (host: Host) => hosts.bulkWrite([{ insertOne: { document: host } }])],
    ['updateOne', ({ _id, ...host }: Host) => hosts.updateOne({ _id }, { $set: host }, { upsert: true })],
  ])('by %s says which, whatever its values say', async (_, write) => {
    const error = await failure(write(sameName));
    expect(isDuplicateKey(error)).toBe(true);
    expect(['_id', 'accountId', 'name', 'na'].filter((field) => isDuplicateKey(error, field))).toEqual([
      'accountId',
      'name',
    ]);
  });

  test.each([
    ['create', () => hosts.create([sameId])],
    ['insertMany', () => hosts.insertMany([sameId])],
  ])('by %s is told from one whose id is taken', async (_, write) => {
    const error = await failure(write());
    expect(['_id', 'accountId', 'name'].filter((field) => isDuplicateKey(error, field))).toEqual(['_id']);
  });

  test('is told from every other error', async () => {
    expect(isDuplicateKey(new Error('E11000 duplicate key error'))).toBe(false);
    expect(isDuplicateKey(await failure(hosts.create({ _id: 'd', name: 'x' })))).toBe(false);
  });
});
