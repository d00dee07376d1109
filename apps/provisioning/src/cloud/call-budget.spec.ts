import { setTimeout as delay } from 'node:timers/promises';
import { DescribeVolumesCommand, RunInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { database, simulator, type Simulator, type TestDatabase } from '@berth/testing';
import { Config } from '../config.ts';
import { CallBudget } from './call-budget.ts';
import { ec2Client } from './ec2-client.ts';

const region = 'eu-central-1';

interface Counter {
  action: string;
  calls: number;
  refused: number;
  offered: number;
}

let mongo: TestDatabase;
let aws: Simulator;
let config: Config;
let replicas: { budget: CallBudget; ec2: EC2Client }[];

beforeAll(async () => {
  [mongo, aws] = await Promise.all([database(), simulator()]);
  config = new Config({
    AMQP_URL: 'amqp://unused',
    MONGODB_URI: mongo.uri,
    BERTH_AWS_ENDPOINT: aws.endpoint,
    BERTH_EVENTS_TOPIC_ARN: 'arn:aws:sns:eu-central-1:000000000000:berth-events',
    BERTH_SECRETS_KEY: Buffer.alloc(32).toString('base64'),
  });
  replicas = [replica(), replica()];
});
afterAll(async () => {
  for (const { ec2 } of replicas) ec2.destroy();
  await Promise.all([aws.stop(), mongo.stop()]);
});
beforeEach(() => fetch(`${aws.endpoint}/_sim/counters`, { method: 'DELETE' }));

function replica() {
  const budget = new CallBudget(mongo.connection, config);
  return { budget, ec2: ec2Client(config, region, budget) };
}

async function counted(action: string): Promise<Counter> {
  const response = await fetch(`${aws.endpoint}/_sim/counters`);
  const { actions } = (await response.json()) as { actions: Counter[] };
  const counter = actions.find((each) => each.action === action);
  if (!counter) throw new Error(`${action} was not called`);
  return counter;
}

const request = new RunInstancesCommand({
  ImageId: 'ami-0123456789abcdef0',
  InstanceType: 't3.small',
  MinCount: 1,
  MaxCount: 1,
});

test('of RunInstances two replicas use what EC2 allows, and EC2 refuses none', async () => {
  const until = performance.now() + 8_000;
  const launches = async ({ budget, ec2 }: (typeof replicas)[number]) => {
    while (performance.now() < until) {
      const { waitSeconds } = await budget.take('RunInstances', region, 1);
      if (waitSeconds > 0) await delay(waitSeconds * 1000);
      else void ec2.send(request).catch(() => {});
    }
  };
  await Promise.all(replicas.map(launches));
  const { calls, refused, offered } = await counted('RunInstances');
  expect(refused).toBe(0);
  // Of the five at once that EC2 offers besides, three stay untouched: a bucket that is new begins with two.
  expect(calls).toBeGreaterThanOrEqual(0.9 * (offered - 3));
  expect(await replicas[0]?.budget.take('RunInstances', region)).toEqual({ waitSeconds: 0 });
});

test('other calls wait for their turn by themselves', async () => {
  await Promise.all(
    replicas.flatMap(({ ec2 }) =>
      Array.from({ length: 10 }, () => ec2.send(new DescribeVolumesCommand({ MaxResults: 5 }))),
    ),
  );
  expect(await counted('DescribeVolumes')).toMatchObject({ calls: 20, refused: 0 });
});

test('when EC2 refuses one nevertheless, nobody makes another at once', async () => {
  const error = { code: 'RequestLimitExceeded', status: 503 };
  const rules = [{ operation: 'RunInstances', error, times: 1 }];
  const headers = { 'content-type': 'application/json' };
  await fetch(`${aws.endpoint}/_sim/faults`, { method: 'PUT', headers, body: JSON.stringify({ rules }) });
  await expect(replicas[0]?.ec2.send(request)).rejects.toThrow();
  const told = await replicas[1]?.budget.take('RunInstances', region);
  expect(told?.waitSeconds).toBeGreaterThan(0.3);
});
