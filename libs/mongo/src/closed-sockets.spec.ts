import { hasSubscribers, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { database, SeverableProxy, type TestDatabase } from '@berth/testing';
import { connect } from './connection.ts';

/** The driver's `minHeartbeatFrequencyMS`. */
const LEAST_MILLISECONDS_BETWEEN_LOOKS = 500;

let mongo: TestDatabase;
let wire: SeverableProxy;
let connection: Connection;
let sockets: Socket[];
const note = (message: unknown) => sockets.push((message as { socket: Socket }).socket);

beforeEach(async () => {
  mongo = await database();
  const address = new URL(mongo.uri);
  wire = await SeverableProxy.to(address.hostname, Number(address.port));
  address.host = `127.0.0.1:${wire.port}`;
  address.searchParams.set('directConnection', 'true');
  sockets = [];
  subscribe('net.client.socket', note);
  connection = await connect({ uri: address.href, database: mongo.database });
});
afterEach(async () => {
  unsubscribe('net.client.socket', note);
  await connection.close();
  wire.stop();
  await mongo.stop();
});

const things = () => connection.collection('things');

/** The client's side of its connections, the monitor's among them, as they are when the database has closed them. */
function closeAll(): void {
  for (const socket of sockets) socket.destroy();
}

test('a database whose connections closed a moment ago is found again', async () => {
  await things().insertOne({ name: 'first' });
  // The monitor looks again at once only when its last look is at least half a second old.
  await delay(LEAST_MILLISECONDS_BETWEEN_LOOKS + 100);
  closeAll();
  // Its sockets are destroyed, and have not said so.
  await Promise.all(Array.from({ length: 5 }, () => things().findOne({})));
  await expect(things().findOne({ name: 'first' })).resolves.toBeTruthy();
});

test('a command too long for one write ends with its connection', async () => {
  await things().insertOne({ name: 'first' });
  const writing = things().insertOne({ name: 'long', text: 'x'.repeat(8_000_000) });
  setImmediate(closeAll);
  await writing.catch(() => {});
  await expect(things().findOne({ name: 'first' })).resolves.toBeTruthy();
});

test('a connection that was closed, or never came about, is watched no longer', async () => {
  unsubscribe('net.client.socket', note);
  await connection.close();
  expect(hasSubscribers('net.client.socket')).toBe(false);
  const nowhere = new URL(mongo.uri);
  nowhere.port = '1';
  await expect(connect({ uri: nowhere.href, database: mongo.database })).rejects.toThrow('cannot be reached');
  expect(hasSubscribers('net.client.socket')).toBe(false);
}, 20_000);
