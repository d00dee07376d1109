import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { serialize } from 'bson';
import { MongoClient } from 'mongodb';
import { EmbeddedMongo } from '../embedded-mongo.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-mongo-'));
  file = join(folder, 'data.db');
});

afterEach(() => rm(folder, { recursive: true }));

/** A file as the first format had it: documents, and the specs of indexes without their entries. */
function writeFirstFormat(): void {
  const database = new DatabaseSync(file);
  database.exec(`
    CREATE TABLE collections (id INTEGER PRIMARY KEY, meta BLOB NOT NULL);
    CREATE TABLE documents (sequence INTEGER PRIMARY KEY, collection INTEGER NOT NULL, bson BLOB NOT NULL);
    CREATE TABLE sessions (id TEXT PRIMARY KEY, state BLOB NOT NULL);
    PRAGMA user_version = 1`);
  const indexes = [
    { v: 2, key: { _id: 1 }, name: '_id_' },
    { v: 2, key: { tags: 1 }, name: 'tags_1', unique: true },
  ];
  const meta = serialize({ database: 'a', name: 'items', uuid: '0'.repeat(24), indexes });
  database.prepare('INSERT INTO collections VALUES (?, ?)').run(3, meta);
  const insert = database.prepare('INSERT INTO documents VALUES (?, ?, ?)');
  [['x', 'y'], ['z']].forEach((tags, index) => insert.run(index + 1, 3, serialize({ _id: index, tags })));
  database.close();
}

async function opened(use: (client: MongoClient) => Promise<void>): Promise<void> {
  const mongo = await EmbeddedMongo.start({ file });
  const client = await MongoClient.connect(mongo.uri);
  await use(client);
  await client.close();
  await mongo.stop();
}

test('a file of the first format is read, and is one of this format from then on', async () => {
  writeFirstFormat();
  await opened(async (client) => {
    const items = client.db('a').collection<{ _id: number; tags: string[] }>('items');
    expect(await items.findOne({ _id: 1 })).toEqual({ _id: 1, tags: ['z'] });
    expect(await items.find({ tags: 'y' }).toArray()).toEqual([{ _id: 0, tags: ['x', 'y'] }]);
    await expect(items.insertOne({ _id: 2, tags: ['x'] })).rejects.toMatchObject({ code: 11000 });
    await items.insertOne({ _id: 2, tags: ['v'] });
  });
  await opened(async (client) => {
    const items = client.db('a').collection<{ _id: number; tags: string[] }>('items');
    const tags = await items.distinct('tags', { tags: { $gte: 'a' } });
    expect(tags).toEqual(['v', 'x', 'y', 'z']);
    await client.db('a').createCollection('others');
    expect(await client.db('a').collections()).toHaveLength(2);
  });
});

test('a file of a later format is refused', async () => {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  await expect(EmbeddedMongo.start({ file })).rejects.toThrow(/has format 99/);
});
