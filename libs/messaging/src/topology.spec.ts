import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, type INestMicroservice, type Type } from '@nestjs/common';
import { connect } from 'amqplib';
import { event } from '@berth/contracts';
import { broker, database, type TestBroker, type TestDatabase } from '@berth/testing';
import { z } from 'zod';
import { OnEvent } from './handlers.ts';
import { startService } from './service.fixture.ts';

const Old = event('berth.topology-spec.old.v1', z.object({}));
const Kept = event('berth.topology-spec.kept.v1', z.object({}));
const Recorded = event('berth.topology-spec.recorded.v1', z.object({}), 'berth.usage');

@Controller()
class LastVersion {
  @OnEvent(Old, Kept)
  either() {}
}

@Controller()
class ThisVersion {
  @OnEvent(Kept)
  kept() {}

  @OnEvent(Recorded)
  recorded() {}
}

describe('the queues of a service', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;

  const start = (controller: Type): Promise<INestMicroservice> =>
    startService({ amqpUrl: rabbit.url, database: mongo, controllers: [controller] });
  const bindings = async () => (await rabbit.queue('billing.events'))?.bindings;
  const last = [`berth.events ${Kept.type}`, `berth.events ${Old.type}`];
  const current = [`berth.events ${Kept.type}`, `berth.usage ${Recorded.type}`];

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
  });
  afterAll(async () => {
    await rabbit.stop();
    await mongo.stop();
  });

  test('are bound to what it handles, and to nothing it no longer handles', async () => {
    const before = await start(LastVersion);
    expect(await bindings()).toEqual(last);
    const next = await start(ThisVersion);
    // The other version may still run and handles them.
    expect(await bindings()).toEqual([...new Set([...last, ...current])].sort());
    await before.close();
    await next.close();
    await mongo.connection
      .collection<{ _id: string }>('bus_bindings')
      .updateMany({}, { $set: { confirmedAt: new Date(Date.now() - 180_000) } });
    const after = await start(ThisVersion);
    expect(await bindings()).toEqual(current);
    await after.close();
  });

  test('are only those it has a use for', async () => {
    const app = await start(ThisVersion);
    expect(await rabbit.queue('billing.commands')).toBeUndefined();
    await app.close();
  });

  test.each(['billing.events', 'billing.requests', 'billing.retry-10s', 'billing.dead-letters'])(
    'with other arguments stop the start, and %s is named',
    async (queue) => {
      await rabbit.deleteQueue(queue);
      const connection = await connect(rabbit.url);
      await (await connection.createChannel()).assertQueue(queue, { arguments: { 'x-max-length': 7 } });
      await connection.close();
      const startedAt = Date.now();
      await expect(start(ThisVersion)).rejects.toThrow(new RegExp(`PRECONDITION_FAILED.*queue '${queue}'`));
      expect(Date.now() - startedAt).toBeLessThan(10_000);
      await rabbit.deleteQueue(queue);
    },
  );
});
