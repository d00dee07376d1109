import {
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
  DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import { eventually } from '@berth/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { REGION, refusal } from '../conformance/target.ts';
import { Fixture } from '../fixture.ts';

let sim: Fixture;
beforeAll(async () => {
  sim = await Fixture.start({}, eventually);
});
afterAll(() => sim.stop());

const form = (body: string, scope = `${REGION}/ec2`) =>
  fetch(sim.simulator.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261122/${scope}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body,
  });

describe('what was just made', () => {
  test('is not found at first: neither by id nor in lists, the instance nor its volumes', async () => {
    const { InstanceId = '', BlockDeviceMappings = [] } = await sim.aws.run();
    const volumeId = BlockDeviceMappings[0]?.Ebs?.VolumeId ?? '';
    expect(await refusal(sim.aws.instance(InstanceId))).toBe('InvalidInstanceID.NotFound');
    expect(await refusal(sim.aws.volume(volumeId))).toBe('InvalidVolume.NotFound');
    const { Volumes } = await sim.aws.ec2.send(new DescribeVolumesCommand({}));
    expect(Volumes).toEqual([]);
    await sim.advance(1);
    expect((await sim.aws.instance(InstanceId)).InstanceId).toBe(InstanceId);
    expect((await sim.aws.volume(volumeId)).VolumeId).toBe(volumeId);
  });
});

describe('requests beyond the limits', () => {
  test('are refused with HTTP 503 until tokens are back, each action for itself', async () => {
    await sim.advance(60);
    const burst = await Promise.all(Array.from({ length: 12 }, () => refusal(sim.aws.run())));
    expect(burst.filter((code) => code === 'no error')).toHaveLength(5);
    expect(burst.filter((code) => code === 'RequestLimitExceeded')).toHaveLength(7);
    await expect(sim.aws.run()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    expect(await refusal(sim.aws.ec2.send(new DescribeInstancesCommand({})))).toBe('no error');
    await sim.advance(1);
    expect(await refusal(sim.aws.run())).toBe('no error');
  });
});

describe('a terminated instance', () => {
  test('is shown for an hour', async () => {
    await sim.advance(60);
    const { InstanceId = '' } = await sim.aws.run();
    await sim.advance(10);
    await sim.order(InstanceId, 'kill', { leaves: 'terminated' });
    await sim.advance(3500);
    expect((await sim.aws.instance(InstanceId)).State?.Name).toBe('terminated');
    const shown = async () => {
      const { Reservations = [] } = await sim.aws.ec2.send(new DescribeInstancesCommand({}));
      const told = await (await fetch(`${sim.simulator.endpoint}/_sim/instances`)).json();
      const ids = (told as { instances: { id: string }[] }).instances.map(({ id }) => id);
      const described = Reservations.flatMap(({ Instances = [] }) => Instances);
      return [described.some((each) => each.InstanceId === InstanceId), ids.includes(InstanceId)];
    };
    expect(await shown()).toEqual([true, true]);
    await sim.advance(101);
    expect(await shown()).toEqual([false, false]);
    expect(await refusal(sim.aws.instance(InstanceId))).toBe('InvalidInstanceID.NotFound');
  });
});

describe('regions', () => {
  test('are worlds of their own', async () => {
    await sim.advance(60);
    const { InstanceId = '' } = await sim.aws.run();
    await sim.advance(10);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const elsewhere = new EC2Client({ endpoint: sim.simulator.endpoint, region: 'us-east-1', credentials });
    const there = elsewhere.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId] }));
    expect(await refusal(there)).toBe('InvalidInstanceID.NotFound');
    const { Subnets = [] } = await elsewhere.send(new DescribeSubnetsCommand({}));
    expect(Subnets.map(({ AvailabilityZone }) => AvailabilityZone)).toContain('us-east-1a');
    elsewhere.destroy();
  });

  test('that are not simulated are refused', async () => {
    const response = await form('Action=DescribeVpcs&Version=2016-11-15', 'mars-north-1/ec2');
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('<Code>AuthFailure</Code>');
  });
});

describe('a request that is none', () => {
  test.each([
    ['no action', '', 400, 'InvalidAction'],
    ['an action that EC2 has not', 'Action=Explode', 400, 'InvalidAction'],
    ['an action that is not simulated', 'Action=CreateVpc&CidrBlock=10.0.0.0/16', 501, 'NotImplemented'],
    ['an unknown parameter', 'Action=DescribeVpcs&Colour=blue', 400, 'UnknownParameter'],
    ['a number that is none', 'Action=DescribeInstances&MaxResults=many', 400, 'InvalidParameterValue'],
    ['a parameter missing', 'Action=RunInstances&MinCount=1&MaxCount=1', 400, 'MissingParameter'],
    ['no instances', 'Action=StopInstances', 400, 'MissingParameter'],
    ['a page token that is none', 'Action=DescribeInstances&NextToken=zzz', 400, 'InvalidParameterValue'],
    ['the prototype', 'Action=__proto__', 400, 'InvalidAction'],
    ['markup', 'Action=%3Cb%3E', 400, 'InvalidAction'],
  ])('with %s is answered as EC2 would', async (_what, body, status, code) => {
    const response = await form(body);
    expect(response.status).toBe(status);
    const text = await response.text();
    expect(text).toContain(`<Code>${code}</Code>`);
    expect(text).not.toContain('<b>');
  });

  test('of more than a mebibyte is refused', async () => {
    expect((await form(`Action=RunInstances&UserData=${'A'.repeat(2 ** 21)}`)).status).toBe(413);
  });
});
