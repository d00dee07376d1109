import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Collection, MongoClient } from 'mongodb';
import { EmbeddedMongo } from '../embedded-mongo.ts';

type Item = Record<string, unknown>;

let mongo: EmbeddedMongo;
let client: MongoClient;
let items: Collection<Item>;
let round = 0;

beforeAll(async () => {
  mongo = await EmbeddedMongo.start();
  client = await MongoClient.connect(mongo.uri);
});

afterAll(async () => {
  await client.close();
  await mongo.stop();
});

beforeEach(() => {
  items = client.db('specs').collection<Item>(`items${++round}`);
});

const duplicate = (keyValue: Item) => expect.objectContaining({ code: 11000, keyValue });

test('a unique index counts missing as null', async () => {
  await items.createIndex({ a: 1, b: 1 }, { unique: true });
  await items.insertOne({ a: 1 });
  await expect(items.insertOne({ a: 1, b: null })).rejects.toEqual(duplicate({ a: 1, b: null }));
});

test('a unique sparse index leaves out documents without the field', async () => {
  await items.createIndex({ a: 1 }, { unique: true, sparse: true });
  await items.insertMany([{}, {}, { a: null }]);
  await expect(items.insertOne({ a: null })).rejects.toEqual(duplicate({ a: null }));
});

test('a unique partial index binds only what it covers', async () => {
  await items.createIndex({ host: 1 }, { unique: true, partialFilterExpression: { live: true } });
  await items.insertMany([
    { host: 'a', live: false },
    { host: 'a', live: true },
  ]);
  await expect(items.updateOne({ live: false }, { $set: { live: true } })).rejects.toEqual(
    duplicate({ host: 'a' }),
  );
});

test('a unique index over an array holds between documents, not within one', async () => {
  await items.createIndex({ tags: 1 }, { unique: true });
  await items.insertOne({ tags: ['x', 'x', 'y'] });
  await expect(items.insertOne({ tags: ['z', 'y'] })).rejects.toMatchObject({ code: 11000 });
});

test('fields inside one array are paired', async () => {
  await items.createIndex({ 'a.x': 1, 'a.y': 1 }, { unique: true });
  await items.insertOne({
    a: [
      { x: 1, y: 1 },
      { x: 2, y: 2 },
    ],
  });
  await items.insertOne({ a: [{ x: 1, y: 2 }] });
  await expect(items.insertOne({ a: [{ x: 2, y: 2 }] })).rejects.toMatchObject({ code: 11000 });
  await expect(
    items.createIndex({ 'a.x': 1, 'b.x': 1 }).then(() => items.insertOne({ a: [1], b: [1] })),
  ).rejects.toMatchObject({ code: 171 });
});

test('an unordered batch does all but the duplicates', async () => {
  await items.createIndex({ a: 1 }, { unique: true });
  await items.insertOne({ a: 2 });
  const batch = items.insertMany([{ a: 1 }, { a: 2 }, { a: 3 }], { ordered: false });
  await expect(batch).rejects.toMatchObject({ code: 11000, result: { insertedCount: 2 } });
  expect(await items.countDocuments()).toBe(3);
});

test('a unique index over duplicates is not built', async () => {
  await items.insertMany([{ a: 1 }, { a: 1 }]);
  await expect(items.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 11000 });
  expect(await items.indexes()).toHaveLength(1);
});

test('creating the same index again is fine, another one under its name or key is not', async () => {
  await items.createIndex({ a: 1 }, { name: 'mine' });
  await items.createIndex({ a: 1 }, { name: 'mine' });
  await expect(items.createIndex({ b: 1 }, { name: 'mine' })).rejects.toMatchObject({ code: 86 });
  await expect(items.createIndex({ a: 1 }, { name: 'yours' })).rejects.toMatchObject({ code: 85 });
  await expect(items.createIndex({ a: 1 }, { name: 'mine', unique: true })).rejects.toMatchObject({
    code: 85,
  });
});

test('indexes are dropped by name, but not the one on _id', async () => {
  await items.createIndex({ a: 1 }, { unique: true });
  await expect(items.dropIndex('_id_')).rejects.toMatchObject({ code: 72 });
  await expect(items.dropIndex('none')).rejects.toMatchObject({ code: 27 });
  await items.dropIndex('a_1');
  await items.insertMany([{ a: 1 }, { a: 1 }]);
  expect((await items.indexes()).map(({ name }) => name)).toEqual(['_id_']);
});

test('a hint must name an index', async () => {
  await items.createIndex({ a: 1 });
  await items.insertOne({ a: 1 });
  expect(await items.find({ a: 1 }).hint('a_1').toArray()).toHaveLength(1);
  await expect(items.find({ a: 1 }).hint({ b: 1 }).toArray()).rejects.toMatchObject({ code: 2 });
});
