import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { command, event, type DataOf } from '@berth/contracts';
import { Transactions } from '@berth/mongo';
import { Readiness } from '@berth/telemetry';
import { broker, database, eventually, type TestBroker, type TestDatabase } from '@berth/testing';
import { z } from 'zod';
import { NotPublished } from './errors.ts';
import { OnCommand, OnEvent } from './handlers.ts';
import { Outbox } from './outbox.ts';
import { Publisher } from './publisher.ts';
import { startService } from './service.fixture.ts';

const Numbered = z.object({ number: z.number() });
const Happened = event('berth.recovery-spec.happened.v1', Numbered);
const Do = command('billing', 'berth.billing.recovery-spec.v1', Numbered);

let handled: number[] = [];
let during: (number: number) => Promise<void> | void = () => {};

@Controller()
class Listener {
  @OnEvent(Happened)
  async happened({ number }: DataOf<typeof Happened>) {
    await during(number);
    handled.push(number);
  }

  @OnCommand(Do)
  do({ number }: DataOf<typeof Do>) {
    handled.push(number);
  }
}

describe('a service', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let app: INestMicroservice;

  const publish = (...numbers: number[]) =>
    app.get(Transactions).run(async () => {
      for (const number of numbers) await app.get(Outbox).publish(Happened, { number });
    });
  const ready = async () => (await app.get(Readiness).report()).ready;

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    app = await startService({ amqpUrl: rabbit.url, database: mongo, controllers: [Listener] });
  });
  afterAll(async () => {
    await app.close();
    await rabbit.stop();
    await mongo.stop();
  });
  beforeEach(() => {
    handled = [];
    during = () => {};
  });

  test('is ready when it is attached to all its queues', async () => {
    expect(await app.get(Readiness).report()).toEqual({
      ready: true,
      checks: {
        bus: true,
        database: true,
        'consumes billing.events': true,
        'consumes billing.commands': true,
        'consumes billing.requests': true,
      },
    });
  });

  test('comes back when its connections are cut, and handles what was said meanwhile', async () => {
    for (let round = 1; round <= 3; round++) {
      rabbit.killConnections();
      await eventually(async () => expect(await ready()).toBe(false));
      await publish(round);
      await eventually(ready);
      await eventually(() => expect(handled).toContain(round), { within: 12_000 });
    }
    expect(handled.sort()).toEqual([1, 2, 3]);
  });

  test('has the effect of a message once when the connection breaks while it is handled', async () => {
    const { promise: cut, resolve: letGo } = Promise.withResolvers<undefined>();
    let attempts = 0;
    during = async (number) => {
      attempts += number === 10 ? 1 : 0;
      await cut;
    };
    await publish(10);
    await eventually(() => attempts === 1);
    rabbit.killConnections();
    await eventually(async () => expect(await ready()).toBe(false));
    letGo(undefined);
    await eventually(ready);
    await publish(11);
    await eventually(() => expect(handled).toContain(11));
    await eventually(async () => expect((await rabbit.queue('billing.events'))?.messages).toBe(0));
    expect(handled.filter((number) => number === 10)).toEqual([10]);
  });

  test('loses nothing when the broker closes the channel it publishes on', async () => {
    const wrong = {
      exchange: 'absent',
      routingKey: '',
      body: Buffer.from(''),
      properties: {},
      mandatory: false,
    };
    const refused = app
      .get(Publisher)
      .publish(wrong)
      .catch((error: unknown) => error);
    await publish(40, 41, 42);
    expect(await refused).toBeInstanceOf(NotPublished);
    await eventually(() => expect([...new Set(handled)].sort()).toEqual([40, 41, 42]), { within: 12_000 });
    await eventually(ready);
    expect(handled).toHaveLength(3);
  });

  test('makes its queue again when somebody deletes it, and consumes again', async () => {
    await rabbit.deleteQueue('billing.events');
    await eventually(async () => expect((await rabbit.queue('billing.events'))?.consumers).toBe(1));
    await eventually(ready);
    await publish(20);
    await eventually(() => expect(handled).toEqual([20]));
  });

  test('answers and takes commands after their queues were deleted', async () => {
    await rabbit.deleteQueue('billing.commands');
    await rabbit.deleteQueue('billing.requests');
    await eventually(async () => expect(await ready()).toBe(false));
    await eventually(ready);
    await app.get(Transactions).run(() => app.get(Outbox).send(Do, { number: 30 }));
    await eventually(() => expect(handled).toEqual([30]));
    expect((await rabbit.queue('billing.requests'))?.consumers).toBe(1);
  });
});
