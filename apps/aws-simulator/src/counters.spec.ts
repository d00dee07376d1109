import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { GetChangeCommand, type ChangeAction } from '@aws-sdk/client-route-53';
import { eventually } from '@berth/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { refusal } from './conformance/target.ts';
import { Fixture } from './fixture.ts';

let sim: Fixture;
let zoneId: string;
beforeAll(async () => {
  sim = await Fixture.start({}, eventually);
  zoneId = (await sim.landingZone()).hostedZoneId;
});
afterAll(() => sim.stop());
beforeEach(async () => {
  await sim.noFaults();
  await sim.advance(60);
  await sim.clearCounters();
});

const actionNamed = async (name: string) =>
  (await sim.counters()).actions.find(({ action }) => action === name);
const times = <T>(count: number, call: () => Promise<T>) => Promise.all(Array.from({ length: count }, call));

test('what an action refused is told by the minute, beside what it offered', async () => {
  await times(8, () => refusal(sim.aws.run()));
  await sim.advance(10);
  await refusal(sim.aws.run());
  const told = await actionNamed('RunInstances');
  const { refused = 0, refusedPerMinute = {}, offered = 0 } = told ?? {};
  expect(told).toMatchObject({
    service: 'ec2',
    region: 'eu-central-1',
    calls: 9,
    errors: { RequestLimitExceeded: refused },
    bucket: { capacity: 5, refillPerSecond: 2 },
  });
  expect(refused).toBeGreaterThanOrEqual(2);
  expect(Object.values(refusedPerMinute).reduce((sum, count) => sum + count, 0)).toBe(refused);
  expect(offered).toBeGreaterThanOrEqual(25);
  expect(offered).toBeLessThan(27);
});

test('what is refused by the fault script is an error, not a refusal of the bucket', async () => {
  await sim.faults({
    rules: [
      { operation: 'DescribeInstances', error: { code: 'RequestLimitExceeded', status: 503 }, times: 1 },
    ],
  });
  await times(2, () => refusal(sim.aws.ec2.send(new DescribeInstancesCommand({ MaxResults: 5 }))));
  expect(await actionNamed('DescribeInstances')).toMatchObject({
    calls: 2,
    refused: 0,
    errors: { RequestLimitExceeded: 1 },
  });
});

test('batches of Route 53 are told with their weight and what became of them', async () => {
  const upsert = (name: string): [ChangeAction, string, string] => [
    'UPSERT',
    `${name}.berth.localhost`,
    '127.20.0.1',
  ];
  await sim.aws.change(zoneId, ...['one', 'two', 'three'].map(upsert));
  await refusal(sim.aws.change(zoneId, ['DELETE', 'nobody.berth.localhost', '127.20.0.1']));
  await times(2, () => refusal(sim.aws.change(zoneId, upsert('one'))));
  const { route53 } = await sim.counters();
  expect(
    route53.batches.map(({ changes, weight, outcome }) => `${changes} ${weight} ${outcome}`).sort(),
  ).toEqual(['1 1 InvalidChangeBatch', '1 2 PriorRequestNotComplete', '1 2 done', '3 6 done']);
});

test('the busiest second of Route 53 is told, and all is forgotten on demand', async () => {
  const look = () => refusal(sim.aws.route53.send(new GetChangeCommand({ Id: 'C1' })));
  await times(7, look);
  await sim.advance(5);
  await times(3, look);
  expect((await sim.counters()).route53.mostCallsInOneSecond).toBe(7);
  await sim.clearCounters();
  expect(await sim.counters()).toMatchObject({
    actions: [],
    route53: { batches: [], mostCallsInOneSecond: 0 },
  });
});
