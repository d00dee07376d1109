import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { event, type DataOf } from '@berth/contracts';
import { Transactions } from '@berth/mongo';
import { broker, database, eventually, type Tap, type TestBroker, type TestDatabase } from '@berth/testing';
import { z } from 'zod';
import type { MessageContext } from './context.ts';
import { OnEvent } from './handlers.ts';
import { Outbox } from './outbox.ts';
import { startService } from './service.fixture.ts';

const Numbered = z.object({ number: z.number() });
const Asked = event('berth.handler-timeout-spec.asked.v1', Numbered);
const Done = event('berth.handler-timeout-spec.done.v1', Numbered);

/** Resolves in its own time, or never. */
let during: (context: MessageContext) => Promise<void>;

@Controller()
class Slow {
  constructor(private readonly outbox: Outbox) {}

  @OnEvent(Asked)
  async asked({ number }: DataOf<typeof Asked>, context: MessageContext) {
    if (number !== 0) await during(context);
    await this.outbox.publish(Done, { number });
  }
}

describe('a handler that does not return', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let app: INestMicroservice;
  let tap: Tap;

  const ask = (numbers: number[]) =>
    app.get(Transactions).run(async () => {
      for (const number of numbers) await app.get(Outbox).publish(Asked, { number });
    });
  const done = () => tap.messages.map(({ data }) => Numbered.parse(data).number);

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    app = await startService({
      amqpUrl: rabbit.url,
      database: mongo,
      controllers: [Slow],
      handlerTimeoutSeconds: 1,
    });
  });
  afterAll(async () => {
    await app.close();
    await rabbit.stop();
    await mongo.stop();
  });
  beforeEach(async () => {
    tap = await rabbit.bindTap('berth.events', Done.type);
  });

  test('has failed after its time: the message is tried again, and what goes on in vain writes nothing', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
    let attempts = 0;
    let late: unknown;
    during = async ({ attempt }) => {
      attempts = attempt;
      if (attempt > 1) return;
      await released;
      late = await app
        .get(Outbox)
        .publish(Done, { number: -1 })
        .catch((error: unknown) => error);
    };
    await ask([1]);
    await eventually(() => expect(done()).toEqual([1]));
    expect(attempts).toBe(2);
    release(undefined);
    await eventually(() => expect(late).toMatchObject({ message: expect.stringContaining('session') }));
    await ask([0]);
    await eventually(() => expect(done()).toEqual([1, 0]));
  });

  test('holds up its neighbours no longer, however many there are', async () => {
    during = ({ attempt }) => (attempt === 1 ? new Promise(() => {}) : Promise.resolve());
    const many = Array.from({ length: 60 }, (_, index) => index + 1);
    await ask(many);
    await ask([0]);
    await eventually(() => expect(done()).toContain(0), { within: 5_000 });
    await eventually(() => expect(done()).toHaveLength(61), { within: 20_000 });
  });
});
