import { ChangeResourceRecordSetsCommand, Route53Client, type ChangeAction } from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { SetRecord } from '@berth/contracts';
import { createService, Outbox } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
import {
  broker,
  database,
  eventually,
  simulator,
  type Simulator,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { Config } from '../config.ts';
import { DnsModule } from '../dns.module.ts';
import { ZoneCheck } from './zone-check.ts';

const ZONE = 'berth.localhost';

let rabbit: TestBroker;
let mongo: TestDatabase;
let aws: Simulator;
let zoneId: string;
let route53: Route53Client;
let app: INestMicroservice;

beforeAll(async () => {
  [rabbit, mongo, aws] = await Promise.all([broker(), database(), simulator({ BERTH_SIM_SPEED: '10' })]);
  process.env['BERTH_CLOCK_URL'] = `${aws.endpoint}/_sim/clock`;
  const landingZone = await (await fetch(`${aws.endpoint}/_sim/landing-zone`)).json();
  zoneId = (landingZone as { hostedZoneId: string }).hostedZoneId;
  const credentials = { accessKeyId: 'spec', secretAccessKey: 'spec' };
  route53 = new Route53Client({ endpoint: aws.endpoint, region: 'us-east-1', credentials });
  await start();
});
afterAll(async () => {
  await app.close();
  delete process.env['BERTH_CLOCK_URL'];
  await Promise.all([rabbit.stop(), mongo.stop(), aws.stop()]);
});
beforeEach(() => advance(20));

async function start(): Promise<void> {
  const config = new Config({
    AMQP_URL: rabbit.url,
    MONGODB_URI: mongo.uri,
    BERTH_AWS_ENDPOINT: aws.endpoint,
    BERTH_ZONE: ZONE,
  });
  app = await createService(DnsModule.forRoot(config, mongo.database), false);
  await app.listen();
}

async function advance(advanceSeconds: number): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ advanceSeconds });
  const { ok } = await fetch(`${aws.endpoint}/_sim/clock`, { method: 'POST', headers, body });
  expect(ok).toBe(true);
}

const records = () => mongo.connection.collection('records');
const check = () => app.get(ZoneCheck, { strict: false }).check();

/** A host whose wish is fulfilled. */
async function wished(
  ip: string | null,
  host = `${newId('srv').slice(-12)}.${ZONE}`,
  sequence = 1,
): Promise<string> {
  const outbox = app.get(Outbox, { strict: false });
  await app
    .get(Transactions, { strict: false })
    .run(() => outbox.send(SetRecord, { serverId: newId('srv'), host, ip, sequence }));
  await eventually(async () =>
    expect(await records().findOne({ _id: host as never })).toMatchObject({ sequence, status: 'in_sync' }),
  );
  return host;
}

/** What somebody else does in the zone. */
async function byHand(Action: ChangeAction, host: string, ip: string): Promise<void> {
  const ResourceRecordSet = { Name: host, Type: 'A' as const, TTL: 60, ResourceRecords: [{ Value: ip }] };
  const ChangeBatch = { Changes: [{ Action, ResourceRecordSet }] };
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch }));
}

async function addressOf(host: string): Promise<string | undefined> {
  const state = (await (await fetch(`${aws.endpoint}/_sim/state`)).json()) as {
    zones: { records: { name: string; values: string[] }[] }[];
  };
  return state.zones.flatMap(({ records: all }) => all).find(({ name }) => name === `${host}.`)?.values[0];
}

test('what somebody changed, removed or made again of our hosts is as wished after two looks, and nothing else', async () => {
  const [changed, removed] = [await wished('127.1.0.1'), await wished('127.1.0.2')];
  const gone = await wished(null, await wished('127.1.0.3'), 2);
  const foreign = `${newId('srv').slice(-12)}.${ZONE}`;
  await byHand('UPSERT', changed, '127.9.9.1');
  await byHand('DELETE', removed, '127.1.0.2');
  await byHand('CREATE', gone, '127.9.9.2');
  await byHand('CREATE', foreign, '127.9.9.3');
  await check();
  expect(await addressOf(changed)).toBe('127.9.9.1');
  await check();
  await eventually(async () => {
    expect(await addressOf(changed)).toBe('127.1.0.1');
    expect(await addressOf(removed)).toBe('127.1.0.2');
    expect(await addressOf(gone)).toBeUndefined();
  });
  expect(await addressOf(foreign)).toBe('127.9.9.3');
});

test('it looks by itself every minute', async () => {
  const host = await wished('127.1.1.1');
  await byHand('UPSERT', host, '127.9.9.4');
  await eventually(
    async () => {
      await advance(60);
      expect(await addressOf(host)).toBe('127.1.1.1');
    },
    { within: 20_000 },
  );
});

test('with a database restored from an older backup nothing is touched, until something newer is wished', async () => {
  const moved = await wished('127.1.2.1');
  const ended = await wished('127.1.2.2');
  const backup = await records().find().toArray();
  await wished('127.1.2.3', moved, 2);
  await wished(null, ended, 2);
  const begun = await wished('127.1.2.4');
  await app.close();
  await records().deleteMany({});
  await records().insertMany(backup);
  await start();
  await advance(20);
  await check();
  await check();
  await wished('127.1.2.5');
  expect(await addressOf(moved)).toBe('127.1.2.3');
  expect(await addressOf(ended)).toBeUndefined();
  expect(await addressOf(begun)).toBe('127.1.2.4');

  await wished('127.1.2.6', moved, 3);
  await byHand('UPSERT', moved, '127.9.9.5');
  await check();
  await check();
  await eventually(async () => expect(await addressOf(moved)).toBe('127.1.2.6'));
});
