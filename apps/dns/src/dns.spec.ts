import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type ChangeAction,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { RecordInSync, RecordRefused, SetRecord, type DataOf } from '@berth/contracts';
import { createService, Outbox } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
import {
  broker,
  Child,
  database,
  eventually,
  simulator,
  type Simulator,
  type Tap,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { Config } from './config.ts';
import { DnsModule } from './dns.module.ts';

type Wish = DataOf<typeof SetRecord>;

const ZONE = 'berth.localhost';

let rabbit: TestBroker;
let mongo: TestDatabase;
let aws: Simulator;
let zoneId: string;
let route53: Route53Client;
let app: INestMicroservice;
let inSync: Tap;
let refused: Tap;

beforeAll(async () => {
  [rabbit, mongo, aws] = await Promise.all([broker(), database(), simulator({ BERTH_SIM_SPEED: '10' })]);
  const landingZone = await (await fetch(`${aws.endpoint}/_sim/landing-zone`)).json();
  zoneId = (landingZone as { hostedZoneId: string }).hostedZoneId;
  const credentials = { accessKeyId: 'spec', secretAccessKey: 'spec' };
  route53 = new Route53Client({ endpoint: aws.endpoint, region: 'us-east-1', credentials });
  app = await start();
});
afterAll(async () => {
  await app.close();
  await Promise.all([rabbit.stop(), mongo.stop(), aws.stop()]);
});
beforeEach(async () => {
  [inSync, refused] = await Promise.all([
    rabbit.bindTap('berth.events', RecordInSync.type),
    rabbit.bindTap('berth.events', RecordRefused.type),
  ]);
});
afterEach(() => faults([]));

const environment = () => ({
  AMQP_URL: rabbit.url,
  MONGODB_URI: mongo.uri,
  BERTH_AWS_ENDPOINT: aws.endpoint,
  BERTH_ZONE: ZONE,
});

async function start(database = mongo.database): Promise<INestMicroservice> {
  const service = await createService(DnsModule.forRoot(new Config(environment()), database), false);
  await service.listen();
  return service;
}

const server = () => ({ serverId: newId('srv'), host: `${newId('srv').slice(-12)}.${ZONE}` });

async function send(...wishes: Wish[]): Promise<void> {
  const outbox = app.get(Outbox, { strict: false });
  await app.get(Transactions, { strict: false }).run(async () => {
    for (const wish of wishes) await outbox.send(SetRecord, wish);
  });
}

async function faults(rules: object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ rules });
  const { ok } = await fetch(`${aws.endpoint}/_sim/faults`, { method: 'PUT', headers, body });
  expect(ok).toBe(true);
}

interface Counters {
  actions: { errors: Record<string, number> }[];
  route53: { batches: { outcome: string }[]; mostCallsInOneSecond: number };
}
const counters = async () => (await (await fetch(`${aws.endpoint}/_sim/counters`)).json()) as Counters;

const answersFor = (tap: Tap, host: string) =>
  tap.messages.map(({ data }) => data as Wish).filter((answer) => answer.host === host);

const expectInSync = ({ host, ip, sequence }: Wish) =>
  eventually(() =>
    expect(answersFor(inSync, host)).toContainEqual(expect.objectContaining({ ip, sequence })),
  );

async function expectFulfilled(wish: Wish): Promise<void> {
  await send(wish);
  await expectInSync(wish);
}

async function recordOf(host: string): Promise<ResourceRecordSet | undefined> {
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, StartRecordName: host, MaxItems: 1 }),
  );
  return ResourceRecordSets.find(({ Name }) => Name === `${host}.`);
}

const addressOf = async (host: string) => (await recordOf(host))?.ResourceRecords?.[0]?.Value;

async function change(Action: ChangeAction, record: ResourceRecordSet): Promise<void> {
  const Changes = [{ Action, ResourceRecordSet: record }];
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch: { Changes } }));
}

/** What was done to a host, oldest first, by the simulator's own account. */
async function changesOf(host: string): Promise<string[]> {
  const state = (await (await fetch(`${aws.endpoint}/_sim/state`)).json()) as {
    zones: {
      changes: { insyncAt: string | null; edits: { action: string; record: { name: string } }[] }[];
    }[];
  };
  return state.zones
    .flatMap(({ changes }) => changes)
    .flatMap(({ insyncAt, edits }) =>
      edits
        .filter(({ record }) => record.name === `${host}.`)
        .map(({ action }) => `${action} ${insyncAt ? 'in sync' : 'pending'}`),
    );
}

describe('a wish', () => {
  test('is in the zone when it is said to be in sync, and gone when its removal is', async () => {
    const wish = { ...server(), ip: '127.1.0.1', sequence: 3 };
    await expectFulfilled(wish);
    expect(await recordOf(wish.host)).toMatchObject({
      Type: 'A',
      TTL: 60,
      ResourceRecords: [{ Value: '127.1.0.1' }],
    });

    await expectFulfilled({ ...wish, ip: null, sequence: 5 });
    expect(await recordOf(wish.host)).toBeUndefined();
  });

  test('that was fulfilled is answered again when it is repeated', async () => {
    const wish = { ...server(), ip: '127.1.0.2', sequence: 1 };
    await expectFulfilled(wish);
    await send(wish);
    await eventually(() => expect(answersFor(inSync, wish.host)).toHaveLength(2));
  });

  test('to have no record is fulfilled at once where there never was one', async () => {
    const wish = { ...server(), ip: null, sequence: 1 };
    await faults([
      { operation: 'ChangeResourceRecordSets', error: { code: 'Nobody', status: 400 }, always: true },
    ]);
    await expectFulfilled(wish);
  });

  test('that is older than what is known changes nothing', async () => {
    const wish = { ...server(), ip: '127.1.0.3', sequence: 9 };
    await expectFulfilled(wish);
    await send({ ...wish, ip: null, sequence: 8 });
    const later = { ...server(), ip: '127.1.0.4', sequence: 1 };
    await expectFulfilled(later);
    expect(await addressOf(wish.host)).toBe('127.1.0.3');
    expect(answersFor(inSync, wish.host)).toHaveLength(1);
  });

  test('of the next server that bears the name is answered to that server', async () => {
    const { host } = server();
    await expectFulfilled({ serverId: newId('srv'), host, ip: null, sequence: 1 });
    const wish = { serverId: newId('srv'), host, ip: '127.1.0.5', sequence: 2 };
    await expectFulfilled(wish);
    expect(answersFor(inSync, host).at(-1)).toMatchObject({ serverId: wish.serverId });
    expect(await addressOf(host)).toBe('127.1.0.5');
  });

  test('that changes while a batch is on its way is sent in the next', async () => {
    const wish = { ...server(), ip: '127.1.0.6', sequence: 1 };
    await faults([{ operation: 'ChangeResourceRecordSets', delaySeconds: 1, times: 1 }]);
    await send(wish);
    await eventually(async () =>
      expect(await mongo.connection.collection('batches').countDocuments()).toBe(1),
    );
    await expectFulfilled({ ...wish, ip: '127.1.0.7', sequence: 2 });
    expect(await addressOf(wish.host)).toBe('127.1.0.7');
  });

  test('for a name outside the zone is refused and never sent', async () => {
    const wish = { ...server(), host: 'www.example.com', ip: '127.1.0.8', sequence: 1 };
    await send(wish);
    await eventually(() =>
      expect(answersFor(refused, wish.host)).toEqual([expect.objectContaining({ code: 'OutsideZone' })]),
    );
  });
});

describe('a batch', () => {
  test('carries all wishes of its time in one call', async () => {
    const wishes = Array.from({ length: 40 }, (_, index) => ({
      ...server(),
      ip: `127.2.0.${index + 1}`,
      sequence: 1,
    }));
    await faults([
      // One call is let through; a second would fail, and with it the whole test, for as long as it lasts.
      { operation: 'ChangeResourceRecordSets', delaySeconds: 0.01, times: 1 },
      { operation: 'ChangeResourceRecordSets', error: { code: 'AccessDenied', status: 403 }, always: true },
    ]);
    await send(...wishes);
    for (const wish of wishes) await expectInSync(wish);
  });

  test('takes hundreds of wishes in a handful of calls, five a second at most, and none meets another', async () => {
    await fetch(`${aws.endpoint}/_sim/counters`, { method: 'DELETE' });
    const wishes = Array.from({ length: 300 }, (_, index) => ({
      ...server(),
      ip: `127.4.${index >> 8}.${index % 256}`,
      sequence: 1,
    }));
    await send(...wishes);
    await eventually(() => expect(inSync.messages.length).toBe(wishes.length), { within: 40_000 });
    const { route53, actions } = await counters();
    expect(route53.batches.map(({ outcome }) => outcome)).toEqual(route53.batches.map(() => 'done'));
    expect(route53.batches.length).toBeLessThanOrEqual(5);
    expect(route53.mostCallsInOneSecond).toBeLessThanOrEqual(6);
    expect(actions.map(({ errors }) => errors)).toEqual(actions.map(() => ({})));
  });

  test('that is refused for one record is carried out for the others, and the one is refused', async () => {
    const guilty = { ...server(), ip: '127.2.1.1', sequence: 4 };
    await change('CREATE', {
      Name: guilty.host,
      Type: 'CNAME',
      TTL: 60,
      ResourceRecords: [{ Value: 'elsewhere.example.com' }],
    });
    const good = Array.from({ length: 6 }, (_, index) => ({
      ...server(),
      ip: `127.2.1.${index + 2}`,
      sequence: 1,
    }));
    await send(...good.slice(0, 3), guilty, ...good.slice(3));
    for (const wish of good) await expectInSync(wish);
    await eventually(() =>
      expect(answersFor(refused, guilty.host)).toEqual([
        expect.objectContaining({ serverId: guilty.serverId, sequence: 4, code: 'InvalidChangeBatch' }),
      ]),
    );
  });

  test('is tried again when Route 53 is throttling, busy with another one, or away', async () => {
    const errors = [
      { code: 'Throttling', status: 400 },
      { code: 'PriorRequestNotComplete', status: 400 },
      { code: 'ServiceUnavailable', status: 503 },
    ];
    await faults(errors.map((error) => ({ operation: 'ChangeResourceRecordSets', error, times: 1 })));
    const wish = { ...server(), ip: '127.2.2.1', sequence: 1 };
    await expectFulfilled(wish);
    expect(answersFor(refused, wish.host)).toEqual([]);
  });

  test('of which the answer was lost ends the same: an address', async () => {
    await faults([{ operation: 'ChangeResourceRecordSets', afterWork: true, times: 1 }]);
    const wish = { ...server(), ip: '127.2.3.1', sequence: 1 };
    await expectFulfilled(wish);
    expect(await addressOf(wish.host)).toBe('127.2.3.1');
  });

  test('of which the answer was lost ends the same: a removal, in sync only by a change that is known', async () => {
    const wish = { ...server(), ip: '127.2.3.2', sequence: 1 };
    await expectFulfilled(wish);
    await faults([{ operation: 'ChangeResourceRecordSets', afterWork: true, times: 1 }]);
    await expectFulfilled({ ...wish, ip: null, sequence: 2 });
    expect(await changesOf(wish.host)).toEqual([
      'UPSERT in sync',
      'DELETE in sync',
      'UPSERT in sync',
      'DELETE in sync',
    ]);
  });

  test.each([
    ['twice is carried out after another look', { times: 2 }, RecordInSync.type],
    ['again and again is given up', { always: true }, RecordRefused.type],
  ])('with a removal that is refused %s', async (_, often, answer) => {
    const wish = { ...server(), ip: '127.2.5.1', sequence: 1 };
    await expectFulfilled(wish);
    const error = { code: 'InvalidChangeBatch', status: 400 };
    await faults([
      { operation: 'ChangeResourceRecordSets', where: { recordName: wish.host }, error, ...often },
    ]);
    const tap = answer === RecordInSync.type ? inSync : refused;
    await send({ ...wish, ip: null, sequence: 2 });
    await eventually(() =>
      expect(answersFor(tap, wish.host).at(-1)).toMatchObject({ serverId: wish.serverId, sequence: 2 }),
    );
  });

  test('removes a record that somebody changed by hand', async () => {
    const wish = { ...server(), ip: '127.2.4.1', sequence: 1 };
    await expectFulfilled(wish);
    await change('UPSERT', {
      Name: wish.host,
      Type: 'A',
      TTL: 300,
      ResourceRecords: [{ Value: '127.9.9.9' }],
    });
    await expectFulfilled({ ...wish, ip: null, sequence: 2 });
    expect(await recordOf(wish.host)).toBeUndefined();
  });
});

describe('a zone writer', () => {
  test('that died in the middle of a batch is followed by one that ends it', async () => {
    const polled = { ...server(), ip: '127.3.0.1', sequence: 1 };
    const unsent = { ...server(), ip: '127.3.0.2', sequence: 1 };
    await app.close();
    await change('UPSERT', {
      Name: polled.host,
      Type: 'A',
      TTL: 60,
      ResourceRecords: [{ Value: polled.ip }],
    });
    const left = (wish: Wish) => ({
      _id: wish.host as never,
      serverId: wish.serverId,
      ip: wish.ip,
      sequence: wish.sequence,
      status: 'pending',
      written: wish.ip,
      wantedAt: new Date(),
      version: 0,
    });
    await mongo.connection.collection('records').insertMany([left(polled), left(unsent)]);
    await mongo.connection.collection('batches').insertMany([
      {
        _id: 'left-behind' as never,
        changeId: null,
        hosts: [polled, unsent].map(({ host, ip }) => ({ host, ip })),
        version: 0,
      },
    ]);
    app = await start();
    await expectInSync(polled);
    await expectInSync(unsent);
    await eventually(async () =>
      expect(await mongo.connection.collection('batches').countDocuments()).toBe(0),
    );
  });

  test('that is killed while a change is under way is followed by one that ends it', async () => {
    await app.close();
    const killed = Child.start(new URL('./main.ts', import.meta.url), environment());
    const itsDatabase = mongo.connection.useDb('berth_dns');
    const lease = { _id: `zone-writer/${ZONE}` as never };
    await eventually(async () =>
      expect(await itsDatabase.collection('leases').findOne(lease)).not.toBeNull(),
    );
    app = await start('berth_dns');
    const wish = { ...server(), ip: '127.3.2.1', sequence: 1 };
    const batches = itsDatabase.collection('batches');
    await faults([{ operation: 'GetChange', error: { code: 'Throttling', status: 400 }, always: true }]);
    await send(wish);
    await eventually(async () => expect((await batches.findOne())?.changeId).toMatch(/./));
    killed.kill('SIGKILL');
    await killed.ended;
    await faults([]);
    await eventually(() => expect(answersFor(inSync, wish.host)).toHaveLength(1), { within: 20_000 });
    expect(await addressOf(wish.host)).toBe(wish.ip);
    await app.close();
    app = await start();
  });

  test('that was overtaken while it was frozen sends again what it may have undone', async () => {
    const wish = { ...server(), ip: '127.3.3.1', sequence: 1 };
    const newer = { ip: '127.3.3.2', sequence: 2 };
    await faults([{ operation: 'ChangeResourceRecordSets', delaySeconds: 1, times: 1 }]);
    await send(wish);
    const batches = mongo.connection.collection('batches');
    await eventually(async () => expect(await batches.countDocuments()).toBe(1));
    // What another writer does that finds the batch without a change id and then fulfils a newer wish.
    await batches.deleteMany({});
    const fulfilled = { $set: { ...newer, status: 'in_sync', written: newer.ip } };
    await mongo.connection.collection('records').updateOne({ _id: wish.host as never }, fulfilled);
    await expectInSync({ ...wish, ...newer });
    expect(await addressOf(wish.host)).toBe(newer.ip);
  });

  test('works alone: with a second replica every wish is answered once', async () => {
    const second = await start();
    const wishes = Array.from({ length: 20 }, (_, index) => ({
      ...server(),
      ip: `127.3.1.${index + 1}`,
      sequence: 1,
    }));
    await send(...wishes);
    for (const wish of wishes) await expectInSync(wish);
    for (const { host } of wishes) expect(answersFor(inSync, host)).toHaveLength(1);
    await second.close();
  });
});
