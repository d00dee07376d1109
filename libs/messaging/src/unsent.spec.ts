import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { command, nudgeIn, stuckIn } from '@berth/contracts';
import { broker, database, eventually, type TestBroker, type TestDatabase } from '@berth/testing';
import { z } from 'zod';
import { OnCommand } from './handlers.ts';
import { Requests } from './requests.ts';
import { startService } from './service.fixture.ts';

const Nowhere = command('dns', 'berth.dns.unsent-spec.v1', z.object({}));
/** Made in 2023. */
const OLD = 'msg_01h455vb4pex5vsknk084sn02q';

const handled = jest.fn();
@Controller()
class Dns {
  @OnCommand(Nowhere)
  set() {
    handled();
  }
}

let rabbit: TestBroker;
let mongo: TestDatabase;
let billing: INestMicroservice;
let dns: INestMicroservice | undefined;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  billing = await startService({ amqpUrl: rabbit.url, database: mongo });
});
afterAll(async () => {
  await dns?.close();
  await billing?.close();
  await rabbit?.stop();
  await mongo?.stop();
});

const stuck = async () => (await billing.get(Requests).ask(stuckIn('billing'), { limit: 10 })).items;
const nudge = (id: string) => billing.get(Requests).ask(nudgeIn('billing'), { id });

test('a message that cannot be sent for a minute is stuck, says why, and is sent by a nudge once it can be', async () => {
  const headers = { 'cloudEvents:id': OLD, 'cloudEvents:type': Nowhere.type };
  await mongo.connection.collection<{ _id: string }>('outbox').insertOne({
    _id: OLD,
    ...{ exchange: 'berth.commands', routingKey: Nowhere.type, mandatory: true, body: '{}', attempts: 0 },
    ...{ dueAt: new Date(), properties: { messageId: OLD, type: Nowhere.type, headers } },
  } as never);
  const thing = await eventually(async () => {
    const [found] = await stuck();
    expect(found?.attempts).toBeGreaterThan(0);
    return found;
  });
  expect(thing).toMatchObject({
    ...{ id: OLD, service: 'billing', kind: 'message', why: 'failing', state: Nowhere.type },
    error: expect.stringContaining(Nowhere.type),
  });
  expect((await nudge(OLD)).attempts).toBeGreaterThan(thing?.attempts ?? 0);

  const elsewhere = { uri: mongo.uri, database: `${mongo.database}_dns` };
  dns = await startService({
    service: 'dns',
    amqpUrl: rabbit.url,
    database: elsewhere as TestDatabase,
    controllers: [Dns],
  });
  await nudge(OLD).catch(() => {});
  await eventually(() => expect(handled).toHaveBeenCalledTimes(1));
  expect(await stuck()).toEqual([]);
  await expect(nudge(OLD)).rejects.toMatchObject({ code: 'not_found' });
});
