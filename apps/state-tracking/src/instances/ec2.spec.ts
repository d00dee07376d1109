import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { database, simulator, type Simulator, type TestDatabase } from '@berth/testing';
import { Config } from '../config.ts';
import { Ec2 } from './ec2.ts';

const REGION = 'eu-central-1';

let mongo: TestDatabase;
let aws: Simulator;
let replicas: Ec2[];

beforeAll(async () => {
  [mongo, aws] = await Promise.all([database(), simulator()]);
  const config = new Config({
    AMQP_URL: 'amqp://unused',
    MONGODB_URI: mongo.uri,
    BERTH_AWS_ENDPOINT: aws.endpoint,
    BERTH_EVENTS_TOPIC_ARN: `arn:aws:sns:${REGION}:000000000000:berth-events`,
    BERTH_EVENTS_QUEUE_URL: `${aws.endpoint}/000000000000/berth-events`,
    BERTH_SECRETS_KEY: Buffer.alloc(32).toString('base64'),
  });
  replicas = [new Ec2(config, mongo.connection), new Ec2(config, mongo.connection)];
});
afterAll(() => Promise.all([mongo.stop(), aws.stop()]));

async function describes(): Promise<{ calls: number; refused: number } | undefined> {
  const response = await fetch(`${aws.endpoint}/_sim/counters`);
  const { actions } = (await response.json()) as {
    actions: { action: string; calls: number; refused: number }[];
  };
  return actions.find(({ action }) => action === 'DescribeInstances');
}

test('two replicas in a hurry stay below the half of what EC2 allows, and none of their calls is lost', async () => {
  const startedAt = performance.now();
  await Promise.all(replicas.flatMap((ec2) => Array.from({ length: 16 }, () => ec2.all(REGION))));
  expect(await describes()).toMatchObject({ calls: 32, refused: 0 });
  // A bucket nobody has heard of yet begins with two tokens; the others come one after the other.
  expect(performance.now() - startedAt).toBeGreaterThan(3_000);
});
