import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import type { ServerTransition } from '@berth/contracts';
import { newId, Transactions } from '@berth/mongo';
import {
  broker,
  database,
  eventually,
  serviceAt,
  TestClock,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { BillingModule } from '../billing.module.ts';
import { settings } from '../fixtures/billing-under-test.ts';
import { operationsIn } from '../fixtures/operations.ts';
import { Metering } from './metering.ts';
import { UsageSweep } from './usage-sweep.ts';

const SERVERS = 60;

let rabbit: TestBroker;
let mongo: TestDatabase;
let clock: TestClock;
let app: INestMicroservice;
let servers: string[];

beforeAll(async () => {
  rabbit = await broker();
});
afterAll(() => rabbit?.stop());

/** So many servers that run since 10:05:30. */
beforeEach(async () => {
  mongo = await database();
  clock = new TestClock('2026-03-01T10:30:00.000Z');
  app = await serviceAt(clock, BillingModule.forRoot(settings(rabbit, mongo), mongo.database));
  servers = Array.from({ length: SERVERS }, () => newId('srv'));
  await app.get(Transactions).run(() => app.get(Metering).take(servers.map(running)));
});
afterEach(async () => {
  await app?.close();
  await mongo?.stop();
});

const running = (serverId: string): ServerTransition => ({
  ...{ serverId, accountId: newId('acc'), sequence: 1, at: '2026-03-01T10:05:30.000Z' },
  ...{ from: null, to: 'running', reason: null, cause: { kind: 'system', id: null, text: 'it runs' } },
  ...{ name: 'demo', hostname: 'demo.berth.localhost', product: 'web', version: '1.0', size: 'small' },
  ...{ region: 'eu-central-1', zone: null, diskGib: 20, instanceId: null, ip: null, operation: null },
  ...{ computeBilled: true, diskBilled: true },
});

const recorded = (serverId: string) =>
  mongo.connection.collection('usage_records').countDocuments({ serverId });

/** The service's own sweeps may be earlier; whichever does it does it as often. */
const sweptUntil = (holds: () => Promise<void>) =>
  eventually(async () => {
    await app.get(UsageSweep).sweep();
    await holds();
  });

test('an hour of many servers is recorded for fifty at a time, and then there is nothing left to do', async () => {
  const operations = await operationsIn(app, async () => {
    clock.set('2026-03-01T11:30:00.000Z');
    await sweptUntil(async () => {
      for (const serverId of servers) expect(await recorded(serverId)).toBe(2);
    });
  });
  for (const write of ['ledgers.bulkWrite', 'usage_records.insertMany', 'outbox.insertMany'])
    expect(operations.filter((each) => each === write)).toHaveLength(2);
  // As for a replica that had found the same ones due.
  const again = await operationsIn(app, () => app.get(Metering).settleTogether(servers));
  expect(again.filter((each) => !each.endsWith('.find'))).toEqual([]);
});

test('those that cannot be settled keep no others from it', async () => {
  const [bad = '', ...others] = servers;
  await mongo.connection
    .collection<{ _id: string }>('ledgers')
    .updateOne({ _id: bad }, { $set: { openPages: 'no JSON' } });
  clock.set('2026-03-01T11:30:00.000Z');
  await sweptUntil(async () => {
    for (const serverId of others) expect(await recorded(serverId)).toBe(2);
  });
  expect(await recorded(bad)).toBe(0);
});
