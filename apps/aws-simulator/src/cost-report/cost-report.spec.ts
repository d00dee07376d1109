import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DeleteVolumeCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { eventually } from '@berth/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { Fixture } from '../fixture.ts';

type Row = Record<string, string>;

let sim: Fixture;
/** A month that begins a quarter of an hour after the test does. */
let month: string;

beforeAll(async () => {
  sim = await Fixture.start(
    { BERTH_SIM_SPEED: '1000', BERTH_SIM_BOOT_SECONDS: '0', BERTH_SIM_THROTTLING: 'off' },
    eventually,
  );
});
afterAll(() => sim.stop());
beforeEach(async () => {
  const now = Date.parse((await sim.state()).now);
  // In the last quarter of an hour of a month it is the one after the next.
  const next = new Date(now + 900_000);
  next.setUTCMonth(next.getUTCMonth() + 1, 1);
  next.setUTCHours(0, 0, 0, 0);
  await sim.advance((next.getTime() - now) / 1000 - 900);
  month = next.toISOString().slice(0, 7);
});

async function report(of = month): Promise<Row[]> {
  const response = await sim.request('GET', `cost-report?month=${of}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  return parse(await response.text(), { columns: true });
}

const of = (rows: Row[], id: string, usageType = '') =>
  rows.filter(
    (row) => row['lineItem/ResourceId']?.includes(id) && row['lineItem/UsageType']?.includes(usageType),
  );
const sum = (rows: Row[], column: string) => rows.reduce((total, row) => total + Number(row[column]), 0);
const HOURS = 'lineItem/UsageAmount';
const tagged = (...tags: [string, string][]) =>
  (['instance', 'volume'] as const).map((ResourceType) => ({
    ResourceType,
    Tags: tags.map(([Key, Value]) => ({ Key, Value })),
  }));

test('an instance is charged for the hours it runs, a volume for all it is there, each in lines of an hour', async () => {
  const { InstanceId } = await sim.aws.running({
    TagSpecifications: tagged(['berth:server-id', 'srv_1'], ['Name', 'Orders, "old"']),
    BlockDeviceMappings: [
      { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 30, VolumeType: 'gp3', DeleteOnTermination: false } },
    ],
  });
  const volumes = await sim.aws.volumesOf(InstanceId);
  const disk = volumes.find(({ Size }) => Size === 30)?.VolumeId ?? '';
  await sim.advance(900 + 5_400);
  await sim.aws.ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }));
  await sim.advance(3_600);
  await sim.aws.ec2.send(new StartInstancesCommand({ InstanceIds: [InstanceId] }));
  await sim.advance(1_500);
  await sim.aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  await sim.advance(7_200);

  const rows = await report();
  const box = of(rows, InstanceId, 'BoxUsage:t3.small');
  // An hour and a half from the month's beginning, an hour of nothing, then 25 minutes.
  expect(sum(box, HOURS)).toBeCloseTo(1.5 + 25 / 60, 1);
  expect(box.map((row) => row['lineItem/UsageStartDate'])).toEqual(
    ['00', '01', '02'].map((hour) => `${month}-01T${hour}:00:00Z`),
  );
  expect(box[0]).toMatchObject({
    'identity/TimeInterval': `${month}-01T00:00:00Z/${month}-01T01:00:00Z`,
    'lineItem/LineItemType': 'Usage',
    'lineItem/ProductCode': 'AmazonEC2',
    'lineItem/UsageType': 'EUC1-BoxUsage:t3.small',
    'lineItem/Operation': 'RunInstances',
    'lineItem/UsageAmount': '1',
    'lineItem/UnblendedRate': '0.024',
    'lineItem/UnblendedCost': '0.024',
    'lineItem/CurrencyCode': 'USD',
    'product/region': 'eu-central-1',
    'resourceTags/user:berth:server-id': 'srv_1',
    'resourceTags/user:Name': 'Orders, "old"',
  });
  const gibibyteMonths =
    ((1.5 + 1 + 25 / 60 + 2) * 30) /
    ((Date.parse(box[0]?.['bill/BillingPeriodEndDate'] ?? '') - Date.parse(`${month}-01`)) / 3_600_000);
  expect(sum(of(rows, disk), HOURS)).toBeCloseTo(gibibyteMonths, 2);
  expect(of(rows, disk)[0]).toMatchObject({
    'lineItem/UsageType': 'EUC1-EBS:VolumeUsage.gp3',
    'lineItem/Operation': 'CreateVolume',
    'pricing/unit': 'GB-Mo',
    'resourceTags/user:berth:server-id': 'srv_1',
  });
  const addresses = of(rows, InstanceId.slice(2), 'PublicIPv4:InUseAddress');
  expect(sum(addresses, HOURS)).toBeCloseTo(sum(box, HOURS), 6);
  expect(addresses.map((row) => row['resourceTags/user:berth:server-id'])).toEqual(addresses.map(() => ''));

  await sim.aws.ec2.send(new DeleteVolumeCommand({ VolumeId: disk }));
  await sim.advance(3_600);
  const later = await report();
  expect(of(later, disk)).toHaveLength(of(rows, disk).length);
  expect(of(later, InstanceId, 'BoxUsage')).toEqual(box);
});

test('what runs for a moment is charged for a minute, and each start anew', async () => {
  await sim.advance(1_000);
  const { InstanceId } = await sim.aws.running();
  await sim.aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  await sim.advance(60);
  expect(of(await report(), InstanceId, 'BoxUsage').map((row) => row[HOURS])).toEqual(['0.0166666667']);
});

test('the same world has the same report, in which every line has an id of its own', async () => {
  const { InstanceId } = await sim.aws.running();
  await sim.advance(1_000);
  await sim.aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  await sim.advance(40 * 86_400);
  const rows = (await report()).filter((row) => row['lineItem/UsageType']?.includes('BoxUsage'));
  expect((await report()).filter((row) => row['lineItem/UsageType']?.includes('BoxUsage'))).toEqual(rows);
  const ids = rows.map((row) => row['identity/LineItemId']);
  expect(new Set(ids).size).toBe(ids.length);
});

test('it is written into S3 where AWS writes it, with a manifest that names it', async () => {
  await sim.aws.running();
  await sim.advance(5_000);
  const response = await sim.request('POST', 'cost-report', JSON.stringify({ month }));
  const delivered = (await response.json()) as {
    bucket: string;
    report: string;
    manifest: string;
    lines: number;
  };
  const [year = 0, number = 0] = month.split('-').map(Number);
  const next = new Date(Date.UTC(year, number)).toISOString().slice(0, 7);
  const folder = `cur/berth/${month.replace('-', '')}01-${next.replace('-', '')}01`;
  expect(delivered).toMatchObject({
    bucket: 'berth-cost-reports',
    report: `${folder}/berth-00001.csv.gz`,
    manifest: `${folder}/berth-Manifest.json`,
  });

  const s3 = new S3Client({
    ...{ endpoint: sim.simulator.endpoint, region: 'eu-central-1', forcePathStyle: true },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const read = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: delivered.bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  expect(JSON.parse(String(await read(delivered.manifest)))).toMatchObject({
    reportKeys: [delivered.report],
  });
  const rows: Row[] = parse(gunzipSync(await read(delivered.report)), { columns: true });
  expect(rows).toHaveLength(delivered.lines);
  s3.destroy();
});

test('for what is no month there is none', async () => {
  expect((await sim.request('GET', 'cost-report?month=2026-13')).status).toBe(422);
  expect((await sim.request('POST', 'cost-report', '{"month":"November"}')).status).toBe(422);
});
