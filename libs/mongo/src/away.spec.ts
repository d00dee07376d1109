import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { database, SeverableProxy, type TestDatabase } from '@berth/testing';
import mongoose from 'mongoose';
import { isDatabaseAway } from './away.ts';

describe('that the database is away', () => {
  let mongo: TestDatabase;
  let wire: SeverableProxy;
  let client: mongoose.mongo.MongoClient;
  const things = () => client.db(mongo.database).collection('things');
  const failure = (work: Promise<unknown>) => work.then(() => undefined, isDatabaseAway);

  beforeEach(async () => {
    mongo = await database();
    const address = new URL(mongo.uri);
    wire = await SeverableProxy.to(address.hostname, Number(address.port));
    address.host = `127.0.0.1:${wire.port}`;
    client = await new mongoose.mongo.MongoClient(address.href, {
      directConnection: true,
      serverSelectionTimeoutMS: 300,
    }).connect();
    await things().insertOne({ name: 'first' });
  });
  afterEach(async () => {
    await client.close();
    wire.stop();
    await mongo.stop();
  });

  test('is told of a read, of work in a transaction and of a commit', async () => {
    const session = client.startSession();
    session.startTransaction();
    await things().insertOne({ name: 'second' }, { session });
    wire.stop();
    expect(await failure(things().findOne({}))).toBe(true);
    expect(await failure(session.commitTransaction())).toBe(true);
    expect(await failure(things().insertOne({ name: 'third' }, { session: client.startSession() }))).toBe(
      true,
    );
  });

  test('is told of several documents written at once', async () => {
    const writing = things().insertMany(Array.from({ length: 1_000 }, (_, number) => ({ number })));
    wire.cut();
    wire.stop();
    expect(await failure(writing)).toBe(true);
  });

  test('is told of a command for a socket that the server has just ended', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').resume();
    await once(socket, 'end');
    const failed = new Promise((resolve) => socket.on('error', resolve));
    socket.write('a command');
    expect(isDatabaseAway(await failed)).toBe(true);
    server.close();
  });

  test('is not told of a refusal', async () => {
    await things().insertOne({ _id: 'same' as never });
    expect(await failure(things().insertOne({ _id: 'same' as never }))).toBe(false);
    expect(await failure(things().insertMany([{ _id: 'same' as never }]))).toBe(false);
  });
});
