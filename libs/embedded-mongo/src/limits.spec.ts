import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { EmbeddedMongo } from './embedded-mongo.ts';

let mongo: EmbeddedMongo;
let client: MongoClient;
const collection = (name: string) => client.db('limits').collection<{ _id: number; text?: string }>(name);

beforeAll(async () => {
  mongo = await EmbeddedMongo.start();
  client = await MongoClient.connect(mongo.uri, { monitorCommands: true });
});

afterAll(async () => {
  await client.close();
  await mongo.stop();
});

test('a result of more than 16 MB comes in several batches, each of less', async () => {
  const docs = Array.from({ length: 5 }, (_, _id) => ({ _id, text: 'x'.repeat(5_000_000) }));
  for (const doc of docs) await collection('large').insertOne(doc);
  const sizes: number[] = [];
  const count = (event: { reply: unknown }) => {
    const { cursor } = event.reply as { cursor?: { firstBatch?: unknown[]; nextBatch?: unknown[] } };
    const batch = cursor?.firstBatch ?? cursor?.nextBatch;
    if (batch) sizes.push(batch.length);
  };
  client.on('commandSucceeded', count);
  expect(await collection('large').find().toArray()).toHaveLength(5);
  client.off('commandSucceeded', count);
  expect(sizes).toEqual([3, 2]);
});

test('a document over 16 MB is refused, also when an update makes it so', async () => {
  await collection('growing').insertOne({ _id: 1, text: 'x'.repeat(10_000_000) });
  const grow = collection('growing').updateOne({ _id: 1 }, { $set: { more: 'x'.repeat(7_000_000) } });
  await expect(grow).rejects.toMatchObject({ code: 10334 });
  expect(await collection('growing').findOne({ _id: 1, more: { $exists: true } })).toBeNull();
});

test('a regular expression that would take for ever is interrupted, and others are served', async () => {
  await collection('regex').insertOne({ _id: 1, text: 'a'.repeat(40) + '!' });
  const evil = collection('regex').findOne({ text: /^(a+)+$/ }, { maxTimeMS: 200 });
  await expect(evil).rejects.toMatchObject({ code: 50 });
  expect(await collection('regex').findOne({ text: /^a/ })).toMatchObject({ _id: 1 });
});

test('a query that takes too long ends at maxTimeMS', async () => {
  const docs = Array.from({ length: 1000 }, (_, _id) => ({ _id }));
  await collection('slow').insertMany(docs);
  const lookup = {
    $lookup: { from: 'slow', pipeline: [{ $match: { $expr: { $gt: ['$_id', 5] } } }], as: 'all' },
  };
  const slow = collection('slow')
    .aggregate([lookup, { $count: 'n' }], { maxTimeMS: 50 })
    .toArray();
  await expect(slow).rejects.toMatchObject({ code: 50 });
});

test('sorting more than 100 MB without an index is refused, with one it works', async () => {
  const text = 'x'.repeat(15_000_000);
  const wide = client.db('limits').collection<{ _id: number; n: number; text: string }>('wide');
  for (let _id = 0; _id < 8; _id++) await wide.insertOne({ _id, n: -_id, text });
  const sorted = () => wide.find().sort({ n: 1 }).project({ _id: 1 }).limit(1).toArray();
  await expect(sorted()).rejects.toMatchObject({ code: 292 });
  await wide.createIndex({ n: 1 });
  expect(await sorted()).toEqual([{ _id: 7 }]);
  // It moves a quarter of a gigabyte: seconds, on a busy machine many.
}, 120_000);
