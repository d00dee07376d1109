import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { INestMicroservice } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import {
  GetCosts,
  GetReconciliation,
  ListReconciledServers,
  ListReconciliations,
  StartReconciliation,
  type Catalog,
  type DataOf,
  type ReconciledServer,
  type ServerStatus,
  type ServerTransition,
} from '@berth/contracts';
import { Requests } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
import { sumOf } from '@berth/pricing';
import {
  broker,
  database,
  eventually,
  serviceAt,
  simulator,
  TestClock,
  type Simulator,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { gzipSync } from 'node:zlib';
import { BillingModule } from '../billing.module.ts';
import { Config } from '../config.ts';
import { Metering } from '../usage/metering.ts';
import { csv, hours, line } from './report.fixture.ts';

const PATIENTLY = { within: 40_000 };
const BUCKET = 'reports';
const price = (size: string | null, perMinute: string) => ({
  ...{ meter: size === null ? ('disk' as const) : ('compute' as const), size, region: 'eu-central-1' },
  ...{ currency: 'USD', perMinute, activeFrom: '2026-01-01T00:00:00Z' },
});
const catalog: Catalog = {
  ...{ digest: 'd', revision: 1, regions: [], sizes: [], products: [] },
  prices: [price('small', '0.0025'), price(null, '0.00000326')],
};

let rabbit: TestBroker;
let mongo: TestDatabase;
let aws: Simulator;
let s3: S3Client;
let app: INestMicroservice;
const clock = new TestClock('2026-04-03T00:00:00.000Z');
const replicas: INestMicroservice[] = [];

async function replica(more: Record<string, string> = {}): Promise<INestMicroservice> {
  const config = new Config({
    ...{ AMQP_URL: rabbit.url, MONGODB_URI: mongo.uri, BERTH_AWS_ENDPOINT: aws.endpoint },
    ...{ BERTH_COST_REPORT_BUCKET: BUCKET, BERTH_COST_REPORT_PREFIX: 'cur/', ...more },
  });
  const replica = await serviceAt(clock, BillingModule.forRoot(config, mongo.database));
  replicas.push(replica);
  return replica;
}

beforeAll(async () => {
  [rabbit, mongo, aws] = await Promise.all([broker(), database(), simulator()]);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  s3 = new S3Client({ endpoint: aws.endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  app = await replica();
  await transaction(() => app.get(CatalogCopy, { strict: false }).keep(catalog));
});
afterEach(async () => {
  await Promise.all(replicas.splice(1).map((each) => each.close()));
});
afterAll(async () => {
  await Promise.all(replicas.map((each) => each.close()));
  s3?.destroy();
  await Promise.all([rabbit?.stop(), mongo?.stop(), aws?.stop()]);
});

const transaction = <Result>(work: () => Promise<Result>) =>
  app.get(Transactions, { strict: false }).run(work);
const ask = () => app.get(Requests);

/** Puts a report into the bucket, and says under which key. */
async function put(key: string, body: string | Uint8Array): Promise<string> {
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
  return key;
}

const start = (report: string, month = '2026-03') => ask().ask(StartReconciliation, { month, report });
const read = (reconciliationId: string) => ask().ask(GetReconciliation, { reconciliationId });
const until = (id: string, state: string) =>
  eventually(async () => {
    const read_ = await read(id);
    expect(read_.state).toBe(state);
    return read_;
  }, PATIENTLY);
const serversOf = (reconciliationId: string, query: Partial<DataOf<typeof ListReconciledServers>> = {}) =>
  ask().ask(ListReconciledServers, { reconciliationId, limit: 200, ...query });

/** A server of ours: what it became, at which time of 5 March. */
async function server(...history: [to: ServerStatus, time: string][]) {
  const [serverId, accountId] = [newId('srv'), newId('acc')];
  let wasRunning = false;
  for (const [index, [to, time]] of history.entries()) {
    wasRunning ||= to === 'running';
    const transition: ServerTransition = {
      ...{ serverId, accountId, sequence: index + 1, at: `2026-03-05T${time}:00.000Z`, from: null, to },
      ...{ reason: null, cause: { kind: 'system', id: null, text: 'the spec says so' } },
      ...{ name: 'demo', hostname: 'demo.berth.localhost', product: 'web', version: '1.0', size: 'small' },
      ...{ region: 'eu-central-1', zone: 'eu-central-1a', diskGib: 20, instanceId: null, ip: null },
      ...{ computeBilled: to === 'running', diskBilled: wasRunning && to !== 'terminated', operation: null },
    };
    await transaction(() => app.get(Metering, { strict: false }).take([transition]));
  }
  return { serverId, accountId };
}

describe('a comparison with AWS', () => {
  test('says of each server what it cost, what was billed and what is wrong, and adds it up', async () => {
    const good = await server(['running', '10:05'], ['paused', '16:30'], ['terminated', '20:00']);
    const leaking = await server(['running', '10:05'], ['paused', '12:00'], ['terminated', '20:00']);
    const ghost = await server(['running', '10:05'], ['terminated', '20:00']);
    const failed = await server(['requested', '10:40'], ['provisioning', '10:40'], ['failed', '11:20']);
    const stranger = newId('srv');
    const rows = [
      ...hours('compute', 10, 17, good),
      ...hours('disk', 10, 21, good),
      line({ ...good, type: 'Credit', cost: '-0.1', start: '', end: '' }),
      ...hours('compute', 10, 20, leaking),
      ...hours('disk', 10, 21, leaking),
      ...hours('compute', 10, 12, failed),
      ...hours('compute', 1, 2, { serverId: stranger }),
      ...hours('disk', 0, 24, { resourceId: 'vol-0fedcba9876543210' }),
      line({ deploymentId: '', type: 'Tax', cost: '9.5', resourceId: '' }),
    ];
    const { id } = await start(await put('cur/whole.csv.gz', gzipSync(csv(rows))));
    const { totals, error, endedAt } = await until(id, 'succeeded');
    expect({ error, endedAt }).toEqual({ error: null, endedAt: clock.now().toISOString() });

    const { items } = await serversOf(id);
    const by = (server: string) => items.find((each) => (each.serverId ?? each.resourceId) === server);
    expect(by(good.serverId)).toMatchObject({
      accountId: good.accountId,
      awsCost: { compute: '0.336', disk: '0.0286', other: '0', adjustments: '-0.1', total: '0.2646' },
      ...{ billedCurrency: 'USD', flags: [], unbilledHours: 0, uncostedHours: 0 },
    });
    const query = { accountId: good.accountId, month: '2026-03', groupBy: 'meter', limit: 9 } as const;
    const { total } = await ask().ask(GetCosts, query);
    expect(by(good.serverId)?.billed).toBe(total);
    expect(by(good.serverId)?.margin).toBe(sumOf([total, '-0.2646']));
    // Billed until noon: eleven and twelve o'clock are, thirteen is next to it, and fourteen to nineteen are too much.
    expect(by(leaking.serverId)).toMatchObject({ flags: ['costs_without_being_billed'], unbilledHours: 7 });
    expect(by(ghost.serverId)).toMatchObject({
      ...{ flags: ['billed_without_cost'], uncostedHours: 10, awsCost: { total: '0' } },
    });
    expect(by(failed.serverId)).toMatchObject({
      flags: [],
      unbilledHours: 2,
      billed: '0',
      billedCurrency: null,
    });
    expect(by(stranger)).toMatchObject({ flags: ['unknown_server'], serverId: stranger, accountId: null });
    expect(by('vol-0fedcba9876543210')).toMatchObject({ flags: ['unknown_server'], serverId: null });

    const all = (part: (server: ReconciledServer) => string | null) =>
      sumOf(items.map((each) => part(each) ?? '0'));
    expect(totals).toMatchObject({
      ...{ currency: 'USD', lines: rows.length, elsewhere: '9.5', servers: 6 },
      awsCost: { total: all(({ awsCost }) => awsCost.total) },
      billed: [{ currency: 'USD', amount: all(({ billed }) => billed) }],
      margin: all(({ margin }) => margin),
      flagged: [
        { flag: 'billed_without_cost', servers: 1 },
        { flag: 'costs_without_being_billed', servers: 1 },
        { flag: 'unknown_server', servers: 2 },
      ],
    });
  });

  test('lists those with flags first, page by page, or those with one flag', async () => {
    const { id = '' } = (await ask().ask(ListReconciliations, { limit: 1 })).items[0] ?? {};
    const flagged: boolean[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await serversOf(id, { limit: 2, ...(cursor && { cursor }) });
      flagged.push(...page.items.map(({ flags }) => flags.length > 0));
      cursor = page.nextCursor;
    } while (cursor);
    expect(flagged).toEqual([true, true, true, true, false, false]);
    const { items } = await serversOf(id, { flag: 'unknown_server' });
    expect(items.map(({ flags }) => flags)).toEqual([['unknown_server'], ['unknown_server']]);
    await expect(serversOf(id, { cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  test('made before backups were told apart cost nothing of them', async () => {
    const { id = '' } = (await ask().ask(ListReconciliations, { limit: 1 })).items[0] ?? {};
    const unset = { $unset: { 'awsCost.backup': '', 'totals.awsCost.backup': '' } };
    await mongo.connection.collection('reconciled_servers').updateMany({}, unset);
    await mongo.connection.collection('reconciliations').updateMany({}, unset);
    expect((await read(id)).totals?.awsCost.backup).toBe('0');
    for (const { awsCost } of (await serversOf(id)).items) expect(awsCost.backup).toBe('0');
  });

  test('takes a manifest, and all the files it names', async () => {
    const reportKeys = [
      await put('cur/parts/1.csv.gz', gzipSync(csv(hours('compute', 1, 3)))),
      await put('cur/parts/2.csv', csv(hours('compute', 3, 6))),
    ];
    const { id } = await start(await put('cur/parts/berth-Manifest.json', JSON.stringify({ reportKeys })));
    expect((await until(id, 'succeeded')).totals).toMatchObject({ lines: 5 });
  });

  test('says nothing of margins when AWS charges in another currency', async () => {
    const mine = await server(['running', '10:05'], ['terminated', '11:00']);
    const { id } = await start(
      await put('cur/yuan.csv', csv(hours('compute', 10, 12, { ...mine, currency: 'CNY' }))),
    );
    expect((await until(id, 'succeeded')).totals).toMatchObject({ currency: 'CNY', margin: null });
    const found = (await serversOf(id)).items.find(({ serverId }) => serverId === mine.serverId);
    expect(found).toMatchObject({ billedCurrency: 'USD', margin: null });
  });

  test.each([
    ['a report that is not there', 'cur/none.csv', undefined, 'report_not_found'],
    [
      'a manifest of something else',
      'cur/a.json',
      '{"reportKeys":["salaries/2026.csv"]}',
      'malformed_manifest',
    ],
    ['a manifest that is none', 'cur/b.json', 'not JSON', 'malformed_manifest'],
    [
      'a truncated file',
      'cur/c.csv.gz',
      gzipSync(csv(hours('compute', 0, 24))).subarray(0, -30),
      'truncated',
    ],
    [
      'a file of another month',
      'cur/d.csv',
      csv([line({ periodStart: '2026-02-01T00:00:00Z' })]),
      'wrong_month',
    ],
    ['a file of other columns', 'cur/e.csv', 'a,b\n1,2\n', 'missing_columns'],
    ['a file without lines', 'cur/f.csv', csv([]), 'empty_report'],
  ])('fails with %s, leaves nothing behind and keeps no other waiting', async (_, key, body, code) => {
    if (body !== undefined) await put(key, body);
    const { id } = await start(key);
    const next = await start(await put('cur/next.csv', csv(hours('compute', 0, 1))));
    expect((await until(id, 'failed')).error).toMatchObject({ code });
    await until(next.id, 'succeeded');
    expect(await read(id)).toMatchObject({ totals: null, endedAt: expect.any(String) });
    expect((await serversOf(id)).items).toEqual([]);
    const rows = mongo.connection.collection('reconciled_servers');
    expect(await rows.countDocuments({ reconciliationId: id })).toBe(0);
  });

  test('is refused for a month that is not over, a key outside of the reports, and without a bucket', async () => {
    await expect(start('cur/a.csv', '2026-04')).rejects.toMatchObject({ errors: [{ pointer: '/month' }] });
    await expect(start('salaries/a.csv')).rejects.toMatchObject({ errors: [{ pointer: '/report' }] });
    await expect(read(newId('rcn'))).rejects.toMatchObject({ code: 'not_found' });
    expect(
      () => new Config({ AMQP_URL: rabbit.url, MONGODB_URI: mongo.uri, BERTH_COST_REPORT_BUCKET: 'b' }),
    ).toThrow('BERTH_AWS_ENDPOINT');
  });

  test('that a crash cut off is made anew, and nothing of the first attempt counts', async () => {
    const key = await put('cur/again.csv', csv(hours('compute', 0, 4)));
    const id = newId('rcn');
    const left = { reconciliationId: id, attempt: 1, place: '0/left', _id: `${id}/1/0/left` };
    const rows = mongo.connection.collection<typeof left>('reconciled_servers');
    await rows.insertOne(left);
    const interrupted = {
      ...{ _id: id, month: '2026-03', report: key, state: 'running', attempt: 1, version: 1, totals: null },
      ...{ errorCode: null, errorDetail: null, endedAt: null, createdAt: clock.now(), dueAt: clock.now() },
    };
    await mongo.connection.collection<typeof interrupted>('reconciliations').insertOne(interrupted);
    await until(id, 'succeeded');
    expect((await serversOf(id)).items).toHaveLength((await read(id)).totals?.servers ?? -1);
    await eventually(async () =>
      expect(await rows.countDocuments({ reconciliationId: id, attempt: 1 })).toBe(0),
    );
  });

  test('waits while S3 is away, says so, and gives up in the end', async () => {
    const lost = await database();
    const elsewhere = await serviceAt(
      clock,
      BillingModule.forRoot(
        new Config({
          ...{ AMQP_URL: rabbit.url, MONGODB_URI: lost.uri, BERTH_AWS_ENDPOINT: 'http://127.0.0.1:1' },
          BERTH_COST_REPORT_BUCKET: BUCKET,
        }),
        lost.database,
      ),
    );
    try {
      const { Reconciliations } = await import('./reconciliations.ts');
      const service = elsewhere.get(Reconciliations, { strict: false });
      const { id } = await elsewhere
        .get(Transactions, { strict: false })
        .run(() => service.start({ month: '2026-03', report: 'cur/a.csv' }));
      await eventually(
        async () =>
          expect(await service.get(id)).toMatchObject({ state: 'running', error: { code: 'tried_again' } }),
        PATIENTLY,
      );
      await eventually(
        async () => {
          clock.advance(600);
          expect(await service.get(id)).toMatchObject({ state: 'failed', error: { code: 'tried_again' } });
        },
        { within: 90_000 },
      );
      expect((await service.get(id)).error?.detail).toContain('Given up after 10 attempts');
    } finally {
      await elsewhere.close();
      await lost.stop();
    }
  }, 180_000);
});
