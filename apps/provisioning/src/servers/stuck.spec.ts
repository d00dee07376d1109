import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { getModelToken } from '@nestjs/mongoose';
import { nudgeIn, stuckIn, TerminateServer, type Server, type StuckThing } from '@berth/contracts';
import { FAILING_SECONDS } from '@berth/lifecycle';
import { newId } from '@berth/mongo';
import {
  broker,
  database,
  eventually,
  simulator,
  type Simulator,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import type { Model } from 'mongoose';
import { ProvisioningUnderTest } from '../fixtures/provisioning-under-test.ts';
import { ServerModel, type ServerDocument } from './server.model.ts';

const list = stuckIn('provisioning');
const nudge = nudgeIn('provisioning');
const MINUTE = 60;
const DOWN = { error: { code: 'InternalError', status: 500 }, always: true };

let rabbit: TestBroker;
let mongo: TestDatabase;
let aws: Simulator;
let service: ProvisioningUnderTest;

beforeAll(async () => {
  [rabbit, mongo, aws] = await Promise.all([
    broker(),
    database(),
    simulator({ BERTH_SIM_SPEED: '20', BERTH_SIM_BOOT_SECONDS: '1', BERTH_SIM_THROTTLING: 'off' }),
  ]);
  const commands = await rabbit.bindTap('berth.commands');
  const events = await rabbit.bindTap('berth.events');
  service = await ProvisioningUnderTest.start({ amqpUrl: rabbit.url, mongo, aws, events, commands });
});
afterAll(async () => {
  await service?.stop();
  await Promise.all([rabbit?.stop(), mongo?.stop(), aws?.stop()]);
});
afterEach(() => service.faults({}));

const stuck = async () => (await service.ask(list, { limit: 200 })).items;
const thingOf = async ({ id }: Server) => (await stuck()).find((thing) => thing.id === id);
const servers = () =>
  service.app.get<Model<ServerDocument>>(getModelToken(ServerModel.name), { strict: false });
const stored = async ({ id }: Server) =>
  (await servers().findOne({ _id: id }).setOptions({ crossTenant: true }).lean()) as ServerDocument;

/** A launch that fails from the first attempt on. */
async function failingLaunch(): Promise<{ server: Server; failingSince: Date }> {
  await service.faults({ rules: [{ operation: 'RunInstances', ...DOWN }] });
  const { server } = await service.launch();
  return eventually(async () => {
    const { failingSince } = (await stored(server)).progress;
    if (!failingSince) throw new Error(`${server.id} has not failed yet`);
    return { server, failingSince };
  });
}

/** One that has failed so often that it is next tried a minute later. */
async function stuckLaunch(): Promise<Server> {
  const { server } = await failingLaunch();
  const failingSince = new Date(service.now().getTime() - FAILING_SECONDS * 1000);
  await servers()
    .updateOne(
      { _id: server.id },
      { $set: { 'progress.failures': 9, 'progress.failingSince': failingSince } },
    )
    .setOptions({ crossTenant: true });
  await eventually(async () => expect((await thingOf(server))?.attempts).toBeGreaterThan(9));
  return server;
}

describe('a launch that EC2 fails again and again', () => {
  test('is listed within a minute of five minutes of that, with what EC2 says, for staff alone', async () => {
    const { server, failingSince } = await failingLaunch();
    await service.advance(FAILING_SECONDS - MINUTE);
    await eventually(async () => expect((await stored(server)).progress.failures).toBeGreaterThan(1));
    expect(await thingOf(server)).toBeUndefined();
    await expect(service.ask(nudge, { id: server.id })).rejects.toMatchObject({ code: 'not_found' });

    await service.advance(MINUTE);
    const seen = await eventually(async () => {
      const thing = await thingOf(server);
      if (!thing) throw new Error(`${server.id} is not listed`);
      return { thing, at: service.now() };
    });
    expect(seen.thing).toMatchObject({
      service: 'provisioning',
      kind: 'server',
      why: 'failing',
      accountId: service.accountId,
      state: 'provisioning',
      step: 'create_instance',
      stuckSince: new Date(failingSince.getTime() + FAILING_SECONDS * 1000).toISOString(),
      error: expect.stringContaining('InternalError'),
      operation: { type: 'launch' },
    });
    expect(seen.at.getTime() - Date.parse(seen.thing.stuckSince)).toBeLessThan(MINUTE * 1000);
    expect(JSON.stringify(await service.read(server))).not.toMatch(/InternalError|stuck/);
  });

  test('goes on at once when it is nudged, long before its next attempt', async () => {
    const server = await stuckLaunch();
    const { nextAttemptAt } = (await thingOf(server)) as StuckThing;
    expect(Date.parse(nextAttemptAt ?? '') - service.now().getTime()).toBeGreaterThan(20_000);
    await service.faults({});
    await service.ask(nudge, { id: server.id });
    await eventually(async () => expect((await service.atAws(server)).instances).toHaveLength(1), {
      within: 5_000,
    });
    await eventually(async () => expect(await thingOf(server)).toBeUndefined());
  });
});

test('a terminate that goes on beyond its time is listed, until it is done', async () => {
  const { server, operation } = await service.launch();
  await service.ended(operation);
  await service.faults({ rules: [{ operation: 'TerminateInstances', ...DOWN }] });
  const { accountId, actor } = service;
  const terminate = await service.ask(TerminateServer, { accountId, actor, serverId: server.id });
  await service.advance(30 * MINUTE);
  await eventually(async () =>
    expect(await thingOf(server)).toMatchObject({
      why: 'late',
      state: 'terminating',
      step: 'terminate_instance',
      operation: { type: 'terminate' },
    }),
  );
  await service.faults({});
  await service.ask(nudge, { id: server.id });
  expect((await service.ended(terminate.operation)).status).toBe('succeeded');
  expect(await thingOf(server)).toBeUndefined();
});

test('the list comes page by page, those that have waited longest first', async () => {
  const launched = [await stuckLaunch(), await stuckLaunch()];
  const [first] = (await service.ask(list, { limit: 1 })).items;
  if (!first) throw new Error('nothing is stuck');
  const { stuckSince, id } = first;
  const rest = (await service.ask(list, { limit: 200, after: { stuckSince, id } })).items;
  expect([first, ...rest]).toEqual(await stuck());
  const ids = [first, ...rest].map((thing) => thing.id);
  expect(ids).toEqual(expect.arrayContaining(launched.map(({ id: launchedId }) => launchedId)));
  expect(new Set(ids).size).toBe(ids.length);
});

test('what is no server, or none that is there, is not nudged', async () => {
  for (const id of ['x', 'i-0123456789abcdef0', newId('srv')]) {
    await expect(service.ask(nudge, { id })).rejects.toMatchObject({ code: 'not_found' });
  }
});
