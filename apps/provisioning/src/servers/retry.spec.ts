import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { getModelToken } from '@nestjs/mongoose';
import { InstanceObserved, RetryServer, WatchServer, type DataOf, type Server } from '@berth/contracts';
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
import type { Model } from 'mongoose';
import { ProvisioningUnderTest } from '../fixtures/provisioning-under-test.ts';
import { ServerModel, type ServerDocument } from './server.model.ts';

let rabbit: TestBroker;
let mongo: TestDatabase;
let aws: Simulator;
let commands: Tap;
let service: ProvisioningUnderTest;

beforeAll(async () => {
  [rabbit, mongo, aws] = await Promise.all([
    broker(),
    database(),
    simulator({ BERTH_SIM_SPEED: '20', BERTH_SIM_BOOT_SECONDS: '1', BERTH_SIM_THROTTLING: 'off' }),
  ]);
  commands = await rabbit.bindTap('berth.commands');
  const events = await rabbit.bindTap('berth.events');
  service = await ProvisioningUnderTest.start({ amqpUrl: rabbit.url, mongo, aws, events, commands });
});
afterAll(async () => {
  await service?.stop();
  await Promise.all([rabbit?.stop(), mongo?.stop(), aws?.stop()]);
});
afterEach(() => service.faults({}));

type RetryOrder = Partial<DataOf<typeof RetryServer>>;
const retry = ({ id: serverId }: Server, fields: RetryOrder = {}, idempotencyKey?: string) => {
  const { accountId, actor } = service;
  return service.ask(RetryServer, { accountId, actor, serverId, ...fields }, { idempotencyKey });
};
const model = () =>
  service.app.get<Model<ServerDocument>>(getModelToken(ServerModel.name), { strict: false });
const stored = async ({ id }: Server) =>
  (await model().findOne({ _id: id }).setOptions({ crossTenant: true }).lean()) as ServerDocument;
const bring = ({ id }: Server, fields: Partial<ServerDocument>) =>
  model().updateOne({ _id: id }, { $set: fields }).setOptions({ crossTenant: true });

/** A server whose first launch failed because its software never got ready, and of which nothing is left. */
async function failed(fields = {}): Promise<Server> {
  await service.faults({ boots: { never_ready: { next: 1 } } });
  const { server, operation } = await service.launch(fields);
  await eventually(async () => expect((await service.read(server)).status).toBe('configuring'));
  await service.advance(601);
  expect(await service.ended(operation)).toMatchObject({ status: 'failed', error: { code: 'boot_timeout' } });
  await eventually(async () => expect((await stored(server)).releasedAt).not.toBeNull(), { within: 20_000 });
  await service.faults({});
  return service.read(server);
}

/** Gapless over both launches. */
async function expectHistoryBilledFromRunningOn(server: Server): Promise<void> {
  await eventually(() => expect(service.history(server)).toHaveLength(8));
  const history = service.history(server);
  expect(history.map(({ to }) => to)).toEqual([
    ...['requested', 'provisioning', 'configuring', 'failed'],
    ...['requested', 'provisioning', 'configuring', 'running'],
  ]);
  expect(history.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(history.filter((each) => each.computeBilled || each.diskBilled)).toMatchObject([{ sequence: 8 }]);
  expect(history[4]?.cause).toMatchObject({ kind: 'actor', id: service.actor.id });
}

describe('a failed launch that is retried', () => {
  test('is launched again as the same server, with an instance, a secret and an operation of its own', async () => {
    const server = await failed({ hostname: 'phoenix', tags: { team: 'gis' } });
    const first = await stored(server);
    const accepted = await retry(server);
    expect(accepted).toMatchObject({
      server: { id: server.id, status: 'requested', failure: null, ip: null, createdAt: server.createdAt },
      operation: { type: 'launch', requestedBy: service.actor },
    });
    expect(await service.ended(accepted.operation)).toMatchObject({ status: 'succeeded', error: null });
    const now = await service.read(server);
    expect(now).toMatchObject({ status: 'running', hostname: server.hostname, tags: { team: 'gis' } });
    expect(service.neighbours.records.get(server.hostname)).toBe(now.ip);
    expect((await service.atAws(server)).instances).toHaveLength(1);

    const second = await stored(server);
    expect(second.instance?.id).not.toBe(first.instance?.id);
    expect(second.agentKey.keyId).not.toBe(first.agentKey.keyId);
    const watched = commands.messages.filter(
      ({ type, data }) => type === WatchServer.type && (data as { serverId: string }).serverId === server.id,
    );
    expect(watched.map(({ data }) => (data as { keyId: string }).keyId)).toEqual([
      first.agentKey.keyId,
      second.agentKey.keyId,
    ]);
    await expectHistoryBilledFromRunningOn(server);
  });

  test('can go to another zone and size', async () => {
    const server = await failed({ zone: 'eu-central-1a' });
    const accepted = await retry(server, { zone: 'eu-central-1b', size: 'medium' });
    expect(accepted.server).toMatchObject({ size: 'medium' });
    await service.ended(accepted.operation);
    expect(await service.read(server)).toMatchObject({
      status: 'running',
      zone: 'eu-central-1b',
      size: 'medium',
    });
  });

  test('hears nothing of the instance it had, however late the news', async () => {
    const server = await failed();
    const former = (await stored(server)).instance?.id ?? '';
    service.neighbours.hears.instances = false;
    try {
      const { operation } = await retry(server);
      await eventually(async () => expect((await stored(server)).launch).not.toBeNull());
      await service.neighbours.observes(gone(server, former));
      await service.neighbours.agentReports({
        serverId: server.id,
        instanceId: former,
        bootId: 'boot-of-before',
        counter: 1_000,
        phase: 'failed',
      });
      expect(await stored(server)).toMatchObject({ agent: null });
      service.neighbours.hears.instances = true;
      expect((await service.ended(operation)).status).toBe('succeeded');
    } finally {
      service.neighbours.hears.instances = true;
    }
  });

  test('and fails again can be retried again, and has given everything back', async () => {
    const server = await failed({ hostname: 'sisyphus' });
    await service.faults({ boots: { never_ready: { next: 1 } } });
    const { operation } = await retry(server);
    await eventually(async () => expect((await service.read(server)).status).toBe('configuring'));
    await service.advance(601);
    expect(await service.ended(operation)).toMatchObject({
      status: 'failed',
      error: { code: 'boot_timeout' },
    });
    await eventually(async () => expect((await stored(server)).releasedAt).not.toBeNull(), {
      within: 20_000,
    });
    expect(await service.atAws(server)).toEqual({ instances: [], volumes: [] });
    await service.faults({});
    expect((await service.ended((await retry(server)).operation)).status).toBe('succeeded');
    expect((await stored(server)).formerInstanceIds).toHaveLength(2);
  });

  test('is retried once, however often it is asked for', async () => {
    const server = await failed();
    const answers = await Promise.all([1, 2, 3].map(() => retry(server, {}, 'the-same-key')));
    expect(new Set(answers.map(({ operation }) => operation.id)).size).toBe(1);
    await expect(retry(server)).rejects.toMatchObject({ code: 'server_locked', status: 409 });
    await service.ended(answers[0]!.operation);
    expect((await service.atAws(server)).instances).toHaveLength(1);
  });
});

describe('a retry is refused', () => {
  let server: Server;
  beforeAll(async () => {
    server = await failed({ hostname: 'taken-since' });
  });

  test('of a server that is not there, or not theirs', async () => {
    await expect(retry({ ...server, id: newId('srv') })).rejects.toMatchObject({ code: 'not_found' });
    await expect(retry(server, { accountId: newId('acc') })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('of a server that has not failed', async () => {
    const { server: running, operation } = await service.launch();
    await expect(retry(running)).rejects.toMatchObject({ code: 'server_locked', status: 409 });
    await service.ended(operation);
    await expect(retry(running)).rejects.toMatchObject({ code: 'invalid_state', status: 409 });
  });

  test('while what the failed launch made is still being removed', async () => {
    const { releasedAt } = await stored(server);
    await bring(server, { releasedAt: null });
    await expect(retry(server)).rejects.toMatchObject({ code: 'invalid_state' });
    await bring(server, { releasedAt });
  });

  test('when EC2 would refuse it again', async () => {
    const { failure } = await stored(server);
    await bring(server, { failure: { code: 'launch_refused', step: 'create_instance', retryable: false } });
    await expect(retry(server)).rejects.toMatchObject({ code: 'not_retryable', status: 409 });
    await bring(server, { failure });
  });

  test('when its offer or its name is gone, and leaves the server as it is', async () => {
    await expect(retry(server, { size: 'giant' })).rejects.toMatchObject({ code: 'unknown_offer' });
    await expect(retry(server, { zone: 'mars-1a' })).rejects.toMatchObject({ code: 'unknown_offer' });
    await service.launch({ hostname: 'taken-since', accountId: newId('acc') });
    await expect(retry(server)).rejects.toMatchObject({ code: 'hostname_taken' });
    expect(await service.read(server)).toMatchObject({ status: 'failed', failure: { code: 'boot_timeout' } });
  });
});

const gone = ({ id: serverId }: Server, instanceId: string) =>
  InstanceObserved.schema.parse({
    serverId,
    instanceId,
    region: 'eu-central-1',
    zone: null,
    state: 'absent',
    ip: null,
    launchedAt: null,
    reasonCode: null,
    revision: 1_000,
    observedAt: new Date().toISOString(),
  });
