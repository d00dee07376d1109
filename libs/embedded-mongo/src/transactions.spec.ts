import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ClientSession, type Collection, MongoClient } from 'mongodb';
import mongoose, { type Connection } from 'mongoose';
import { EmbeddedMongo } from './embedded-mongo.ts';

interface Item {
  _id: number | string;
  n?: number;
  name?: string;
}

let mongo: EmbeddedMongo;
let client: MongoClient;
let items: Collection<Item>;
let round = 0;

beforeAll(async () => {
  mongo = await EmbeddedMongo.start({ transactionLifetimeLimitSeconds: 1 });
  client = await MongoClient.connect(mongo.uri);
});

afterAll(async () => {
  await client.close();
  await mongo.stop();
});

beforeEach(async () => {
  items = client.db('specs').collection<Item>(`items${++round}`);
  await items.createIndex({ name: 1 }, { unique: true, sparse: true });
  await items.insertMany([
    { _id: 1, n: 0 },
    { _id: 2, n: 0 },
  ]);
});

/** An open transaction that has taken its snapshot. */
async function begun(): Promise<ClientSession> {
  const session = client.startSession();
  session.startTransaction();
  await items.findOne({ _id: 'nothing' }, { session });
  return session;
}

const conflict = expect.objectContaining({ code: 112, errorLabels: ['TransientTransactionError'] });

describe('a transaction', () => {
  test('is seen by nobody else before it commits, and by everybody after', async () => {
    const session = await begun();
    await items.insertOne({ _id: 3 }, { session });
    await items.updateOne({ _id: 1 }, { $set: { n: 5 } }, { session });
    await items.deleteOne({ _id: 2 }, { session });
    expect(await items.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, n: 0 },
      { _id: 2, n: 0 },
    ]);
    expect(await items.find({}, { session }).sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, n: 5 },
      { _id: 3 },
    ]);
    await session.commitTransaction();
    expect(await items.find().sort({ _id: 1 }).toArray()).toEqual([{ _id: 1, n: 5 }, { _id: 3 }]);
    await session.endSession();
  });

  test('reads from its snapshot whatever others do', async () => {
    const session = await begun();
    await items.deleteOne({ _id: 1 });
    await items.updateOne({ _id: 2 }, { $set: { n: 9 } });
    await items.insertOne({ _id: 3 });
    expect(await items.find({}, { session }).sort({ _id: 1 }).toArray()).toEqual([
      { _id: 1, n: 0 },
      { _id: 2, n: 0 },
    ]);
    expect(await items.findOne({ n: 0, _id: 2 }, { session })).toEqual({ _id: 2, n: 0 });
    await session.abortTransaction();
    await session.endSession();
  });

  test('that writes second loses, be it to another one or to a plain write', async () => {
    const [first, second, third] = [await begun(), await begun(), await begun()];
    await items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session: first });
    await expect(items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session: second })).rejects.toEqual(
      conflict,
    );
    await first.commitTransaction();
    await expect(items.deleteOne({ _id: 1 }, { session: third })).rejects.toEqual(conflict);
    expect(await items.findOne({ _id: 1 })).toEqual({ _id: 1, n: 1 });
    for (const session of [first, second, third]) await session.endSession();
  });

  test('may not insert again what was deleted after its snapshot', async () => {
    const session = await begun();
    await items.deleteOne({ _id: 1 });
    await expect(items.insertOne({ _id: 1 }, { session })).rejects.toMatchObject({ code: 11000 });
    await session.endSession();
  });

  test('with a duplicate key is aborted as a whole', async () => {
    await items.insertOne({ _id: 3, name: 'taken' });
    const session = await begun();
    await items.insertOne({ _id: 4 }, { session });
    const duplicate = items.insertOne({ _id: 5, name: 'taken' }, { session });
    await expect(duplicate).rejects.toMatchObject({
      code: 11000,
      keyPattern: { name: 1 },
      keyValue: { name: 'taken' },
    });
    await expect(items.insertOne({ _id: 6 }, { session })).rejects.toMatchObject({ code: 251 });
    await session.abortTransaction();
    expect(await items.countDocuments({ _id: { $in: [4, 5, 6] } })).toBe(0);
    await session.endSession();
  });

  test('conflicts with another one that inserts the same unique key', async () => {
    const [first, second] = [await begun(), await begun()];
    await items.insertOne({ _id: 3, name: 'same' }, { session: first });
    await expect(items.insertOne({ _id: 4, name: 'same' }, { session: second })).rejects.toEqual(conflict);
    await first.abortTransaction();
    await items.insertOne({ _id: 5, name: 'same' });
    for (const session of [first, second]) await session.endSession();
  });

  test('makes a collection on first use, which is gone again when it aborts', async () => {
    const session = await begun();
    await client.db('specs').collection('fresh').insertOne({}, { session });
    await session.abortTransaction();
    expect(await client.db('specs').listCollections({ name: 'fresh' }).toArray()).toEqual([]);
    await session.endSession();
  });

  test('that is abandoned ends by itself and lets others go on', async () => {
    const session = await begun();
    await items.updateOne({ _id: 1 }, { $set: { n: 1 } }, { session });
    await items.updateOne({ _id: 1 }, { $set: { n: 2 } });
    expect(await items.findOne({ _id: 1 })).toEqual({ _id: 1, n: 2 });
    await expect(session.commitTransaction()).rejects.toMatchObject({ code: 251 });
    await session.endSession();
  });

  test('may be committed twice and is done once', async () => {
    const session = await begun();
    await items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
    await session.commitTransaction();
    await session.commitTransaction();
    expect(await items.findOne({ _id: 1 })).toEqual({ _id: 1, n: 1 });
    await session.endSession();
  });
});

describe('a plain write', () => {
  test('waits for the transaction in its way', async () => {
    const session = await begun();
    await items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
    const order: string[] = [];
    const waiting = items.updateOne({ _id: 1 }, { $inc: { n: 10 } }).then(() => order.push('plain write'));
    await items.findOne({ _id: 1 });
    order.push('commit');
    await session.commitTransaction();
    await waiting;
    expect(order).toEqual(['commit', 'plain write']);
    expect(await items.findOne({ _id: 1 })).toEqual({ _id: 1, n: 11 });
    await session.endSession();
  });

  test('waits no longer than maxTimeMS', async () => {
    const session = await begun();
    await items.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
    const impatient = items.updateOne({ _id: 1 }, { $inc: { n: 10 } }, { maxTimeMS: 50 });
    await expect(impatient).rejects.toMatchObject({ code: 50 });
    await session.abortTransaction();
    await session.endSession();
  });

  test('waits to learn whether a unique key is taken', async () => {
    const session = await begun();
    await items.insertOne({ _id: 3, name: 'x' }, { session });
    const waiting = items.insertOne({ _id: 4, name: 'x' });
    await session.abortTransaction();
    await waiting;
    expect(await items.findOne({ name: 'x' })).toEqual({ _id: 4, name: 'x' });
    await session.endSession();
  });
});

describe('mongoose', () => {
  let connection: Connection;

  beforeAll(async () => {
    connection = await mongoose.createConnection(mongo.uri, { dbName: 'mongoose' }).asPromise();
  });

  afterAll(() => connection.close());

  test('loses no increment when transactions in parallel change one document', async () => {
    const Counter = connection.model('Counter', new mongoose.Schema({ _id: String, n: Number }));
    await Counter.create({ _id: 'c', n: 0 });
    const increment = () =>
      connection.transaction(async (session) => {
        const counter = await Counter.findById('c').session(session).orFail();
        await Counter.updateOne({ _id: 'c' }, { $set: { n: (counter.n ?? 0) + 1 } }, { session });
      });
    await Promise.all(Array.from({ length: 8 }, increment));
    expect((await Counter.findById('c').lean())?.n).toBe(8);
  });
});
