import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect, type ChannelModel, type ConsumeMessage } from 'amqplib';
import type { INestMicroservice } from '@nestjs/common';
import { event } from '@berth/contracts';
import { newId } from '@berth/mongo';
import { broker, eventually, type TestBroker } from '@berth/testing';
import { z } from 'zod';
import { BusDisconnected } from './errors.ts';
import { Unroutable } from './publisher.ts';
import { Replays } from './replays.ts';
import { startService } from './service.fixture.ts';

const Counted = event('berth.replays-spec.counted.v1', z.object({ number: z.number() }), 'berth.usage');

describe('what is said again', () => {
  let rabbit: TestBroker;
  let app: INestMicroservice;
  let replays: Replays;
  let connection: ChannelModel;

  beforeAll(async () => {
    rabbit = await broker();
    app = await startService({ amqpUrl: rabbit.url });
    replays = app.get(Replays);
    await replays.open();
    const address = new URL(process.env.AMQP_URL ?? '');
    address.pathname = `/${rabbit.vhost}`;
    connection = await connect(address.href);
  });
  afterAll(async () => {
    await app?.close();
    await connection?.close();
    await rabbit?.stop();
  });

  /** What is in a queue of the outside that is bound under its own name. */
  async function queueOf(name: string): Promise<ConsumeMessage[]> {
    const channel = await connection.createChannel();
    await channel.assertQueue(name, { exclusive: true });
    await channel.bindQueue(name, replays.exchange, name);
    const messages: ConsumeMessage[] = [];
    await channel.consume(name, (message) => message && messages.push(message), { noAck: true });
    return messages;
  }

  test('comes to the one queue that is meant, as it was said, and to nobody who listens', async () => {
    const [mine, others] = [await queueOf('mine'), await queueOf('others')];
    const live = await rabbit.bindTap('berth.usage');
    const said = { id: newId('msg'), time: new Date('2026-11-22T10:00:00.000Z'), accountId: 'acc_1' };
    await replays.publish(Counted, { number: 1 }, { queue: 'mine', ...said });
    await eventually(() => expect(mine).toHaveLength(1));
    expect(JSON.parse(String(mine[0]?.content))).toEqual({ number: 1 });
    expect(mine[0]?.properties).toMatchObject({
      ...{ messageId: said.id, type: Counted.type, deliveryMode: 2 },
      headers: {
        'cloudEvents:id': said.id,
        'cloudEvents:type': Counted.type,
        'cloudEvents:source': '/berth/billing',
        'cloudEvents:time': said.time.toISOString(),
        'cloudEvents:accountid': 'acc_1',
      },
    });
    expect([others, live.messages]).toEqual([[], []]);
  });

  test('is refused when no queue is bound under the name, though there is one of that name', async () => {
    const channel = await connection.createChannel();
    await channel.assertQueue('unbound', { exclusive: true });
    await expect(replays.publish(Counted, { number: 2 }, { queue: 'unbound' })).rejects.toThrow(Unroutable);
    expect(await channel.checkQueue('unbound')).toMatchObject({ messageCount: 0 });
  });

  test('waits for nothing for ever, whenever the connection is lost', async () => {
    for (let turns = 0; turns < 25; turns++) {
      await eventually(() => replays.open());
      const opened = replays.open().catch(() => {});
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      rabbit.killConnections();
      await opened;
    }
    await eventually(() => replays.open());
  }, 60_000);

  test('cannot be said while the broker is away, and can when it is back', async () => {
    const mine = await queueOf('later');
    rabbit.killConnections();
    await eventually(async () =>
      expect(await replays.open().catch((error: unknown) => error)).toBeUndefined(),
    );
    await eventually(() => replays.publish(Counted, { number: 3 }, { queue: 'later' }));
    await eventually(() => expect(mine.length).toBeGreaterThan(0));
    await app.close();
    await expect(replays.open()).rejects.toThrow(BusDisconnected);
  });
});
