import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Binary, Long } from 'bson';
import { MongoClient, MongoServerError } from 'mongodb';
import { EmbeddedMongo } from '../embedded-mongo.ts';
import { RawConnection } from '../wire/raw-connection.ts';

let folder: string;
let file: string;
const cleanUp: (() => unknown)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-mongo-'));
  file = join(folder, 'data.db');
});

afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end();
  await rm(folder, { recursive: true });
});

async function open(): Promise<EmbeddedMongo> {
  const mongo = await EmbeddedMongo.start({ file });
  cleanUp.push(() => mongo.stop());
  return mongo;
}

async function connect(uri: string): Promise<MongoClient> {
  const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 2000 });
  cleanUp.push(() => client.close(true));
  return client;
}

interface Running {
  child: ChildProcess;
  uri: string;
}

const main = join(import.meta.dirname, '..', 'main.ts');

/** The database as a process of its own, started the way `npm start` does; `limitKib` caps the size of its files. */
async function startProcess(limitKib?: number): Promise<Running> {
  const command = `${limitKib ? `trap '' XFSZ; ulimit -f ${limitKib}; ` : ''}exec "$0" "$@"`;
  const env = { ...process.env, BERTH_MONGO_FILE: file, NODE_OPTIONS: '' };
  const child = spawn('bash', ['-c', command, process.execPath, main], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanUp.push(() => child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout })) {
    const uri = /^embedded-mongo ready (mongodb:\S+)$/.exec(line)?.[1];
    if (uri) return { child, uri };
  }
  throw new Error('the process ended before it was ready');
}

async function kill({ child }: Running, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

describe('a restart', () => {
  test('keeps documents, indexes and collections', async () => {
    const before = await open();
    const items = (await connect(before.uri)).db('a').collection<{ _id: number; n?: number }>('items');
    await items.createIndex({ n: 1 }, { unique: true, partialFilterExpression: { n: { $gt: 0 } } });
    await items.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 0 },
      { _id: 3, n: 0 },
    ]);
    await items.updateOne({ _id: 1 }, { $set: { n: 7 } });
    await items.deleteOne({ _id: 2 });
    await before.stop();
    cleanUp.splice(0, 1);
    const again = (await connect((await open()).uri))
      .db('a')
      .collection<{ _id: number; n?: number }>('items');
    expect(await again.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, n: 7 },
      { _id: 3, n: 0 },
    ]);
    await expect(again.insertOne({ _id: 4, n: 7 })).rejects.toMatchObject({ code: 11000 });
    expect((await again.indexes()).map(({ name }) => name)).toEqual(['_id_', 'n_1']);
  });

  test('still finds by arrays what no range over single values would', async () => {
    const before = await open();
    const items = (await connect(before.uri)).db('a').collection<{ _id: number; n: number[] }>('items');
    await items.createIndex({ n: 1 });
    await items.insertMany([
      { _id: 1, n: [1, 9] },
      { _id: 2, n: [9, 1] },
    ]);
    await before.stop();
    cleanUp.splice(0, 1);
    const again = (await connect((await open()).uri)).db('a').collection('items');
    expect(await again.find({ n: { $gt: 5, $lt: 5 } }).toArray()).toHaveLength(2);
    expect(await again.find({ n: { $gte: 0 } }).toArray()).toHaveLength(2);
  });

  test('drops what a transaction had not committed', async () => {
    const before = await open();
    const client = await connect(before.uri);
    const session = client.startSession();
    session.startTransaction();
    await client.db('a').collection('items').insertOne({}, { session });
    await before.stop();
    cleanUp.splice(0, 1);
    const after = await connect((await open()).uri);
    expect(await after.db('a').listCollections().toArray()).toEqual([]);
  });

  test('remembers which retryable writes and commits were done', async () => {
    const lsid = { id: new Binary(Buffer.alloc(16, 7), 4) };
    const updates = [{ q: { _id: 1 }, u: { $inc: { n: 1 } }, upsert: true }];
    const increment = { update: 'items', updates, lsid, txnNumber: Long.ONE, $db: 'a' };
    const transaction = { lsid, txnNumber: Long.fromNumber(2), autocommit: false };
    const insert = {
      insert: 'items',
      documents: [{ _id: 2 }],
      startTransaction: true,
      ...transaction,
      $db: 'a',
    };
    const commit = { commitTransaction: 1, ...transaction, $db: 'admin' };
    const before = await open();
    const first = await RawConnection.open(before.uri);
    await first.command(increment);
    expect(await first.command(increment)).toMatchObject({ ok: 1, n: 1 });
    first.close();
    await before.stop();
    cleanUp.splice(0, 1);
    const between = await open();
    const second = await RawConnection.open(between.uri);
    expect(await second.command(increment)).toMatchObject({ ok: 1, n: 1 });
    await second.command(insert);
    expect(await second.command(commit)).toMatchObject({ ok: 1 });
    second.close();
    await between.stop();
    cleanUp.splice(0, 1);
    const after = await open();
    const third = await RawConnection.open(after.uri);
    expect(await third.command(commit)).toMatchObject({ ok: 1 });
    third.close();
    const items = (await connect(after.uri)).db('a').collection('items');
    expect(await items.find().sort({ _id: 1 }).toArray()).toEqual([{ _id: 1, n: 1 }, { _id: 2 }] as never);
  });
});

describe('the file', () => {
  test('belongs to one process at a time', async () => {
    await startProcess();
    await expect(EmbeddedMongo.start({ file })).rejects.toThrow(
      `the database file ${file} is in use by another process`,
    );
  });

  test('is complete after SIGTERM, and the process has ended well', async () => {
    const running = await startProcess();
    await (await connect(running.uri)).db('a').collection('items').insertOne({ n: 1 });
    await kill(running, 'SIGTERM');
    expect(running.child.exitCode).toBe(0);
    const client = await connect((await open()).uri);
    expect(await client.db('a').collection('items').countDocuments()).toBe(1);
  });
});

test('kill -9 under load loses no acknowledged write and leaves no half transaction', async () => {
  const running = await startProcess();
  const client = await connect(running.uri);
  const [singles, pairs] = [client.db('a').collection('singles'), client.db('a').collection('pairs')];
  await singles.createIndex({ key: 1 }, { unique: true });
  const acknowledged = { singles: [] as string[], pairs: [] as string[] };
  const writeUntilItDies = async (acknowledge: (index: number) => Promise<void>) => {
    for (let index = 0; ; index++) {
      try {
        await acknowledge(index);
      } catch {
        return;
      }
    }
  };
  const single = (worker: number) =>
    writeUntilItDies(async (index) => {
      await singles.insertOne({ key: `${worker}-${index}` });
      acknowledged.singles.push(`${worker}-${index}`);
    });
  const pair = (worker: number) =>
    writeUntilItDies(async (index) => {
      const pairKey = `${worker}-${index}`;
      await client.withSession((session) =>
        session.withTransaction(
          async () => {
            await pairs.insertOne({ pairKey }, { session });
            await pairs.insertOne({ pairKey }, { session });
          },
          { timeoutMS: 3000 },
        ),
      );
      acknowledged.pairs.push(pairKey);
      if (acknowledged.pairs.length === 40) running.child.kill('SIGKILL');
    });
  const exited = once(running.child, 'exit');
  await Promise.all([...[1, 2, 3, 4].map(single), ...[1, 2].map(pair), exited]);
  const after = (await connect((await startProcess()).uri)).db('a');
  const keys = new Set(await after.collection('singles').distinct('key'));
  expect(acknowledged.singles.filter((key) => !keys.has(key))).toEqual([]);
  const groups = await after
    .collection('pairs')
    .aggregate([{ $group: { _id: '$pairKey', n: { $sum: 1 } } }])
    .toArray();
  expect(groups.filter(({ n }) => n !== 2)).toEqual([]);
  const pairKeys = new Set(groups.map(({ _id }) => _id as string));
  expect(acknowledged.pairs.filter((key) => !pairKeys.has(key))).toEqual([]);
});

describe('when the disk is full', () => {
  test('a write fails, is undone in memory, and what was acknowledged stays', async () => {
    const running = await startProcess(512);
    const client = await connect(running.uri);
    const items = client.db('a').collection<{ _id: number; text: string; n?: number }>('items');
    await items.createIndex({ text: 1 });
    const acknowledged: number[] = [];
    let refused: unknown;
    for (let _id = 0; refused === undefined && _id < 1000; _id++) {
      const written = items.insertOne({ _id, text: 'x'.repeat(20_000) });
      refused = await written.then(
        () => (acknowledged.push(_id), undefined),
        (error: unknown) => error,
      );
    }
    expect(refused).toBeInstanceOf(MongoServerError);
    expect(refused).toMatchObject({ code: 14031 });
    const large = 'y'.repeat(600_000);
    await expect(items.updateOne({ _id: 0 }, { $set: { text: large } })).rejects.toMatchObject({
      code: 14031,
    });
    const transaction = client.withSession((session) =>
      session.withTransaction(async () => {
        await items.updateOne({ _id: 1 }, { $set: { text: large } }, { session });
      }),
    );
    await expect(transaction).rejects.toMatchObject({ code: 14031 });
    await expect(items.createIndex({ n: 1 }, { name: 'n'.repeat(600_000) })).rejects.toMatchObject({
      code: 14031,
    });
    const inMemory = await items.find().sort({ _id: 1 }).toArray();
    expect(inMemory.map(({ _id }) => _id)).toEqual(acknowledged);
    expect(await items.countDocuments({ text: /^y/ })).toBe(0);
    await kill(running, 'SIGKILL');
    const after = (await connect((await startProcess()).uri)).db('a').collection('items');
    expect(await after.find().sort({ _id: 1 }).toArray()).toEqual(inMemory);
    expect(await after.indexes()).toHaveLength(2);
  });
});
