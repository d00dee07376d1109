import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { command, event } from '@berth/contracts';
import { newId, Transactions } from '@berth/mongo';
import {
  broker,
  Child,
  database,
  eventually,
  type Tap,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { z } from 'zod';
import { OnCommand } from './handlers.ts';
import { Outbox } from './outbox.ts';
import { startService } from './service.fixture.ts';

const Numbered = z.object({ number: z.number() });
const Counted = event('berth.outbox-spec.counted.v1', Numbered);
const Bill = command('billing', 'berth.billing.outbox-spec.v1', Numbered);
const Nowhere = command('dns', 'berth.dns.outbox-spec.v1', Numbered);

@Controller()
class Billing {
  @OnCommand(Bill)
  bill() {}
}

describe('the outbox', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let app: INestMicroservice;
  let tap: Tap;
  let outbox: Outbox;
  let transactions: Transactions;

  const waiting = () => mongo.connection.collection('outbox').countDocuments();
  const numbers = () => tap.messages.map(({ data }) => Numbered.parse(data).number).sort((a, b) => a - b);

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    app = await startService({ amqpUrl: rabbit.url, database: mongo, controllers: [Billing] });
    outbox = app.get(Outbox);
    transactions = app.get(Transactions);
  });
  afterAll(async () => {
    await app.close();
    await rabbit.stop();
    await mongo.stop();
  });
  beforeEach(async () => {
    tap = await rabbit.bindTap('berth.events');
  });

  test('sends after the commit and keeps nothing', async () => {
    await transactions.run(async () => {
      await outbox.publish(Counted, { number: 1 });
      await outbox.publish(Counted, { number: 2 });
      expect(await waiting()).toBe(0);
    });
    await eventually(() => expect(numbers()).toEqual([1, 2]));
    await eventually(async () => expect(await waiting()).toBe(0));
  });

  test('stores several facts at once and sends each of them', async () => {
    const facts = [1, 2, 3].map((number) => ({ data: { number }, options: { accountId: `acc_${number}` } }));
    await transactions.run(async () => {
      await outbox.publishAll(Counted, facts);
      await outbox.publishAll(Counted, []);
    });
    await eventually(() => expect(numbers()).toEqual([1, 2, 3]));
    for (const { data, headers } of tap.messages)
      expect(headers['cloudEvents:accountid']).toBe(`acc_${Numbered.parse(data).number}`);
    await expect(outbox.publishAll(Counted, facts)).rejects.toThrow('inside a transaction');
    await eventually(async () => expect(await waiting()).toBe(0));
  });

  test('says what may have to be said again under an id and a time of its own', async () => {
    const own = { id: newId('msg'), time: new Date('2026-11-22T10:00:00.000Z') };
    const rows = mongo.connection.collection<{ _id: string }>('outbox');
    await transactions.run(() => outbox.publish(Counted, { number: 4 }, own));
    await eventually(() => expect(numbers()).toEqual([4]));
    expect(tap.messages[0]).toMatchObject({
      headers: { 'cloudEvents:id': own.id, 'cloudEvents:time': own.time.toISOString() },
      properties: { messageId: own.id },
    });
    await eventually(async () => expect(await rows.countDocuments()).toBe(0));
  });

  test('sends nothing when the transaction is aborted', async () => {
    await expect(
      transactions.run(async () => {
        await outbox.publish(Counted, { number: 3 });
        throw new Error('changed its mind');
      }),
    ).rejects.toThrow('changed its mind');
    await transactions.run(() => outbox.publish(Counted, { number: 4 }));
    await eventually(() => expect(numbers()).toContain(4));
    expect(numbers()).toEqual([4]);
  });

  test('refuses to send outside a transaction, and what the contract forbids', async () => {
    await expect(outbox.publish(Counted, { number: 1 })).rejects.toThrow('inside a transaction');
    const wrong = { number: 'one' } as unknown as { number: number };
    await expect(transactions.run(() => outbox.publish(Counted, wrong))).rejects.toThrow(z.ZodError);
    expect(await waiting()).toBe(0);
  });

  test('an event nobody is bound to counts as published', async () => {
    const Unheard = event('berth.unheard.v1', Numbered, 'berth.usage');
    await transactions.run(() => outbox.publish(Unheard, { number: 1 }));
    await eventually(async () => expect(await waiting()).toBe(0));
  });

  test('a command to nowhere is kept, and sent once its owner has a queue', async () => {
    await transactions.run(() => outbox.send(Nowhere, { number: 7 }));
    await eventually(async () => {
      const row = await mongo.connection.collection('outbox').findOne({ routingKey: Nowhere.type });
      expect(row).toMatchObject({ attempts: 1, error: `No queue takes ${Nowhere.type}` });
    });
    const commands = await rabbit.bindTap('berth.commands', Nowhere.type);
    await eventually(() => expect(commands.messages.map(({ data }) => data)).toEqual([{ number: 7 }]), {
      within: 12_000,
    });
    await eventually(async () => expect(await waiting()).toBe(0));
  });

  test('what a process killed between commit and publish left is sent within 10 s', async () => {
    const child = Child.start(new URL('./killed-after-commit.fixture.ts', import.meta.url), {
      AMQP_URL: rabbit.url,
      MONGODB_URI: mongo.uri,
      DATABASE: mongo.database,
    });
    expect(await child.ended).toBe('SIGKILL');
    const killedAt = Date.now();
    // As if five seconds had gone by since.
    const rows = mongo.connection.collection('outbox');
    const [row, ...others] = await rows.find().toArray();
    expect(others).toEqual([]);
    await rows.updateOne({}, { $set: { dueAt: new Date(Number(row?.dueAt) - 5_000) } });
    await eventually(() => expect(tap.messages).toHaveLength(1));
    expect(Date.now() - killedAt).toBeLessThan(5_000);
    await eventually(async () => expect(await waiting()).toBe(0));
  });

  test('sends a thousand messages, each once', async () => {
    const thousand = Array.from({ length: 1000 }, (_, number) => number);
    await transactions.run(async () => {
      for (const number of thousand) await outbox.publish(Counted, { number });
    });
    await eventually(() => expect(numbers()).toEqual(thousand));
  });
});
