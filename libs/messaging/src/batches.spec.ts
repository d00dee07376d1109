import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { event, type DataOf } from '@berth/contracts';
import { newId, Transactions } from '@berth/mongo';
import { broker, database, eventually, type Tap, type TestBroker, type TestDatabase } from '@berth/testing';
import type { Connection } from 'mongoose';
import { z } from 'zod';
import type { MessageContext } from './context.ts';
import { DeadLetters } from './dead-letters.ts';
import { OnEvent, OnEventBatch } from './handlers.ts';
import { Outbox } from './outbox.ts';
import { startService } from './service.fixture.ts';

const Data = z.object({ number: z.number(), key: z.string().optional() });
const Came = event('berth.batch-spec.came.v1', Data);
const Went = event('berth.batch-spec.went.v1', Data);
const Taken = event('berth.batch-spec.taken.v1', Data, 'berth.usage');

type Datum = DataOf<typeof Came>;

/** The numbers of each call of the handler, in order; those that failed too. */
let calls: number[][] = [];
/** What it does besides. */
let meanwhile: (numbers: number[]) => unknown = () => {};
/** How many messages are, or have been, about to be handled. */
let begun = 0;

function turnOf({ key }: Datum): string | undefined {
  begun++;
  return key;
}

@Controller()
class Batch {
  constructor(private readonly outbox: Outbox) {}

  @OnEventBatch(Came, Went, { inTurn: turnOf })
  async came(data: readonly Datum[], contexts: readonly MessageContext[]) {
    const numbers = data.map(({ number }) => number);
    calls.push(numbers);
    await this.outbox.publishAll(
      Taken,
      data.map((datum, index) => ({ data: datum, options: { cause: contexts[index] } })),
    );
    await meanwhile(numbers);
  }
}

describe('a handler of several messages at once', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let app: INestMicroservice;
  let taken: Tap;

  /** Puts them into the queue and resolves when they are there. */
  const give = (
    numbers: readonly number[],
    { key, id, type = Came.type }: { key?: string; id?: string; type?: string } = {},
  ) =>
    Promise.all(
      numbers.map((number) => {
        const messageId = id ?? newId('msg');
        return rabbit.publish('', 'billing.events', JSON.stringify({ number, key }), {
          messageId,
          type,
          headers: {
            'cloudEvents:id': messageId,
            'cloudEvents:type': type,
            'cloudEvents:correlationid': `req_${number}`,
          },
        });
      }),
    );
  /** Gives these while the handler has the one before them in hand, so that they come to it together. */
  async function giveTogether(first: number, ...behind: Parameters<typeof give>[]): Promise<void> {
    const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
    const then = meanwhile;
    meanwhile = (numbers) => (numbers[0] === first ? released : then(numbers));
    await give([first]);
    await eventually(() => expect(calls).toEqual([[first]]));
    for (const each of behind) await give(...each);
    const messages = behind.flatMap(([numbers]) => numbers);
    await eventually(() => expect(begun).toBe(1 + messages.length));
    release(undefined);
  }
  const told = () => taken.messages.map(({ data }) => (data as Datum).number).sort((a, b) => a - b);
  const headersOf = (number: number) =>
    taken.messages.find(({ data }) => (data as Datum).number === number)?.headers;

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    taken = await rabbit.bindTap('berth.usage');
    app = await startService({
      amqpUrl: rabbit.url,
      database: mongo,
      controllers: [Batch],
      retryDelaysSeconds: [0.1],
    });
  });
  afterAll(async () => {
    await app?.close();
    await Promise.all([rabbit?.stop(), mongo?.stop()]);
  });
  beforeEach(() => {
    calls = [];
    begun = 0;
    meanwhile = () => {};
    taken.messages.length = 0;
  });

  test('gets what has come while it was at work, whatever the kind, in one transaction', async () => {
    const inbox = mongo.connection.collection('inbox');
    const before = await inbox.countDocuments();
    meanwhile = () => expect(app.get(Transactions).inTransaction()).toBe(true);
    await giveTogether(1, [[2, 3]], [[4], { type: Went.type }]);
    await eventually(() => expect(told()).toEqual([1, 2, 3, 4]));
    expect(calls.map((numbers) => numbers.sort())).toEqual([[1], [2, 3, 4]]);
    expect(await inbox.countDocuments()).toBe(before + 4);
    await eventually(async () => expect((await rabbit.queue('billing.events'))?.messages).toBe(0));
  });

  test('names for each message that it sends the one that led to it', async () => {
    const id = newId('msg');
    await giveTogether(1, [[2]], [[3], { id }]);
    await eventually(() => expect(told()).toEqual([1, 2, 3]));
    expect(headersOf(3)).toMatchObject({
      'cloudEvents:causationid': id,
      'cloudEvents:correlationid': 'req_3',
    });
    expect(headersOf(2)).toMatchObject({ 'cloudEvents:correlationid': 'req_2' });
  });

  test('gets each by itself when it fails, so that one that always does keeps no other from being handled', async () => {
    meanwhile = (numbers) => {
      if (numbers.includes(3)) throw new Error('not this one');
    };
    await giveTogether(1, [[2, 3, 4]]);
    await eventually(() => expect(told()).toEqual([1, 2, 4]));
    await eventually(async () =>
      expect(await app.get(DeadLetters).list()).toMatchObject([{ attempts: 10, reason: 'failed' }]),
    );
    const [, together, ...alone] = calls;
    expect(together).toHaveLength(3);
    expect(alone.every((numbers) => numbers.length === 1)).toBe(true);
    expect(told()).toEqual([1, 2, 4]);
  });

  test('gets each by itself when another transaction is in the way, which those it does not meet are not kept by', async () => {
    const rows = app
      .get<Connection>(getConnectionToken())
      .collection<{ _id: string; number?: number }>('rows');
    await rows.insertOne({ _id: 'busy' });
    const write = async (number: number) => {
      const { session } = app.get(Transactions);
      if (!session) throw new Error('There is no transaction');
      await rows.updateOne({ _id: 'busy' }, { $set: { number } }, { session });
    };
    meanwhile = (numbers) => (numbers.includes(3) ? write(3) : undefined);
    const { promise: given, resolve: give } = Promise.withResolvers<undefined>();
    const { promise: written, resolve: isWritten } = Promise.withResolvers<undefined>();
    const inTheWay = app.get(Transactions).run(async () => {
      await write(0);
      isWritten(undefined);
      await given;
    });
    await written;
    await giveTogether(1, [[2, 3, 4]]);
    await eventually(() => expect(told()).toEqual([1, 2, 4]));
    give(undefined);
    await inTheWay;
    await eventually(() => expect(told()).toEqual([1, 2, 3, 4]));
  });

  test('gets no two of one key at once', async () => {
    await giveTogether(1, [[2, 3, 4], { key: 'one' }], [[5], { key: 'another' }]);
    await eventually(() => expect(told()).toEqual([1, 2, 3, 4, 5]));
    for (const numbers of calls)
      expect(numbers.filter((number) => number > 1 && number < 5).length).toBeLessThan(2);
  });

  test('handles once what comes twice at once', async () => {
    const id = newId('msg');
    await giveTogether(1, [[2, 2], { id }], [[3]]);
    await eventually(() => expect(told()).toEqual([1, 2, 3]));
    await eventually(async () => expect((await rabbit.queue('billing.events'))?.messages).toBe(0));
    expect(told()).toEqual([1, 2, 3]);
  });

  test('is the only one of its message', async () => {
    @Controller()
    class Twice {
      @OnEventBatch(Came, {})
      many() {}

      @OnEvent(Came)
      one() {}
    }
    const starting = startService({ amqpUrl: rabbit.url, database: mongo, controllers: [Twice] });
    await expect(starting).rejects.toThrow('takes several messages at once');
  });
});
