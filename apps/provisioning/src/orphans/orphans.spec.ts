import { EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ListOrphans, ReleaseOrphan } from '@berth/contracts';
import { newId } from '@berth/mongo';
import {
  broker,
  database,
  eventually,
  simulator,
  type Simulator,
  type Tap,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { Planter, tagsOfServer } from '../fixtures/planted.ts';
import { ProvisioningUnderTest } from '../fixtures/provisioning-under-test.ts';
import { QUARANTINED_AT } from './next-step.ts';

let rabbit: TestBroker;
let mongo: TestDatabase;
let aws: Simulator;
let taps: { events: Tap; commands: Tap };
let planter: Planter;
let berth: ProvisioningUnderTest;

beforeAll(async () => {
  rabbit = await broker();
  const [events, commands] = await Promise.all([
    rabbit.bindTap('berth.events'),
    rabbit.bindTap('berth.commands'),
  ]);
  taps = { events, commands };
});
afterAll(() => rabbit.stop());
beforeEach(async () => {
  [mongo, aws] = await Promise.all([
    database(),
    simulator({ BERTH_SIM_SPEED: '20', BERTH_SIM_BOOT_SECONDS: '1', BERTH_SIM_THROTTLING: 'off' }),
  ]);
  const credentials = { accessKeyId: 'spec', secretAccessKey: 'spec' };
  planter = new Planter(new EC2Client({ endpoint: aws.endpoint, region: 'eu-central-1', credentials }));
  await start();
});
afterEach(async () => {
  await berth.stop();
  await Promise.all([mongo.stop(), aws.stop()]);
});

/** At a time that is well after the gap of the start. */
async function start(env: Record<string, string> = {}): Promise<void> {
  const settings = { BERTH_EC2_LIMIT_FACTOR: '20', ...env };
  berth = await ProvisioningUnderTest.start({ amqpUrl: rabbit.url, mongo, aws, ...taps, env: settings });
  await berth.advance(20);
}

interface Thing {
  id: string;
  state: string;
  tags: Record<string, string>;
}
const truth = async () =>
  (await (await fetch(`${aws.endpoint}/_sim/state`)).json()) as {
    now: string;
    instances: Thing[];
    volumes: Thing[];
  };
const GONE = ['shutting-down', 'terminated', 'deleting', 'deleted'];
const isQuarantined = ({ tags }: Thing) => QUARANTINED_AT in tags;
const isGone = ({ state }: Thing) => GONE.includes(state);

/** Those of these that are not gone. */
async function left(ids: readonly string[]): Promise<Thing[]> {
  const { instances, volumes } = await truth();
  return [...instances, ...volumes].filter((thing) => ids.includes(thing.id) && !isGone(thing));
}

/** Lets so many seconds pass, and the sweep that is due then. */
async function pass(seconds: number): Promise<void> {
  await berth.advance(seconds);
  const now = new Date((await truth()).now);
  await eventually(
    async () => {
      const run = await mongo.connection.collection('orphan_sweeps').findOne();
      expect(run?.['startedAt'].getTime()).toBeGreaterThanOrEqual(now.getTime());
      expect(run?.['endedAt']).not.toBeNull();
    },
    { within: 20_000 },
  );
}

/** Ten minutes, and five sweeps. */
async function tenMinutes(then: () => Promise<unknown> = async () => {}): Promise<void> {
  for (const seconds of [290, 80, 80, 80, 70]) {
    await pass(seconds);
    await then();
  }
}

const orphans = () => mongo.connection.collection<{ _id: string; held: string | null }>('orphans');

async function running(): Promise<string> {
  const { server, operation } = await berth.launch();
  expect(await berth.ended(operation)).toMatchObject({ status: 'succeeded' });
  return server.id;
}

describe('within ten minutes', () => {
  test('what nobody owns goes, so much at a time, and all else stays', async () => {
    const live = await Promise.all(Array.from({ length: 5 }, running));
    berth.neighbours.hears.instances = false;
    // EC2's answers to our own launches are lost, every time.
    const where = { tag: { key: 'berth:account-id', value: berth.accountId } };
    await berth.faults({ rules: [{ operation: 'RunInstances', where, afterWork: true, always: true }] });
    const inFlight = (await berth.launch()).server;
    await eventually(async () => expect((await berth.atAws(inFlight)).instances).toHaveLength(1));
    const instances = await planter.instances(50, tagsOfServer());
    const volumes = await planter.volumes(50, tagsOfServer());
    const others = [
      ...(await planter.instances(50, {})),
      ...(await planter.instances(50, tagsOfServer(newId('srv'), 'another'))),
      ...(await planter.instances(1, { 'berth:deployment-id': 'local' })),
      ...(await planter.volumes(5, {})),
      ...(await planter.volumes(1, { ...tagsOfServer(live[0]), [QUARANTINED_AT]: 'before it had an owner' })),
    ];
    const counts: number[] = [];
    await tenMinutes(async () => counts.push((await left(instances)).length));
    expect(counts).toEqual([50, 50, 25, 0, 0]);
    await pass(30);
    expect((await left(volumes)).filter(isQuarantined)).toHaveLength(50);
    expect(await left(others)).toHaveLength(others.length);
    expect((await left(others)).filter(isQuarantined)).toEqual([]);
    for (const id of [...live, inFlight.id]) expect((await berth.atAws({ id })).instances).toHaveLength(1);

    await pass(7 * 86_400 - 900);
    expect(await left(volumes)).toHaveLength(50);
    for (const seconds of [900, 30, 30]) await pass(seconds);
    expect(await left(volumes)).toEqual([]);
    for (const id of live) expect((await berth.atAws({ id })).volumes.length).toBeGreaterThanOrEqual(2);
  }, 60_000);
});

describe('nothing is removed', () => {
  test('when it is only to be reported', async () => {
    await berth.stop();
    await start({ BERTH_ORPHANS: 'report' });
    const things = [
      ...(await planter.instances(2, tagsOfServer())),
      ...(await planter.volumes(2, tagsOfServer())),
    ];
    await tenMinutes();
    expect((await left(things)).filter((thing) => !isQuarantined(thing))).toHaveLength(4);
    const { items } = await berth.ask(ListOrphans, { limit: 10 });
    expect(items.map(({ id, held }) => `${id} ${held}`).sort()).toEqual(
      things.map((id) => `${id} report_only`).sort(),
    );
  }, 30_000);

  test('while EC2 shows but a part: half a look proves nothing', async () => {
    const things = await planter.instances(2, tagsOfServer());
    const error = { code: 'RequestLimitExceeded', status: 503 };
    await berth.faults({ rules: [{ operation: 'DescribeVolumes', error, always: true }] });
    await tenMinutes();
    expect(await left(things)).toHaveLength(2);
    expect(await orphans().countDocuments()).toBe(0);
    await berth.faults({});
    await pass(30);
    await pass(30);
    expect(await left(things)).toEqual([]);
  }, 30_000);
});

describe('with a database restored from an older backup', () => {
  /** Puts the database back to what it is when this is called. */
  async function backup(): Promise<() => Promise<void>> {
    const { connection } = mongo;
    const collections = (await connection.listCollections()).map(({ name }) => name);
    const kept = new Map(
      await Promise.all(
        collections.map(async (name) => [name, await connection.collection(name).find().toArray()] as const),
      ),
    );
    return async () => {
      for (const { name } of await connection.listCollections()) {
        const documents = kept.get(name) ?? [];
        const ids = documents.map(({ _id }) => _id);
        await connection.collection(name).bulkWrite([
          { deleteMany: { filter: { _id: { $nin: ids } } } },
          ...documents.map((document) => ({
            replaceOne: { filter: { _id: document._id }, replacement: document, upsert: true },
          })),
        ]);
      }
    };
  }

  /** What EC2 made for servers that were ordered since. */
  async function launchedSince(count: number): Promise<string[]> {
    await Promise.all(Array.from({ length: count }, () => berth.launch()));
    const made = () => berth.atAws({ id: berth.accountId });
    await eventually(async () => expect((await made()).instances.length).toBe(count), {
      within: 30_000,
    });
    const { instances, volumes } = await made();
    return [...instances, ...volumes].map(({ id }) => id);
  }

  async function expectAllThere(count: number, things: string[]): Promise<void> {
    const there = await left(things);
    expect(there.filter((thing) => !isQuarantined(thing))).toHaveLength(count * 3);
    const held = await orphans().find({ held: 'made_in_gap' }).toArray();
    expect(held.filter(({ _id }) => things.includes(_id))).toHaveLength(count);
  }

  test('while Berth was stopped, what was made since stays, until a person lets it go', async () => {
    const restore = await backup();
    const things = await launchedSince(20);
    await berth.stop();
    await restore();
    await start();
    const planted = await planter.instances(1, tagsOfServer());
    await tenMinutes();
    await expectAllThere(20, things);
    expect(await left(planted)).toEqual([]);

    const [released = '', ...others] = things.filter((id) => id.startsWith('i-'));
    expect(await berth.ask(ReleaseOrphan, { id: released })).toMatchObject({ held: null });
    await pass(30);
    expect(await left([released])).toEqual([]);
    expect(await left(others)).toHaveLength(19);
  }, 60_000);

  test('while Berth went on, it finds that out and what was made since stays', async () => {
    const restore = await backup();
    const things = await launchedSince(5);
    await restore();
    // The leader has found its lease lost and taken it again: it cuts off no sweep of those we wait for.
    const lease = () => mongo.connection.collection('leases').findOne({ _id: 'orphan-sweep' as never });
    const before = (await lease())?.['version'] as number;
    await eventually(async () => expect((await lease())?.['version']).toBeGreaterThan(before));
    await tenMinutes();
    await expectAllThere(5, things);
    expect(await mongo.connection.collection('knowledge_gaps').countDocuments({ cause: 'restored' })).toBe(1);
  }, 60_000);
});
