import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { command, type DataOf } from '@berth/contracts';
import { broker, database, eventually, type TestBroker, type TestDatabase } from '@berth/testing';
import { z } from 'zod';
import { Commands } from './commands.ts';
import type { MessageContext } from './context.ts';
import { NotPublished } from './errors.ts';
import { OnCommand } from './handlers.ts';
import { startService } from './service.fixture.ts';

const Bill = command('billing', 'berth.billing.commands-spec.v1', z.object({ number: z.number() }));
const Nowhere = command('dns', 'berth.dns.commands-spec.v1', z.object({}));

const obeyed: { data: DataOf<typeof Bill>; context: MessageContext }[] = [];

@Controller()
class Billing {
  @OnCommand(Bill)
  bill(data: DataOf<typeof Bill>, context: MessageContext) {
    obeyed.push({ data, context });
  }
}

describe('a service without a database', () => {
  let rabbit: TestBroker;
  let mongo: TestDatabase;
  let billing: INestMicroservice;
  let gateway: INestMicroservice;
  let commands: Commands;

  beforeAll(async () => {
    [rabbit, mongo] = await Promise.all([broker(), database()]);
    const startBilling = () => startService({ amqpUrl: rabbit.url, database: mongo, controllers: [Billing] });
    billing = await startBilling();
    gateway = await startService({ service: 'gateway', amqpUrl: rabbit.url });
    commands = gateway.get(Commands);
  });
  afterAll(async () => {
    await Promise.all([gateway?.close(), billing?.close()]);
    await Promise.all([rabbit?.stop(), mongo?.stop()]);
  });

  test('gives commands, in the name of whoever it says', async () => {
    const actor = { kind: 'user', id: 'usr_1' } as const;
    await commands.send(Bill, { number: 1 }, { accountId: 'acc_1', actor, correlationId: 'req-1' });
    await eventually(() => expect(obeyed).toHaveLength(1));
    expect(obeyed[0]).toMatchObject({
      data: { number: 1 },
      context: { type: Bill.type, accountId: 'acc_1', actor, correlationId: 'req-1' },
    });
  });

  test('knows that they are kept while nobody obeys', async () => {
    await billing.close();
    await commands.send(Bill, { number: 2 });
    await eventually(async () =>
      expect(await rabbit.queue('billing.commands')).toMatchObject({ messages: 1, consumers: 0 }),
    );
  });

  test('is told when there is nobody who could', async () => {
    await expect(commands.send(Nowhere, {})).rejects.toThrow(NotPublished);
  });

  test('gives them again once the broker is back', async () => {
    rabbit.killConnections();
    await eventually(() => commands.send(Bill, { number: 3 }));
    await eventually(async () =>
      expect((await rabbit.queue('billing.commands'))?.messages).toBeGreaterThanOrEqual(2),
    );
  });
});
