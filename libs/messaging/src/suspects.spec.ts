import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { event, type DataOf } from '@berth/contracts';
import { newId } from '@berth/mongo';
import { broker, database, eventually, type TestBroker, type TestDatabase } from '@berth/testing';
import { z } from 'zod';
import type { MessageContext } from './context.ts';
import { DeadLetters } from './dead-letters.ts';
import { BusDisconnected } from './errors.ts';
import { OnEvent } from './handlers.ts';
import { Inbox } from './inbox.ts';
import { Publisher } from './publisher.ts';
import { startService } from './service.fixture.ts';

const Suspected = event('berth.suspects-spec.suspected.v1', z.object({}));

let attempts: number[];

@Controller()
class Handling {
  @OnEvent(Suspected)
  handle(_: DataOf<typeof Suspected>, { attempt }: MessageContext) {
    attempts.push(attempt);
    throw new Error('poison');
  }
}

let rabbit: TestBroker;
let mongo: TestDatabase;
let service: INestMicroservice;

beforeEach(async () => {
  attempts = [];
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  service = await startService({
    amqpUrl: rabbit.url,
    database: { uri: mongo.uri, database: mongo.database },
    controllers: [Handling],
    retryDelaysSeconds: [1],
  });
});
afterEach(async () => {
  await service.close();
  await rabbit.stop();
  await mongo.stop();
});

const publish = (id: string, attempt: number) =>
  rabbit.publish('', 'billing.events', '{}', {
    messageId: id,
    type: Suspected.type,
    persistent: true,
    headers: {
      'cloudEvents:id': id,
      'cloudEvents:type': Suspected.type,
      'berth-attempt': attempt,
      'berth-suspect': true,
    },
  });

test('an attempt that ended the process counts, even when the next process ends before it has counted it', async () => {
  const id = newId('msg');
  const inbox = service.get(Inbox);
  await inbox.note('billing.events', id);
  const counting = jest.spyOn(service.get(Publisher), 'publish');
  counting.mockRejectedValueOnce(new BusDisconnected('the process has ended'));
  await publish(id, 9);

  const letters = service.get(DeadLetters);
  await eventually(async () => expect(await letters.list()).toMatchObject([{ id, attempts: 10 }]), {
    within: 30_000,
  });
  expect(counting.mock.calls.length).toBeGreaterThan(2);
  expect(attempts).toEqual([10]);
  expect(await inbox.hasNote('billing.events', id)).toBe(false);
});
