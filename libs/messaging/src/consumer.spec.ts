import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Channel, ConsumeMessage } from 'amqplib';
import { broker, eventually, type TestBroker } from '@berth/testing';
import { BusConnection } from './connection.ts';
import { Consumer } from './consumer.ts';

const QUEUE = 'billing.consumer-spec';

describe('a consumer', () => {
  let rabbit: TestBroker;
  let connection: BusConnection;
  let consumer: Consumer;
  let channel: Channel;
  /** Those being handled, by what is in them; calling one ends it. */
  let begun: Map<string, () => void>;

  const end = (...texts: string[]) => {
    for (const text of texts) begun.get(text)?.();
  };
  const send = (...texts: string[]) =>
    connection.withChannel(async (sender) => {
      for (const text of texts) sender.sendToQueue(QUEUE, Buffer.from(text));
      await sender.checkQueue(QUEUE);
    });
  const ready = async () => (await connection.withChannel((other) => other.checkQueue(QUEUE))).messageCount;

  beforeEach(async () => {
    rabbit = await broker();
    connection = new BusConnection(rabbit.url, 'spec', 10);
    await connection.open(new AbortController().signal);
    begun = new Map();
    consumer = new Consumer({
      queue: QUEUE,
      prefetch: 5,
      atOnce: 3,
      declare: async (fresh) => {
        channel = fresh;
        await fresh.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
      },
      handle: ({ content }: ConsumeMessage) =>
        new Promise<void>((done) => begun.set(content.toString(), () => done())),
    });
    await consumer.start(connection);
  });
  afterEach(async () => {
    await consumer.drain(0);
    await connection.close();
    await rabbit.stop();
  });

  test('handles some of what it has in hand at once; the others follow in the order in which they came', async () => {
    await send('1', '2', '3', '4', '5', '6');
    await eventually(() => expect(consumer.inHand.messages).toHaveLength(5));
    expect([...begun.keys()]).toEqual(['1', '2', '3']);
    end('2');
    await eventually(() => expect([...begun.keys()]).toEqual(['1', '2', '3', '4']));
    end('1', '3');
    await eventually(() => expect([...begun.keys()]).toEqual(['1', '2', '3', '4', '5', '6']));
  });

  test('acknowledges what ends together in one go, and nothing that is still being handled', async () => {
    const ack = jest.spyOn(channel, 'ack');
    await send('1', '2', '3');
    await eventually(() => expect(begun.size).toBe(3));
    end('1', '2');
    await eventually(() => expect(consumer.inHand.messages).toHaveLength(1));
    expect(ack.mock.calls.map(([{ content }, upTo]) => [content.toString(), upTo])).toEqual([['2', true]]);
    await channel.close();
    await eventually(() => expect(consumer.attached).toBe(true));
    expect(await ready()).toBe(0);
    await eventually(() =>
      expect(consumer.inHand.messages.map(({ content }) => String(content))).toEqual(['3', '3']),
    );
  });

  test('acknowledges what overtakes another by itself', async () => {
    await send('1', '2', '3');
    await eventually(() => expect(begun.size).toBe(3));
    end('2', '3');
    await eventually(() => expect(consumer.inHand.messages).toHaveLength(1));
    await consumer.drain(0);
    await eventually(async () => expect(await ready()).toBe(1));
  });

  test('gives back what waits when it stops, and what it was still handling', async () => {
    await send('1', '2', '3', '4', '5');
    await eventually(() => expect(consumer.inHand.messages).toHaveLength(5));
    const drained = consumer.drain(10_000);
    await eventually(async () => expect(await ready()).toBe(2));
    end('1', '2', '3');
    await drained;
    expect(begun.size).toBe(3);
    expect(await ready()).toBe(2);
  });
});
