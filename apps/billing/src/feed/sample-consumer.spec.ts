import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { INestMicroservice } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import {
  GetCosts,
  GetUsageReplay,
  StartUsageReplay,
  UsageRecorded,
  type Catalog,
  type Price,
  type ServerStatus,
  type ServerTransition,
  type UsageRecord,
} from '@berth/contracts';
import { Requests } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
import { sumOf } from '@berth/pricing';
import {
  broker,
  database,
  eventually,
  serviceAt,
  TestClock,
  type Tap,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { BillingModule } from '../billing.module.ts';
import { Config } from '../config.ts';
import { Metering } from '../usage/metering.ts';
import { UsageSweep } from '../usage/usage-sweep.ts';
import { SEEN_WITHIN_SECONDS } from './usage-feed.ts';

const SAMPLE = fileURLToPath(new URL('../../../../deploy/samples/src/usage-to-sqlite.ts', import.meta.url));
const PATIENTLY = { within: 60_000 };

const price = (size: string | null, perMinute: string, activeFrom: string): Price => ({
  ...{ meter: size === null ? 'disk' : 'compute', size, region: 'eu-central-1', currency: 'USD' },
  ...{ perMinute, activeFrom },
});
const prices = [
  price('small', '0.000612345678', '2026-01-01T00:00:00Z'),
  // In the middle of a record, while servers run.
  price('small', '0.0007', '2026-03-01T06:17:00Z'),
  price('large', '0.0025', '2026-01-01T00:00:00Z'),
  price(null, '0.000000123457', '2026-01-01T00:00:00Z'),
  { ...price('small', '9', '2026-02-01T00:00:00Z'), currency: 'EUR' },
];
const catalog: Catalog = { digest: 'd', revision: 1, regions: [], sizes: [], products: [], prices };

let rabbit: TestBroker;
let mongo: TestDatabase;
let outside: Tap;
let app: INestMicroservice;
let clock: TestClock;
let folder: string;
const consumers: ChildProcess[] = [];

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  outside = await rabbit.bindTap('berth.usage');
  clock = new TestClock('2026-03-01T00:00:00.000Z');
  folder = mkdtempSync(join(tmpdir(), 'berth-ledger-'));
  const config = new Config({ AMQP_URL: rabbit.url, MONGODB_URI: mongo.uri });
  app = await serviceAt(clock, BillingModule.forRoot(config, mongo.database));
  await transaction(() => app.get(CatalogCopy, { strict: false }).keep(catalog));
});
afterAll(async () => {
  for (const consumer of consumers.filter(({ exitCode }) => exitCode === null)) {
    consumer.kill();
    await once(consumer, 'exit');
  }
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const transaction = <Result>(work: () => Promise<Result>) =>
  app.get(Transactions, { strict: false }).run(work);
const sweep = () => app.get(UsageSweep, { strict: false }).sweep();

/** Runs the sample as a person would, once its queue is bound. */
async function consumer(queue: string): Promise<string> {
  const file = join(folder, `${queue}.db`);
  const options = {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'inherit', 'inherit'] as const,
  };
  consumers.push(
    spawn(process.execPath, [SAMPLE, 'keep', file, rabbit.url, queue], {
      ...options,
      stdio: [...options.stdio],
    }),
  );
  await eventually(async () => expect((await rabbit.queue(queue))?.consumers).toBe(1), PATIENTLY);
  return file;
}

const kept = (file: string): number => {
  const reader = new DatabaseSync(file, { readOnly: true });
  try {
    return Number(reader.prepare('SELECT count(*) AS records FROM usage').get()?.['records']);
  } finally {
    reader.close();
  }
};

interface Line {
  account: string;
  meter?: string;
  size?: string | null;
  region?: string;
  perMinute?: string;
  quantity?: number;
  total?: string;
}

function month(file: string, name: string): Line[] {
  const options = { input: JSON.stringify(prices), env: { ...process.env, NODE_OPTIONS: '' } };
  const printed = execFileSync(process.execPath, [SAMPLE, 'month', file, name, 'USD'], options);
  return String(printed)
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

/** A server, and the transition with which it becomes something. */
function server(accountId: string, diskGib: number) {
  const serverId = newId('srv');
  let sequence = 0;
  return (to: ServerStatus, at: string, size = 'small'): ServerTransition => ({
    ...{ serverId, accountId, sequence: ++sequence, at: new Date(at).toISOString(), from: null, to },
    ...{ reason: null, cause: { kind: 'system', id: null, text: 'the spec says so' } },
    ...{ name: 'demo', hostname: 'demo.berth.localhost', product: 'web', version: '1.0', size },
    ...{ region: 'eu-central-1', zone: 'eu-central-1a', diskGib, instanceId: null, ip: null },
    ...{ computeBilled: to === 'running', diskBilled: to !== 'terminated', operation: null },
  });
}

const hear = async (...transitions: ServerTransition[]) => {
  for (const transition of transitions)
    await transaction(() => app.get(Metering, { strict: false }).take([transition]));
};

test('the sample consumer comes to what GetCosts says, to the last digit', async () => {
  const file = await consumer('ledger.usage');
  const [ada, grace] = [newId('acc'), newId('acc')];
  const [orders, shop, wiki] = [server(ada, 20), server(ada, 45), server(grace, 100)];

  await hear(shop('running', '2026-02-28T22:10:05Z'), wiki('running', '2026-02-28T23:59:59.999Z', 'large'));
  await hear(orders('running', '2026-03-01T05:50:30Z'));
  const paused = orders('paused', '2026-03-01T06:40:10Z');
  const resumed = orders('running', '2026-03-01T06:59:00Z', 'large');
  clock.set('2026-03-01T08:00:20Z');
  await sweep();
  // Both come hours late, the later one first: what was recorded meanwhile is taken back.
  await hear(resumed);
  await hear(paused);
  await hear(shop('paused', '2026-03-01T07:30:00Z'), wiki('terminated', '2026-03-02T00:00:00Z', 'large'));
  await hear(orders('terminated', '2026-03-01T11:11:11Z', 'large'));
  clock.set('2026-03-02T00:00:20Z');
  await sweep();
  await hear(shop('terminated', '2026-03-02T04:20:00Z'));

  const records = await mongo.connection.collection('usage_records').countDocuments();
  expect(
    await mongo.connection.collection('usage_records').countDocuments({ quantity: { $lt: 0 } }),
  ).toBeGreaterThan(2);
  await eventually(() => expect(kept(file)).toBe(records), PATIENTLY);

  const ask = app.get(Requests);
  const totals = async (name: string) =>
    Promise.all(
      [ada, grace].map(async (accountId) => {
        const query = { accountId, month: name, groupBy: 'meter', limit: 10 } as const;
        return [accountId, (await ask.ask(GetCosts, query)).total];
      }),
    );
  const totalsOf = (of: string, name: string) =>
    month(of, name).flatMap(({ account, total }) => (total === undefined ? [] : [[account, sumOf([total])]]));
  const sorted = (pairs: (string | undefined)[][]) => pairs.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  expect(totalsOf(file, '2026-03')).toEqual(sorted(await totals('2026-03')));
  const small = month(file, '2026-03').filter(({ size }) => size === 'small');
  expect(small.map(({ perMinute }) => perMinute)).toEqual(['0.000612345678', '0.0007']);
  expect(totalsOf(file, '2026-02')).toEqual(sorted(await totals('2026-02')));

  // Everything once more, in the order of the feed …
  clock.advance(SEEN_WITHIN_SECONDS + 1);
  const replay = { queue: 'ledger.usage', from: '2026-03-01T00:00:00Z' };
  const { id: replayId } = await ask.ask(StartUsageReplay, replay);
  clock.advance(SEEN_WITHIN_SECONDS + 1);
  await eventually(
    async () =>
      expect(await ask.ask(GetUsageReplay, { replayId })).toMatchObject({
        state: 'succeeded',
        published: records,
      }),
    PATIENTLY,
  );
  await eventually(async () => expect((await rabbit.queue('ledger.usage'))?.messages).toBe(0), PATIENTLY);
  expect(kept(file)).toBe(records);
  expect(totalsOf(file, '2026-03')).toEqual(sorted(await totals('2026-03')));

  // … and for somebody who begins now, twice and the last first.
  const late = await consumer('ledger.late');
  for (const { data } of [...outside.messages, ...outside.messages].reverse()) {
    const { type } = UsageRecorded;
    await rabbit.publish('billing.replays', 'ledger.late', JSON.stringify(data as UsageRecord), { type });
  }
  await eventually(() => expect(kept(late)).toBe(records), PATIENTLY);
  expect(totalsOf(late, '2026-03')).toEqual(sorted(await totals('2026-03')));
}, 180_000);
