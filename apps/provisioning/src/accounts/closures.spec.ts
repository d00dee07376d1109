import { getModelToken } from '@nestjs/mongoose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AccountChanged,
  AccountDeleted,
  CheckHostname,
  DEFAULT_QUOTA,
  GetServer,
  ListOperations,
  ListProtectedServers,
  ListServers,
  PauseServer,
  RecordAuditEvent,
  ResumeServer,
  ServersGone,
  UpdateServer,
  type DataOf,
  type EventContract,
  type InputOf,
  type LaunchServer,
  type Server,
} from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
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
import { StandingModel, type StandingDocument } from './standing.model.ts';

const LONG = { within: 60_000 };
const DAY_SECONDS = 86_400;
let rabbit: TestBroker;
let mongo: TestDatabase;
let aws: Simulator;
let events: Tap;
let commands: Tap;
let service: ProvisioningUnderTest;

beforeAll(async () => {
  [rabbit, mongo, aws] = await Promise.all([
    broker(),
    database(),
    simulator({ BERTH_SIM_SPEED: '20', BERTH_SIM_BOOT_SECONDS: '1', BERTH_SIM_THROTTLING: 'off' }),
  ]);
  commands = await rabbit.bindTap('berth.commands');
  events = await rabbit.bindTap('berth.events');
  service = await ProvisioningUnderTest.start({ amqpUrl: rabbit.url, mongo, aws, events, commands });
});
afterAll(async () => {
  await service?.stop();
  await Promise.all([rabbit?.stop(), mongo?.stop(), aws?.stop()]);
});
afterEach(() => service.faults({}));

const { actor } = { actor: { kind: 'user', id: newId('usr') } as const };
const launch = (accountId: string, fields: Partial<DataOf<typeof LaunchServer>> = {}) =>
  service.launch({ accountId, actor, ...fields });
const read = (accountId: string, { id: serverId }: { id: string }) =>
  service.ask(GetServer, { accountId, serverId });
const reached = (accountId: string, server: Server, status: Server['status']) =>
  eventually(async () => expect((await read(accountId, server)).status).toBe(status), LONG);
async function running(
  accountId: string,
  fields: Partial<DataOf<typeof LaunchServer>> = {},
): Promise<Server> {
  const { server } = await launch(accountId, fields);
  await reached(accountId, server, 'running');
  return server;
}
async function publish<Contract extends EventContract>(
  event: Contract,
  data: InputOf<Contract>,
): Promise<void> {
  const { app } = service;
  await app
    .get(Transactions, { strict: false })
    .run(() => app.get(Outbox, { strict: false }).publish(event, data));
}
const REQUESTED_AT = '2026-11-22T10:00:00.000Z';
/** What accounts tells of an account, closing or not. */
const hear = (accountId: string, sequence: number, requestedAt: string | null = REQUESTED_AT) =>
  publish(AccountChanged, {
    ...{ accountId, sequence, quota: DEFAULT_QUOTA, at: REQUESTED_AT },
    status: requestedAt ? 'suspended' : 'active',
    ...(requestedAt && { closing: { requestedAt, deletesAt: '2026-12-22T10:00:00.000Z' } }),
  });
const told = (accountId: string) =>
  events.messages
    .filter(({ type }) => type === ServersGone.type)
    .map(({ data }) => ServersGone.schema.parse(data))
    .filter((gone) => gone.accountId === accountId);
const isToldOnce = (accountId: string, closingSince = REQUESTED_AT) =>
  eventually(() => expect(told(accountId)).toMatchObject([{ accountId, closingSince }]), LONG);
const listOf = async (accountId: string) =>
  (await service.ask(ListServers, { accountId, includeTerminated: true, limit: 200 })).items;
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );
const standings = () =>
  service.app.get<Model<StandingDocument>>(getModelToken(StandingModel.name), { strict: false });

describe('an account that is closing', () => {
  test('has every server terminated, whatever it is doing and protects it; nobody else has', async () => {
    const [accountId, other] = [newId('acc'), newId('acc')];
    const kept = await running(other);
    const runs = await running(accountId);
    await service.ask(UpdateServer, { accountId, actor, serverId: runs.id, protected: true });
    const paused = await running(accountId);
    await service.ask(PauseServer, { accountId, actor, serverId: paused.id });
    await reached(accountId, paused, 'paused');
    await service.faults({ capacity: { '*/m7i.large': 0 } });
    const { server: waits } = await launch(accountId, { size: 'medium' });
    await reached(accountId, waits, 'waiting_for_capacity');

    await hear(accountId, 2);
    await isToldOnce(accountId);
    for (const server of [runs, paused, waits]) {
      expect((await read(accountId, server)).status).toBe('terminated');
      expect((await service.atAws(server)).instances).toEqual([]);
      const { items } = await service.ask(ListOperations, { accountId, serverId: server.id, limit: 10 });
      expect(items[0]).toMatchObject({
        ...{ type: 'terminate', status: 'succeeded' },
        requestedBy: { kind: 'system', id: 'closing' },
      });
      await eventually(() =>
        expect(service.history(server).find(({ to }) => to === 'terminating')?.cause).toEqual({
          ...{ kind: 'system', id: null, text: 'terminated because the account is closing' },
        }),
      );
    }
    expect((await read(other, kept)).status).toBe('running');
    const audited = () =>
      commands.messages
        .filter(({ type }) => type === RecordAuditEvent.type)
        .map(({ data }) => RecordAuditEvent.schema.parse(data))
        .filter((entry) => entry.accountId === accountId);
    await eventually(() =>
      expect(
        audited()
          .map(({ target }) => target?.id ?? '')
          .sort(),
      ).toEqual([runs.id, paused.id, waits.id].sort()),
    );
    expect(audited()[0]).toMatchObject({
      ...{ action: 'terminateServer', outcome: 'done', changes: { reason: 'The account is closing' } },
      actor: { kind: 'system', id: 'closing' },
    });
  }, 120_000);

  test('launches and resumes nothing, and is told why; what it has can be read', async () => {
    const accountId = newId('acc');
    const server = await running(accountId);
    await service.ask(PauseServer, { accountId, actor, serverId: server.id });
    await reached(accountId, server, 'paused');
    await hear(accountId, 2);
    // One that is asked for before it is heard of is taken on, and terminated.
    await eventually(async () => expect(await codeOf(launch(accountId))).toBe('account_closing'));
    expect(await codeOf(service.ask(ResumeServer, { accountId, actor, serverId: server.id }))).toBe(
      'account_closing',
    );
    await isToldOnce(accountId);
    const list = await listOf(accountId);
    expect(list.map(({ id }) => id)).toContain(server.id);
    expect(list.filter(({ status }) => status !== 'terminated')).toEqual([]);
  }, 90_000);

  test('keeps no server that was being launched at that moment, in whatever order it comes', async () => {
    const accountId = newId('acc');
    let answered = 0;
    const launches = Array.from({ length: 19 }, () =>
      codeOf(launch(accountId)).finally(() => void answered++),
    );
    await eventually(() => answered >= 3);
    await hear(accountId, 2);
    const outcomes = await Promise.all(launches);
    await isToldOnce(accountId);
    const list = await listOf(accountId);
    expect(list.filter(({ status }) => status !== 'terminated')).toEqual([]);
    expect(list).toHaveLength(outcomes.filter((outcome) => outcome === 'done').length);
    expect(outcomes.filter((outcome) => outcome !== 'done' && outcome !== 'account_closing')).toEqual([]);
    expect(outcomes).toContain('done');
  }, 120_000);

  test('is heard of twice, and of its past again, without any effect', async () => {
    const accountId = newId('acc');
    const server = await running(accountId);
    await hear(accountId, 5);
    await hear(accountId, 5);
    await hear(accountId, 4, null);
    await isToldOnce(accountId);
    await hear(accountId, 4, null);
    await hear(accountId, 5);
    const later = newId('acc');
    await hear(later, 2);
    await isToldOnce(later);
    expect(told(accountId)).toHaveLength(1);
    const { items } = await service.ask(ListOperations, { accountId, serverId: server.id, limit: 10 });
    expect(items.map(({ type }) => type)).toEqual(['terminate', 'launch']);
    expect(await codeOf(launch(accountId))).toBe('account_closing');
  }, 90_000);

  test('launches again once it is open, and closes again', async () => {
    const accountId = newId('acc');
    await hear(accountId, 2);
    await isToldOnce(accountId);
    await hear(accountId, 3, null);
    const { server } = await eventually(() => launch(accountId));
    await reached(accountId, server, 'running');
    const again = '2026-12-01T10:00:00.000Z';
    await hear(accountId, 4, again);
    await eventually(() => expect(told(accountId)).toMatchObject([{}, { closingSince: again }]), LONG);
    expect((await read(accountId, server)).status).toBe('terminated');
  }, 90_000);

  test('is not said to have no servers while one hangs; what a process that died left is taken up', async () => {
    const accountId = newId('acc');
    const [hanging, other] = [await running(accountId), await running(accountId)];
    await service.faults({
      rules: [
        {
          operation: 'TerminateInstances',
          error: { code: 'UnauthorizedOperation', status: 403 },
          always: true,
        },
      ],
    });
    // As a process leaves it that dies when it has heard, and done nothing yet.
    await standings().updateOne(
      { _id: accountId },
      {
        $set: {
          sequence: 2,
          status: 'suspended',
          quota: DEFAULT_QUOTA,
          closingSince: new Date(REQUESTED_AT),
        },
      },
      { upsert: true },
    );
    await reached(accountId, hanging, 'terminating');
    await reached(accountId, other, 'terminating');
    expect(told(accountId)).toEqual([]);
    await service.faults({});
    await isToldOnce(accountId);
    expect((await listOf(accountId)).map(({ status }) => status)).toEqual(['terminated', 'terminated']);
  }, 120_000);
});

test('servers that are protected are named, but for those that are being terminated', async () => {
  const accountId = newId('acc');
  const { server } = await launch(accountId, { name: 'Crown jewels' });
  await launch(accountId);
  await service.ask(UpdateServer, { accountId, actor, serverId: server.id, protected: true });
  const named = () => service.ask(ListProtectedServers, { accountId });
  expect(await named()).toEqual({ items: [{ id: server.id, name: 'Crown jewels' }] });
  expect(await service.ask(ListProtectedServers, { accountId: newId('acc') })).toEqual({ items: [] });
  await hear(accountId, 2);
  await eventually(async () => expect(await named()).toEqual({ items: [] }), LONG);
}, 60_000);

describe('an account that is deleted', () => {
  const leftOf = async (accountId: string) => {
    const counts: Record<string, number> = {};
    for (const name of ['servers', 'operations', 'quota_use'])
      counts[name] = await mongo.connection
        .collection(name)
        .countDocuments(name === 'quota_use' ? { _id: accountId as never } : { accountId });
    return counts;
  };
  const NOTHING = { servers: 0, operations: 0, quota_use: 0 };
  const isGone = (accountId: string) =>
    eventually(async () => expect(await leftOf(accountId)).toEqual(NOTHING), LONG);
  const tellDeleted = (accountId: string) =>
    publish(AccountDeleted, { accountId, at: service.now().toISOString() });

  test('has nothing left here, and what is heard late brings nothing back', async () => {
    const [accountId, other] = [newId('acc'), newId('acc')];
    const kept = await running(other);
    const server = await running(accountId, { hostname: `gone-${accountId.slice(-6)}` });
    await hear(accountId, 2);
    await isToldOnce(accountId);
    await tellDeleted(accountId);
    await isGone(accountId);
    await service.neighbours.observes({
      ...{ instanceId: 'i-0123456789abcdef0', serverId: server.id, region: 'eu-central-1', zone: null },
      ...{ state: 'running', ip: null, launchedAt: null, reasonCode: null, revision: 99 },
      observedAt: service.now().toISOString(),
    });
    await hear(accountId, 1, null);
    await hear(accountId, 9, null);
    await eventually(async () => expect((await standings().findById(accountId).lean())?.sequence).toBe(9));
    expect(await codeOf(launch(accountId))).toBe('account_suspended');
    expect(await leftOf(accountId)).toEqual(NOTHING);
    expect((await read(other, kept)).status).toBe('running');
    // Told again, as when accounts are asked for everything.
    await tellDeleted(accountId);
    await service.advance(180);
    await eventually(async () =>
      expect(await standings().findById(accountId).lean()).not.toHaveProperty('isErasing'),
    );
  }, 120_000);

  test('leaves its host names to nobody for as long as they are held', async () => {
    const [accountId, other] = [newId('acc'), newId('acc')];
    const name = `held-${accountId.slice(-6)}`;
    await running(accountId, { hostname: name });
    await hear(accountId, 2);
    await isToldOnce(accountId);
    await tellDeleted(accountId);
    await isGone(accountId);
    const check = async () => (await service.ask(CheckHostname, { accountId: other, name })).available;
    expect(await check()).toBe(false);
    const document = await mongo.connection.collection('hostnames').findOne({ _id: name as never });
    expect(document).toMatchObject({ accountId: null, serverId: null });
    await service.advance(31 * DAY_SECONDS);
    expect(await check()).toBe(true);
  }, 120_000);

  test('has a server that was left terminated first', async () => {
    const accountId = newId('acc');
    const server = await running(accountId);
    await tellDeleted(accountId);
    await isGone(accountId);
    expect((await service.atAws(server)).instances).toEqual([]);
  }, 90_000);
});
