import type { INestMicroservice } from '@nestjs/common';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  AccountDeleted,
  GetTimeline,
  SERVER_EVENTS,
  ServerChanged,
  WatchServer,
  type ServerTransition,
} from '@berth/contracts';
import { Outbox, Requests } from '@berth/messaging';
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
import { Config } from '../config.ts';
import { StateTrackingModule } from '../state-tracking.module.ts';

/** Ahead of the database's own time, by which it removes what is long over. */
const clock = new TestClock('2099-11-22T10:00:00.000Z');
const LONG = { within: 30_000 };
let rabbit: TestBroker;
let mongo: TestDatabase;
let app: INestMicroservice;

const start = () =>
  serviceAt(
    clock,
    StateTrackingModule.forRoot(
      new Config({
        AMQP_URL: rabbit.url,
        MONGODB_URI: mongo.uri,
        // The discard port: nobody answers.
        BERTH_AWS_ENDPOINT: 'http://127.0.0.1:9',
        BERTH_EVENTS_TOPIC_ARN: 'arn:aws:sns:eu-central-1:000000000000:berth-events',
        BERTH_EVENTS_QUEUE_URL: 'http://127.0.0.1:9/events',
        BERTH_SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
      }),
      mongo.database,
    ),
  );

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  app = await start();
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

const send = (write: (outbox: Outbox) => Promise<void>) =>
  app.get(Transactions, { strict: false }).run(() => write(app.get(Outbox, { strict: false })));
const at = '2099-11-22T09:00:00.000Z';
const health = { scheme: 'http', port: 80, path: '/' } as const;

function transition(accountId: string, serverId: string, sequence: number): ServerTransition {
  return {
    ...{ serverId, accountId, sequence, at, from: null, to: 'requested', reason: null },
    cause: { kind: 'system', id: null, text: 'a spec' },
    ...{ name: 'Maps', hostname: 'maps.berth.localhost', product: 'web', version: '1', size: 'small' },
    ...{ region: 'eu-central-1', zone: null, diskGib: 20, instanceId: `i-${serverId.slice(-17)}`, ip: null },
    ...{ computeBilled: false, diskBilled: false, operation: null },
  };
}

/** All that is told of a server as it comes to be. */
async function told(accountId: string, serverId: string, sequence = 1): Promise<void> {
  const secret = { keyId: 'k1', sealedSecret: 'sealed' };
  await send((outbox) =>
    outbox.send(WatchServer, { serverId, accountId, region: 'eu-central-1', ...secret, health }),
  );
  await send((outbox) => outbox.publish(SERVER_EVENTS.requested, transition(accountId, serverId, sequence)));
  await send((outbox) =>
    outbox.publish(ServerChanged, {
      ...{ accountId, revision: sequence, at, operation: null, transitions: [] },
      server: {
        ...{ id: serverId, name: 'Maps', status: 'requested', reason: null, waitingFor: null },
        ...{ product: 'web', version: '1', size: 'small', region: 'eu-central-1', zone: null, diskGib: 20 },
        ...{ hostname: 'maps.berth.localhost', url: 'https://maps.berth.localhost/', ip: null, tags: {} },
        ...{ protected: false, operation: null, failure: null, createdAt: at, updatedAt: at },
      },
    }),
  );
}

/** How much there is of an account and its servers, wherever it stands. */
async function leftOf(accountId: string, serverIds: string[]): Promise<Record<string, number>> {
  const filters = {
    servers: { accountId },
    transitions: { accountId },
    instances: { serverId: { $in: serverIds } },
    health: { _id: { $in: serverIds } },
    rejected_reports: { serverId: { $in: serverIds } },
    feed_entries: { accountId },
    feed_arrivals: { accountId },
    feed_servers: { accountId },
    feed_accounts: { _id: accountId },
  };
  const counts = Object.entries(filters).map(async ([name, filter]) => [
    name,
    await mongo.connection.collection(name).countDocuments(filter as object),
  ]);
  return Object.fromEntries(await Promise.all(counts)) as Record<string, number>;
}
const NOTHING = {
  ...{ servers: 0, transitions: 0, instances: 0, health: 0, rejected_reports: 0 },
  ...{ feed_entries: 0, feed_arrivals: 0, feed_servers: 0, feed_accounts: 0 },
};
const heardOf = (accountId: string, serverIds: string[]) =>
  eventually(async () => {
    const many = serverIds.length;
    expect(await leftOf(accountId, serverIds)).toMatchObject({
      ...{ servers: many, transitions: many, instances: many, feed_entries: many, feed_accounts: 1 },
    });
  }, LONG);
const tellDeleted = (accountId: string) =>
  send((outbox) => outbox.publish(AccountDeleted, { accountId, at: clock.now().toISOString() }));
const isGone = (accountId: string, serverIds: string[]) =>
  eventually(async () => expect(await leftOf(accountId, serverIds)).toEqual(NOTHING), LONG);

test('of a deleted account nothing is kept, and what comes late brings nothing back', async () => {
  const [accountId, other] = [newId('acc'), newId('acc')];
  const servers = Array.from({ length: 60 }, () => newId('srv'));
  const kept = newId('srv');
  await told(other, kept);
  for (const server of servers) await told(accountId, server);
  await heardOf(accountId, servers);
  await heardOf(other, [kept]);
  const rejected = { _id: `2099-11-22T09/${servers[0]}/bad_signature`, serverId: servers[0] };
  await mongo.connection.collection('rejected_reports').insertOne(rejected as never);
  await mongo.connection.collection('health').insertOne({ _id: servers[0] } as never);

  await tellDeleted(accountId);
  await isGone(accountId, servers);
  for (const sequence of [2, 3]) await told(accountId, servers[0]!, sequence);
  await told(other, kept, 2);
  await eventually(async () => {
    const { items } = await app
      .get(Requests, { strict: false })
      .ask(GetTimeline, { accountId: other, serverId: kept, limit: 10 });
    expect(items.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });
  const timeline = { accountId, serverId: servers[0]!, limit: 10 };
  await expect(app.get(Requests, { strict: false }).ask(GetTimeline, timeline)).rejects.toMatchObject({
    code: 'not_found',
  });
  expect(await leftOf(accountId, servers)).toEqual(NOTHING);
}, 120_000);

test('what is left when a process dies, or comes of what was open then, is deleted after it', async () => {
  const accountId = newId('acc');
  const server = newId('srv');
  await told(accountId, server);
  await heardOf(accountId, [server]);
  await app.close();
  // As a process leaves it that dies when it has noted the deletion.
  await mongo.connection
    .collection('deleted_accounts')
    .insertOne({ _id: accountId as never, deletedAt: clock.now(), isErasing: true, version: 0 });
  app = await start();
  await isGone(accountId, [server]);
  const deleted = () => mongo.connection.collection('deleted_accounts').findOne({ _id: accountId as never });
  expect(await deleted()).toMatchObject({ isErasing: true });
  clock.advance(121);
  await eventually(async () => expect(await deleted()).not.toHaveProperty('isErasing'), LONG);
  await tellDeleted(accountId);
  await eventually(async () => expect(await deleted()).toMatchObject({ isErasing: true }), LONG);
}, 90_000);
