import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { command, event } from '@berth/contracts';
import { newId, Transactions } from '@berth/mongo';
import { broker, database, eventually, type TestBroker, type TestDatabase } from '@berth/testing';
import { z } from 'zod';
import type { MessageContext } from './context.ts';
import { OnCommand } from './handlers.ts';
import { Outbox } from './outbox.ts';
import { startService } from './service.fixture.ts';

const Begin = command('billing', 'berth.billing.begin.v1', z.object({}));
const Begun = event('berth.billing.begun.v1', z.object({ name: z.string() }));

let received: MessageContext | undefined;

@Controller()
class Beginner {
  constructor(private readonly outbox: Outbox) {}

  @OnCommand(Begin)
  async begin(_: unknown, context: MessageContext) {
    received = context;
    await this.outbox.publish(Begun, { name: 'Zürich' });
  }
}

describe('a message', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let app: INestMicroservice;

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    app = await startService({ amqpUrl: rabbit.url, database: mongo, controllers: [Beginner] });
  });
  afterAll(async () => {
    await app.close();
    await rabbit.stop();
    await mongo.stop();
  });

  test('is a CloudEvent in binary mode, persistent, that says what led to it', async () => {
    const commands = await rabbit.bindTap('berth.commands');
    const events = await rabbit.bindTap('berth.events');
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const accountId = newId('acc');
    const actor = { kind: 'user' as const, id: newId('usr') };
    await app
      .get(Transactions)
      .run(() =>
        app
          .get(Outbox)
          .send(Begin, {}, { accountId, actor, correlationId: 'req_1', traceparent, tracestate: 'a=b' }),
      );
    await eventually(() => expect(events.messages).toHaveLength(1));
    const [order] = commands.messages;
    const [fact] = events.messages;
    expect(fact?.data).toEqual({ name: 'Zürich' });
    expect(fact?.properties).toMatchObject({
      messageId: expect.stringMatching(/^msg_[0-9a-z]{26}$/),
      type: Begun.type,
      contentType: 'application/json',
      deliveryMode: 2,
    });
    expect(fact?.headers).toEqual({
      'cloudEvents:specversion': '1.0',
      'cloudEvents:id': fact?.properties.messageId,
      'cloudEvents:type': Begun.type,
      'cloudEvents:source': '/berth/billing',
      'cloudEvents:time': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      'cloudEvents:correlationid': 'req_1',
      'cloudEvents:causationid': order?.properties.messageId,
      'cloudEvents:accountid': accountId,
      'cloudEvents:actorkind': 'user',
      'cloudEvents:actorid': actor.id,
      traceparent,
      tracestate: 'a=b',
    });
    expect(received).toMatchObject({
      id: order?.properties.messageId,
      accountId,
      actor,
      attempt: 1,
      traceparent,
    });
    expect(received?.time).toBeInstanceOf(Date);
  });
});
