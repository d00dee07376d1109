import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { connect } from 'amqplib';
import { event, type DataOf } from '@berth/contracts';
import { newId, Transactions } from '@berth/mongo';
import { broker, database, eventually, type TestBroker, type TestDatabase } from '@berth/testing';
import mongoose from 'mongoose';
import { z } from 'zod';
import type { MessageContext } from './context.ts';
import { DeadLetters } from './dead-letters.ts';
import { OnEvent } from './handlers.ts';
import { Outbox } from './outbox.ts';
import { startService } from './service.fixture.ts';

const Ordered = event(
  'berth.delivery-spec.ordered.v1',
  z.object({ number: z.number(), mood: z.string().optional() }),
);
const Shipped = event('berth.delivery-spec.shipped.v1', z.object({ number: z.number() }));
type Ordered = DataOf<typeof Ordered>;

/** What the handler does, set by each test; and every call of it. */
let onOrdered: (data: Ordered, context: MessageContext) => unknown = () => {};
let calls: { data: Ordered; context: MessageContext }[] = [];

@Controller()
class Shipping {
  constructor(
    private readonly outbox: Outbox,
    private readonly transactions: Transactions,
  ) {}

  @OnEvent(Ordered)
  async ordered(data: Ordered, context: MessageContext) {
    calls.push({ data, context });
    expect(this.transactions.inTransaction()).toBe(true);
    await this.outbox.publish(Shipped, { number: data.number });
    await onOrdered(data, context);
  }
}

describe('a message to a service', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let app: INestMicroservice;
  let deadLetters: DeadLetters;
  let shipped: () => number[];

  const publishRaw = (body: unknown, { id = newId('msg'), attempt = 1, type = Ordered.type } = {}) =>
    rabbit.publish('', 'billing.events', typeof body === 'string' ? body : JSON.stringify(body), {
      messageId: id,
      type,
      headers: { 'cloudEvents:id': id, 'cloudEvents:type': type, 'berth-attempt': attempt },
    });
  const idle = async () => (await rabbit.queue('billing.events'))?.messages === 0;

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    app = await startService({ amqpUrl: rabbit.url, database: mongo, controllers: [Shipping] });
    deadLetters = app.get(DeadLetters);
  });
  afterAll(async () => {
    await app.close();
    await rabbit.stop();
    await mongo.stop();
  });
  beforeEach(async () => {
    onOrdered = () => {};
    calls = [];
    await rabbit.purgeQueue('billing.dead-letters');
    const tap = await rabbit.bindTap('berth.events', Shipped.type);
    shipped = () => tap.messages.map(({ data }) => Shipped.schema.parse(data).number);
  });

  test('has its effects once when it comes five times, one after the other and at once', async () => {
    const id = newId('msg');
    for (let time = 0; time < 2; time++) await publishRaw({ number: 1 }, { id });
    await Promise.all([1, 2, 3].map(() => publishRaw({ number: 1 }, { id })));
    await publishRaw({ number: 2 });
    await eventually(() => expect(shipped()).toContain(2));
    await eventually(idle);
    expect(shipped().sort()).toEqual([1, 2]);
    expect(await deadLetters.list()).toEqual([]);
  });

  test('comes again in vain, also when its handler now fails on what it did before', async () => {
    const id = newId('msg');
    await publishRaw({ number: 20 }, { id });
    await eventually(() => expect(shipped()).toEqual([20]));
    onOrdered = ({ number }) => {
      if (number === 20) throw new Error('there is one already');
    };
    await publishRaw({ number: 20 }, { id, attempt: 10 });
    await eventually(() => expect(calls).toHaveLength(2));
    await publishRaw({ number: 21 });
    await eventually(() => expect(shipped()).toEqual([20, 21]));
    expect(await deadLetters.list()).toEqual([]);
  });

  test('may carry fields this version does not know', async () => {
    await publishRaw({ number: 3, colour: 'blue' });
    await eventually(() => expect(shipped()).toEqual([3]));
    expect(calls[0]?.data).toEqual({ number: 3 });
  });

  test('is tried again later when its handler throws, and what the failed attempt did is undone', async () => {
    onOrdered = (_, { attempt }) => {
      if (attempt === 1) throw new Error('not today');
    };
    await publishRaw({ number: 4 });
    await eventually(() => expect(shipped()).toEqual([4]));
    expect(calls.map(({ context }) => context.attempt)).toEqual([1, 2]);
    expect(calls[0]?.context.id).toBe(calls[1]?.context.id);
  });

  test('is handled soon after the database is back, and uses up no attempts while it is away', async () => {
    let away = 2;
    onOrdered = () => {
      if (away-- > 0) throw new mongoose.mongo.MongoNetworkError('connect ECONNREFUSED');
    };
    await publishRaw({ number: 14 }, { attempt: 10 });
    await eventually(() => expect(shipped()).toEqual([14]));
    expect(calls.map(({ context }) => context.attempt)).toEqual([10, 10, 10]);
  });

  test('does not hold up its neighbours while it fails again and again', async () => {
    onOrdered = ({ mood }, { attempt }) => {
      if (mood === 'poison' && attempt === 1) throw new Error('poison');
    };
    await Promise.all(Array.from({ length: 60 }, () => publishRaw({ number: 50, mood: 'poison' })));
    await publishRaw({ number: 5 });
    await eventually(() => expect(shipped()).toContain(5), { within: 3_000 });
    await eventually(() => expect(shipped()).toHaveLength(61));
  });

  test('waits longer after each failure', async () => {
    onOrdered = () => {
      throw new Error('still not');
    };
    const waiting = async (queue: string) => (await rabbit.queue(queue))?.messages;
    const before = await waiting('billing.retry-600s');
    await publishRaw({ number: 6 }, { attempt: 2 });
    await publishRaw({ number: 6 }, { attempt: 3 });
    await publishRaw({ number: 6 }, { attempt: 4 });
    await publishRaw({ number: 6 }, { attempt: 9 });
    await eventually(async () => expect(await waiting('billing.retry-600s')).toBe((before ?? 0) + 2));
    expect(await waiting('billing.retry-10s')).toBe(1);
    expect(await waiting('billing.retry-60s')).toBe(1);
    // It would come back while another test runs.
    await rabbit.purgeQueue('billing.retry-10s');
  });

  test('goes to the dead letters after the last attempt, and from there back, once', async () => {
    onOrdered = () => {
      throw new Error('hopeless');
    };
    const id = newId('msg');
    await publishRaw({ number: 7 }, { id, attempt: 10 });
    await eventually(async () => expect(await deadLetters.list()).toHaveLength(1));
    expect(await deadLetters.list()).toEqual([
      expect.objectContaining({
        id,
        type: Ordered.type,
        queue: 'billing.events',
        reason: 'failed',
        attempts: 10,
        stack: expect.stringContaining('hopeless'),
        body: '{"number":7}',
      }),
    ]);
    onOrdered = () => {};
    expect(await deadLetters.replay(newId('msg'))).toBe(false);
    expect(await deadLetters.replay(id)).toBe(true);
    expect(await deadLetters.replay(id)).toBe(false);
    await eventually(() => expect(shipped()).toEqual([7]));
    // As if a crash had kept the dead letter: the second replay is known as handled.
    await publishRaw({ number: 7 }, { id });
    await eventually(idle);
    expect(shipped()).toEqual([7]);
  });

  test.each([
    ['is no JSON', '{"number":', 'unreadable'],
    ['lacks what the contract wants', '{"number":"seven"}', 'unreadable'],
  ])('goes to the dead letters at once when it %s', async (_, body, reason) => {
    await publishRaw(body);
    await eventually(async () =>
      expect(await deadLetters.list()).toEqual([expect.objectContaining({ reason, body })]),
    );
    expect(calls).toEqual([]);
    expect(await deadLetters.replayAll()).toBe(1);
    await eventually(async () => expect(await deadLetters.list()).toHaveLength(1));
  });

  test('without an id goes to the dead letters and can be named there', async () => {
    await rabbit.publish('', 'billing.events', '{}');
    await eventually(async () => expect(await deadLetters.list()).toHaveLength(1));
    const [letter] = await deadLetters.list();
    expect(letter?.id).toMatch(/^msg_/);
  });

  test('of a type nobody here handles is tried again, for another replica may', async () => {
    await publishRaw({}, { type: 'berth.unknown.v1', attempt: 10 });
    await eventually(async () =>
      expect(await deadLetters.list()).toEqual([expect.objectContaining({ reason: 'no_handler' })]),
    );
  });

  test('waits in a delay queue that somebody had deleted', async () => {
    onOrdered = (_, { attempt }) => {
      if (attempt === 1) throw new Error('not yet');
    };
    await rabbit.deleteQueue('billing.retry-1s');
    await publishRaw({ number: 8 });
    await eventually(() => expect(shipped()).toEqual([8]));
  });

  test('that ends the process each time is put to the dead letters by the broker', async () => {
    await app.close();
    const connection = await connect(rabbit.url);
    const channel = await connection.createChannel();
    await publishRaw({ number: 9 });
    await channel.consume('billing.events', (message) => message && channel.nack(message));
    await eventually(async () => expect((await rabbit.queue('billing.dead-letters'))?.messages).toBe(1), {
      within: 20_000,
    });
    await connection.close();
    app = await startService({ amqpUrl: rabbit.url, database: mongo, controllers: [Shipping] });
    deadLetters = app.get(DeadLetters);
    expect(await deadLetters.list()).toEqual([
      expect.objectContaining({ queue: 'billing.events', reason: 'delivery_limit', body: '{"number":9}' }),
    ]);
    expect(await deadLetters.replayAll()).toBe(1);
    await eventually(() => expect(shipped()).toEqual([9]));
  });
});
