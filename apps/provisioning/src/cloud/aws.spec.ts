import {
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { database, eventually, simulator, type Simulator, type TestDatabase } from '@berth/testing';
import { Config } from '../config.ts';
import { AwsCloud } from './aws.ts';
import { CallBudget } from './call-budget.ts';
import { CloudRefusal, type LaunchPlan } from './cloud.ts';

const region = 'eu-central-1';
const signal = new AbortController().signal;

let aws: Simulator;
let mongo: TestDatabase;
let ec2: EC2Client;
let cloud: AwsCloud;
let number = 0;

beforeAll(async () => {
  [aws, mongo] = await Promise.all([
    simulator({ BERTH_SIM_SPEED: '20', BERTH_SIM_THROTTLING: 'off' }),
    database(),
  ]);
  const credentials = { accessKeyId: 'spec', secretAccessKey: 'spec' };
  ec2 = new EC2Client({ endpoint: aws.endpoint, region, credentials });
  const config = new Config({
    AMQP_URL: 'amqp://unused',
    MONGODB_URI: mongo.uri,
    BERTH_AWS_ENDPOINT: aws.endpoint,
    BERTH_EVENTS_TOPIC_ARN: 'arn:aws:sns:eu-central-1:000000000000:berth-events',
    BERTH_SECRETS_KEY: Buffer.alloc(32).toString('base64'),
    BERTH_INSTANCE_PROFILE: 'berth-server',
  });
  cloud = new AwsCloud(config, new CallBudget(mongo.connection, config));
});
afterAll(async () => {
  cloud.onApplicationShutdown();
  await Promise.all([aws.stop(), mongo.stop()]);
});
afterEach(() => faults({}));

async function faults(script: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${aws.endpoint}/_sim/faults`, {
    method: 'PUT',
    headers,
    body: JSON.stringify(script),
  });
  expect(response.ok).toBe(true);
}

const plan = (fields: Partial<LaunchPlan> = {}): LaunchPlan => ({
  region,
  zone: 'eu-central-1b',
  image: 'ami-0123456789abcdef0',
  instanceType: 't3.small',
  product: 'web',
  ports: [80, 443],
  dataDevice: '/dev/sdf',
  dataGib: 20,
  userData: '#cloud-config\nruncmd: []\n',
  clientToken: `token-${++number}`,
  tags: { Name: 'Maps', 'berth:server-id': `srv-${number}` },
  ...fields,
});

async function launched(fields: Partial<LaunchPlan> = {}) {
  const wanted = plan(fields);
  const request = await cloud.planLaunch(wanted, signal);
  const { instanceId } = await cloud.launch(region, request, signal);
  const { Reservations } = await eventually(() =>
    ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] })),
  );
  const instance = Reservations?.[0]?.Instances?.[0];
  if (!instance) throw new Error('no instance');
  return { wanted, request, instanceId, instance };
}

const kindOf = async (call: Promise<unknown>) => {
  const error = await call.catch((cause: unknown) => cause);
  return error instanceof CloudRefusal ? error.kind : error instanceof Error ? 'unknown' : 'done';
};

describe('a launch', () => {
  test('has its instance in the zone, tagged, with IMDSv2 alone and the data on an encrypted disk of its own', async () => {
    const { instance, wanted } = await launched();
    expect(instance).toMatchObject({
      ImageId: wanted.image,
      InstanceType: 't3.small',
      Placement: { AvailabilityZone: 'eu-central-1b' },
      MetadataOptions: { HttpTokens: 'required' },
    });
    const tags = Object.fromEntries((instance.Tags ?? []).map(({ Key = '', Value }) => [Key, Value]));
    expect(tags).toMatchObject({ ...wanted.tags, 'berth:managed': 'true', 'berth:deployment-id': 'local' });
    const Filters = [{ Name: 'tag:berth:server-id', Values: [wanted.tags['berth:server-id'] ?? ''] }];
    const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }));
    const data = Volumes.find(({ Attachments }) => Attachments?.[0]?.Device === '/dev/sdf');
    expect(data).toMatchObject({ Size: 20, VolumeType: 'gp3', Encrypted: true });
    expect(data?.Attachments?.[0]?.DeleteOnTermination).toBe(false);
  });

  test("is one for one request, however often it is sent, and opens the product's ports alone", async () => {
    const { request, instanceId, instance } = await launched();
    expect(await cloud.launch(region, request, signal)).toEqual({ instanceId });
    const GroupIds = (instance.SecurityGroups ?? []).map(({ GroupId = '' }) => GroupId);
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds }));
    const ports = SecurityGroups[0]?.IpPermissions?.flatMap(({ FromPort }) => FromPort ?? []);
    expect(ports?.sort()).toEqual([443, 80]);
    const again = await launched();
    expect(again.instance.SecurityGroups).toEqual(instance.SecurityGroups);
  });

  test('in a zone without a subnet is refused before EC2 is asked', async () => {
    expect(await kindOf(cloud.planLaunch(plan({ zone: 'eu-central-1z' }), signal))).toBe('refused');
  });
});

describe("EC2's answer", () => {
  const run = async () => cloud.launch(region, await cloud.planLaunch(plan(), signal), signal);
  const failing = (code: string, status: number) =>
    faults({ rules: [{ operation: 'RunInstances', error: { code, status }, times: 1 }] });

  test.each([
    ['InsufficientInstanceCapacity', 500, 'capacity'],
    ['Unsupported', 400, 'capacity'],
    ['RequestLimitExceeded', 503, 'throttled'],
    ['InvalidParameterValue', 400, 'refused'],
    ['UnauthorizedOperation', 403, 'refused'],
    ['InternalError', 500, 'unknown'],
    ['ServiceUnavailable', 503, 'unknown'],
  ])('%s (%i) means: %s', async (code, status, kind) => {
    await failing(code, status);
    expect(await kindOf(run())).toBe(kind);
  });

  test('that never comes leaves the outcome unknown, and the same request then names the instance', async () => {
    await faults({ rules: [{ operation: 'RunInstances', afterWork: true, times: 1 }] });
    const request = await cloud.planLaunch(plan(), signal);
    expect(await kindOf(cloud.launch(region, request, signal))).toBe('unknown');
    const { instanceId } = await cloud.launch(region, request, signal);
    expect(instanceId).toMatch(/^i-/);
  });

  test('is waited for no longer than the signal allows', async () => {
    await faults({ rules: [{ operation: 'StartInstances', delaySeconds: 60, times: 1 }] });
    const { instanceId } = await launched();
    const startedAt = performance.now();
    expect(await kindOf(cloud.start(region, instanceId, AbortSignal.timeout(200)))).toBe('unknown');
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});

describe('an instance', () => {
  test('that EC2 does not know is missing, which is no error when asked for', async () => {
    expect(await cloud.stateOf(region, 'i-0123456789abcdef0', signal)).toBeNull();
    expect(await kindOf(cloud.terminate(region, 'i-0123456789abcdef0', signal))).toBe('missing');
  });

  test('can be stopped, started, and removed with its disks', async () => {
    const { instanceId, wanted } = await launched();
    const state = (name: string) =>
      eventually(async () => expect(await cloud.stateOf(region, instanceId, signal)).toBe(name));
    await state('running');
    expect(await kindOf(cloud.start(region, instanceId, signal))).toBe('done');
    await cloud.stop(region, instanceId, signal);
    await state('stopped');
    await cloud.start(region, instanceId, signal);
    await state('running');
    await cloud.terminate(region, instanceId, signal);
    await state('terminated');
    const serverId = wanted.tags['berth:server-id'] ?? '';
    const [disk] = await eventually(async () => {
      const disks = await cloud.disksOf(region, serverId, signal);
      expect(disks).toMatchObject([{ state: 'available' }]);
      return disks;
    });
    await cloud.deleteDisk(region, disk?.id ?? '', signal);
    await eventually(async () => expect(await cloud.disksOf(region, serverId, signal)).toEqual([]));
  });
});
