import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GetServer, TerminateServer, type Accepted } from '@berth/contracts';
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
import { Standings } from '../accounts/standings.ts';
import { ProvisioningUnderTest } from '../fixtures/provisioning-under-test.ts';

const CROWD = 30;
const greedy = newId('acc');
const small = newId('acc');

let rabbit: TestBroker;
let mongo: TestDatabase;
let aws: Simulator;
let provisioning: ProvisioningUnderTest;

beforeAll(async () => {
  [rabbit, mongo, aws] = await Promise.all([
    broker(),
    database(),
    simulator({ BERTH_SIM_SPEED: '20', BERTH_SIM_BOOT_SECONDS: '1' }),
  ]);
  const [events, commands] = await Promise.all([
    rabbit.bindTap('berth.events'),
    rabbit.bindTap('berth.commands'),
  ]);
  provisioning = await ProvisioningUnderTest.start({ amqpUrl: rabbit.url, mongo, aws, events, commands });
  await allow(greedy);
  // The first launch of a region asks EC2 for its network; from then on EC2 is asked to run instances only.
  await ordered(newId('acc'), 1);
  await eventually(async () => expect((await runInstances()).length).toBe(1));
});
afterAll(async () => {
  await provisioning.stop();
  await Promise.all([rabbit.stop(), mongo.stop(), aws.stop()]);
});

async function allow(accountId: string) {
  const app = provisioning.app;
  const quota = { servers: 1000, vcpu: 10_000, diskGib: 100_000 };
  await app
    .get(Transactions, { strict: false })
    .run(() =>
      app
        .get(Standings, { strict: false })
        .accept({ accountId, sequence: 1, status: 'active', quota, at: new Date().toISOString() }),
    );
}

const ordered = (accountId: string, count: number): Promise<Accepted[]> =>
  Promise.all(
    Array.from({ length: count }, () =>
      provisioning.launch({ accountId, name: `Maps ${crypto.randomUUID().slice(0, 8)}` }),
    ),
  );

/** Whose instances EC2 has made, in order. */
async function runInstances(): Promise<string[]> {
  const response = await fetch(`${aws.endpoint}/_sim/state`);
  const { instances } = (await response.json()) as { instances: { tags: Record<string, string> }[] };
  return instances.map(({ tags }) => tags['berth:account-id'] ?? '');
}

describe('launches beyond what EC2 takes', () => {
  let crowd: Accepted[];

  test('of one account leave the next call to another', async () => {
    crowd = await ordered(greedy, CROWD);
    const [mine] = await ordered(small, 1);
    expect(mine?.server.status).toBe('requested');
    const before = (await runInstances()).filter((owner) => owner === greedy).length;
    expect(before).toBeLessThan(CROWD / 2);
    await eventually(async () => expect(await runInstances()).toContain(small));
    const made = await runInstances();
    const passed = made.slice(0, made.indexOf(small)).filter((owner) => owner === greedy).length;
    expect(passed - before).toBeLessThanOrEqual(2);
  });

  test('are terminated while they wait, and EC2 never hears of them', async () => {
    const { actor } = provisioning;
    const waiting = crowd.slice(CROWD / 2);
    await Promise.all(
      waiting.map(({ server: { id: serverId } }) =>
        provisioning.ask(TerminateServer, { accountId: greedy, serverId, actor }, { accountId: greedy }),
      ),
    );
    await eventually(async () => {
      for (const { server } of waiting) {
        const query = { accountId: greedy, serverId: server.id };
        const read = await provisioning.ask(GetServer, query, { accountId: greedy });
        expect(read.status).toBe('terminated');
      }
    });
    for (const { server } of waiting)
      expect(await provisioning.atAws(server)).toMatchObject({ instances: [] });
    expect((await runInstances()).length).toBeLessThan(CROWD);
  });
});
