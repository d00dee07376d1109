import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import mongoose, { type Connection } from 'mongoose';
import { EmbeddedMongo } from './embedded-mongo.ts';

let mongo: EmbeddedMongo;
let client: MongoClient;
let connection: Connection;

beforeAll(async () => {
  mongo = await EmbeddedMongo.start();
  client = await MongoClient.connect(mongo.uri);
  connection = await mongoose.createConnection(mongo.uri, { dbName: 'specs' }).asPromise();
});

afterAll(async () => {
  await connection.close();
  await client.close();
  await mongo.stop();
});

describe('the plain driver', () => {
  test('writes and reads back all supported types', async () => {
    const collection = client.db('driver').collection<{ _id: string }>('types');
    const doc = {
      _id: 'a',
      text: 'ü😀',
      whole: 1,
      half: 0.5,
      yes: true,
      none: null,
      at: new Date(5),
      list: [1, { a: 'b' }],
    };
    await collection.insertOne(doc);
    expect(await collection.findOne({ _id: 'a' })).toEqual(doc);
  });

  test('fetches large results in batches', async () => {
    const collection = client.db('driver').collection('many');
    await collection.insertMany(Array.from({ length: 1000 }, (_, index) => ({ index })));
    expect(await collection.find().batchSize(50).toArray()).toHaveLength(1000);
  });
});

describe('mongoose', () => {
  test('commits connection.transaction() and takes back one that throws', async () => {
    const Thing = connection.model('Thing', new mongoose.Schema({ name: String }));
    await connection.transaction(async (session) => {
      await Thing.create([{ name: 'kept' }], { session });
    });
    const failing = connection.transaction(async (session) => {
      await Thing.create([{ name: 'gone' }], { session });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect((await Thing.find().lean()).map(({ name }) => name)).toEqual(['kept']);
  });
});
