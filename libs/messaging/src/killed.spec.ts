import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { newId } from '@berth/mongo';
import {
  broker,
  Child,
  database,
  eventually,
  type Tap,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { DeadLetters } from './dead-letters.ts';
import { Ordered, Shipped } from './killed-consumer.fixture.ts';
import { startService } from './service.fixture.ts';

/** Each end of a process is also a start, which takes seconds on a busy machine. */
const SLOWLY = 90_000;

/** A consumer in a process of its own, started anew whenever it has ended. */
class Consumer {
  private stopped = false;
  private child: Child;
  private readonly over: Promise<void>;

  constructor(private readonly env: Record<string, string>) {
    this.child = this.start();
    this.over = this.keepRunning();
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.child.stop();
    await this.over;
  }

  private start(): Child {
    return Child.start(new URL('./killed-consumer.fixture.ts', import.meta.url), this.env);
  }

  private async keepRunning(): Promise<void> {
    while (!this.stopped) {
      await this.child.ended;
      if (!this.stopped) this.child = this.start();
    }
  }
}

describe('messages to a consumer that comes to its end again and again', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let looker: INestMicroservice;
  let consumer: Consumer;
  let shipped: Tap;

  const publish = async (data: object | string, { id = newId('msg'), attempt = 1 } = {}): Promise<string> => {
    await rabbit.publish('', 'billing.events', typeof data === 'string' ? data : JSON.stringify(data), {
      messageId: id,
      type: Ordered.type,
      persistent: true,
      headers: { 'cloudEvents:id': id, 'cloudEvents:type': Ordered.type, 'berth-attempt': attempt },
    });
    return id;
  };
  const numbersIn = async (collection: string) =>
    (await mongo.connection.collection<{ number: number }>(collection).find().toArray())
      .map(({ number }) => number)
      .sort((a, b) => a - b);
  const count = (first: number, length: number) => Array.from({ length }, (_, index) => first + index);

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database({ transactionSeconds: 2 })]);
    looker = await startService({ amqpUrl: rabbit.url });
    const env = { AMQP_URL: rabbit.url, MONGODB_URI: mongo.uri, DATABASE: mongo.database };
    consumer = new Consumer(env);
    await eventually(async () => expect((await rabbit.queue('billing.events'))?.consumers).toBe(1), {
      within: SLOWLY,
    });
  });
  afterAll(async () => {
    await consumer.stop();
    await looker.close();
    await rabbit.stop();
    await mongo.stop();
  });
  beforeEach(async () => {
    shipped = await rabbit.bindTap('berth.events', Shipped.type);
  });
  afterEach(async () => {
    await mongo.connection.collection('shipments').deleteMany({});
    await mongo.connection.collection('runs').deleteMany({});
  });

  test(
    'have their effects once, none is lost, and what is sent on is sent as one message',
    async () => {
      const sent = count(0, 600);
      const ids = await Promise.all(sent.map((number) => publish({ number })));
      const twice = sent.filter((number) => number % 10 === 0);
      await Promise.all(twice.map((number) => publish({ number }, { id: ids[number] })));
      for (let kill = 1; kill <= 2; kill++) {
        const handled = (await numbersIn('shipments')).length;
        await eventually(
          async () => expect((await numbersIn('shipments')).length).toBeGreaterThan(handled + 50),
          {
            within: SLOWLY,
          },
        );
        consumer.kill();
      }
      await eventually(async () => expect(await numbersIn('shipments')).toEqual(sent), { within: SLOWLY });
      await eventually(
        () => {
          const messages = new Map(
            shipped.messages.map(({ data, properties }) => [String(properties.messageId), data]),
          );
          const numbers = [...messages.values()].map((data) => Shipped.schema.parse(data).number);
          expect(numbers.sort((a, b) => a - b)).toEqual(sent);
        },
        { within: SLOWLY },
      );
    },
    2 * SLOWLY,
  );

  test(
    'are handled although those between them fail, or end the process each time',
    async () => {
      const letters = looker.get(DeadLetters);
      const areDead = (dead: number) =>
        eventually(async () => expect(await letters.list()).toHaveLength(dead), { within: SLOWLY });
      const ending = await publish({ number: 1_002, ends: 'the process' }, { attempt: 9 });
      const unreadable = await publish('{"number":');
      const innocent = count(0, 100);
      await Promise.all(innocent.slice(0, 50).map((number) => publish({ number })));
      await areDead(2);
      // Not before: what is under way when the process ends loses that attempt to it, and would be dead for that reason.
      const failing = await publish({ number: 1_001, ends: 'in an error' }, { attempt: 9 });
      await Promise.all(innocent.slice(50).map((number) => publish({ number })));
      await areDead(3);
      expect(Object.fromEntries((await letters.list()).map(({ id, ...letter }) => [id, letter]))).toEqual({
        [failing]: expect.objectContaining({ reason: 'failed', attempts: 10 }),
        [ending]: expect.objectContaining({ reason: 'ended_process', attempts: 10 }),
        [unreadable]: expect.objectContaining({ reason: 'unreadable', attempts: 1 }),
      });
      // An innocent one that has lost an attempt like that comes again after its delay.
      await eventually(async () => expect(await numbersIn('shipments')).toEqual(innocent), {
        within: SLOWLY,
      });
      expect(await letters.list()).toHaveLength(3);
      // Twice among its neighbours, then by itself for each of the attempts 9 and 10.
      expect((await numbersIn('runs')).filter((number) => number === 1_002)).toHaveLength(4);
    },
    2 * SLOWLY,
  );
});
