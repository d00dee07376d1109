import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '@berth/local';
import { eventually } from '@berth/testing';
import { connect, type ChannelModel } from 'amqplib';
import { BrokerUnderAttack } from './broker.ts';

const QUEUE = 'billing.events';
const home = mkdtempSync(join(tmpdir(), 'berth-chaos-broker-'));
let broker: BrokerUnderAttack;
const connections: ChannelModel[] = [];

beforeAll(async () => {
  broker = new BrokerUnderAttack(await startBroker({ home, management: true }));
}, 90_000);
afterAll(async () => {
  await Promise.allSettled(connections.map((connection) => connection.close()));
  await broker.stop();
  rmSync(home, { recursive: true });
}, 60_000);

async function opened(): Promise<ChannelModel> {
  const connection = await connect(broker.url);
  connection.on('error', () => {});
  connections.push(connection);
  return connection;
}

/** A channel with the queue and a message in it. */
async function withMessage() {
  const connection = await opened();
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  channel.sendToQueue(QUEUE, Buffer.from('kept'), { persistent: true });
  await channel.waitForConfirms();
  return { connection, channel };
}

test("a queue's consumers are cancelled, and what they had comes to the next one", async () => {
  const { channel } = await withMessage();
  const heard: string[] = [];
  await channel.consume(QUEUE, (message) => heard.push(message?.content.toString() ?? 'cancelled'));
  await eventually(() => expect(heard).toEqual(['kept']));
  expect(await broker.cancelConsumers(QUEUE)).toBe(1);
  await eventually(() => expect(heard).toEqual(['kept', 'cancelled']));
  await channel.close();
  const next = await (await opened()).createChannel();
  await eventually(async () => {
    const message = await next.get(QUEUE);
    if (!message) throw new Error('not yet');
    next.ack(message);
  });
}, 40_000);

test('an alarm blocks publishers until it ends', async () => {
  const { connection, channel } = await withMessage();
  const blocked = once(connection, 'blocked');
  const unblocked = once(connection, 'unblocked');
  await broker.diskAlarm();
  channel.sendToQueue(QUEUE, Buffer.from('late'));
  await blocked;
  await broker.endDiskAlarm();
  await unblocked;
  await expect(channel.waitForConfirms()).resolves.not.toThrow();
}, 60_000);
