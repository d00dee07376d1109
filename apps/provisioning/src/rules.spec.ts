import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { getModelToken } from '@nestjs/mongoose';
import {
  AccountChanged,
  CatalogPublished,
  DEFAULT_QUOTA,
  GetLimits,
  GetOperation,
  GetServer,
  LaunchServer,
  ListOperations,
  ListServers,
  PauseServer,
  ResumeServer,
  SendAccountSnapshots,
  SendBudgetSnapshots,
  SendCatalog,
  SendTerms,
  TerminateServer,
  TermsChanged,
  UpdateServer,
  type Accepted,
  type DataOf,
} from '@berth/contracts';
import { createService, Outbox, readinessOf, Requests } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
import { broker, database, eventually, type Tap, type TestBroker, type TestDatabase } from '@berth/testing';
import type { Model } from 'mongoose';
import { Config } from './config.ts';
import { sampleCatalog } from './fixtures/catalog.ts';
import { HostnameModel, type HostnameDocument } from './hostnames/hostname.model.ts';
import { ProvisioningModule } from './provisioning.module.ts';
import { ServerModel, type ServerDocument } from './servers/server.model.ts';

/** What customers may and may not order; EC2 never answers here, so servers stay where the order left them. */
let rabbit: TestBroker;
let mongo: TestDatabase;
let app: INestMicroservice;
let commands: Tap;

const actor = { kind: 'user', id: newId('usr') } as const;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  commands = await rabbit.bindTap('berth.commands');
  const config = new Config({
    AMQP_URL: rabbit.url,
    MONGODB_URI: mongo.uri,
    // The discard port: nobody answers.
    BERTH_AWS_ENDPOINT: 'http://127.0.0.1:9',
    BERTH_EVENTS_TOPIC_ARN: 'arn:aws:sns:eu-central-1:000000000000:berth-events',
    BERTH_SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    BERTH_SERVER_URL: 'http://{hostname}:4580/',
  });
  app = await createService(ProvisioningModule.forRoot(config, mongo.database), false);
  await app.listen();
});
afterAll(async () => {
  await app.close();
  await Promise.all([rabbit.stop(), mongo.stop()]);
});

const ask: Requests['ask'] = (request, data, options) =>
  app.get(Requests, { strict: false }).ask(request, data, { deadlineSeconds: 25, ...options });

type LaunchOrder = DataOf<typeof LaunchServer>;
const launchOrder = (accountId: string, fields: Partial<LaunchOrder> = {}): LaunchOrder => ({
  accountId,
  actor,
  name: 'Maps',
  product: 'web',
  version: '2.0',
  size: 'small',
  region: 'eu-central-1',
  diskGib: 20,
  ...fields,
});
const launch = (
  accountId: string,
  fields: Partial<LaunchOrder> = {},
  idempotencyKey = randomUUID(),
): Promise<Accepted> => ask(LaunchServer, launchOrder(accountId, fields), { idempotencyKey, accountId });

async function publish<
  Contract extends typeof CatalogPublished | typeof AccountChanged | typeof TermsChanged,
>(event: Contract, data: DataOf<Contract>): Promise<void> {
  await app
    .get(Transactions, { strict: false })
    .run(() => app.get(Outbox, { strict: false }).publish(event, data as never));
}

const servers = () => app.get<Model<ServerDocument>>(getModelToken(ServerModel.name), { strict: false });
/** Puts a server into a state as if all had gone well; the version grows, so that what runs for it now is in vain. */
const bring = (serverId: string, fields: Partial<ServerDocument>) =>
  servers()
    .updateOne({ _id: serverId }, { $set: fields, $inc: { version: 1 } })
    .setOptions({ crossTenant: true });

async function resting(accountId: string, status: 'running' | 'paused', fields: Partial<LaunchOrder> = {}) {
  const { server } = await launch(accountId, fields);
  const record = { ip: null, sequence: 1, inSync: true, refused: null };
  const instance = {
    id: 'i-1',
    state: 'stopped',
    ip: null,
    launchedAt: null,
    reasonCode: null,
    revision: 1,
  } as const;
  const power = { running: 'running', paused: 'paused' } as const;
  await bring(server.id, {
    status,
    operation: null,
    nextLookAt: null,
    everRan: true,
    wish: { power: power[status], cause: { kind: 'system', id: null, text: '' } },
    ...(status === 'paused' && { record, instance }),
  });
  return server.id;
}

describe('before the catalog has arrived', () => {
  test('it is asked for, the service is not ready, and a launch is refused for now', async () => {
    await eventually(() =>
      expect(commands.messages.map(({ type }) => type).sort()).toEqual(
        [SendAccountSnapshots.type, SendBudgetSnapshots.type, SendCatalog.type, SendTerms.type].sort(),
      ),
    );
    expect(await ask(readinessOf('provisioning'), {})).toMatchObject({
      ready: false,
      checks: { 'has the catalog': false },
    });
    await expect(launch(newId('acc'))).rejects.toMatchObject({ code: 'dependency_unavailable', status: 503 });
  });

  test('and once it has, all is ready; an older one changes nothing', async () => {
    await publish(CatalogPublished, { ...sampleCatalog, revision: 2 });
    await eventually(async () => expect((await ask(readinessOf('provisioning'), {})).ready).toBe(true));
    await publish(CatalogPublished, { ...sampleCatalog, revision: 1, products: [] });
    await launch(newId('acc'));
  });
});

describe('a launch', () => {
  test.each([
    [{ product: 'nothing' }, ['/product']],
    [{ version: '9' }, ['/version']],
    [{ size: 'giant' }, ['/size']],
    [{ size: 'micro' }, ['/size']],
    [{ region: 'mars-1' }, ['/region']],
    [{ region: 'us-east-1' }, ['/region']],
    [{ zone: 'us-east-1a' }, ['/zone']],
    [{ diskGib: 7 }, ['/diskGib']],
    [{ diskGib: 1001, size: 'giant' }, ['/size', '/diskGib']],
  ])('of what is not on offer is refused: %j', async (fields, pointers) => {
    const refusal = await launch(newId('acc'), fields).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'unknown_offer', status: 422 });
    expect((refusal as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer)).toEqual(
      pointers,
    );
  });

  test('shows the price by the rows in force, and where it will be', async () => {
    const { server } = await launch(newId('acc'), { hostname: 'priced' });
    expect(server).toMatchObject({
      url: 'http://priced.berth.localhost:4580/',
      operation: { type: 'launch' },
      price: {
        currency: 'USD',
        perMinute: '0.0030652',
        perHour: '0.183912',
        perMonth: '134.25576',
        pausedPerMinute: '0.0000652',
      },
    });
  });

  test('shows the price of the account’s own, in its currency', async () => {
    const accountId = newId('acc');
    const activeFrom = '2025-01-01T00:00:00.000Z';
    const price = { region: 'eu-central-1', currency: 'EUR', activeFrom, activeUntil: null } as const;
    await publish(TermsChanged, {
      ...{ accountId, sequence: 1, currencies: [{ currency: 'EUR', activeFrom }] },
      prices: [
        { ...price, meter: 'compute', size: 'small', perMinute: '0.002' },
        { ...price, meter: 'disk', size: null, perMinute: '0.00001' },
      ],
    });
    await eventually(async () =>
      expect((await launch(accountId, { hostname: undefined })).server.price).toMatchObject({
        ...{ currency: 'EUR', perMinute: '0.0022', pausedPerMinute: '0.0002' },
      }),
    );
    const { items } = await ask(ListServers, { accountId, limit: 200 });
    expect(items[0]?.price).toMatchObject({ currency: 'EUR', perMinute: '0.0022' });
  });

  test('sent fifty times at once with one key makes one server', async () => {
    const accountId = newId('acc');
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 50 }, () => launch(accountId, {}, key)));
    expect(new Set(answers.map(({ server }) => server.id)).size).toBe(1);
    expect((await ask(ListServers, { accountId, limit: 200 })).items).toHaveLength(1);
  });

  test('never passes the quota, however many come at once', async () => {
    const accountId = newId('acc');
    await publish(AccountChanged, {
      accountId,
      sequence: 1,
      status: 'active',
      quota: { servers: 3, vcpu: 100, diskGib: 1000 },
      at: new Date().toISOString(),
    });
    await eventually(async () =>
      expect(await mongo.connection.collection('standings').countDocuments({ _id: accountId as never })).toBe(
        1,
      ),
    );
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => launch(accountId)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await ask(GetLimits, { accountId })).toEqual({
      limits: { servers: 3, vcpu: 100, diskGib: 1000 },
      used: { servers: 3, vcpu: 6, diskGib: 60 },
    });
    expect(await ask(GetLimits, { accountId: newId('acc') })).toEqual({
      limits: DEFAULT_QUOTA,
      used: { servers: 0, vcpu: 0, diskGib: 0 },
    });
    const reasons = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason as object] : [],
    );
    for (const reason of reasons) {
      expect(reason).toMatchObject({
        code: 'quota_exceeded',
        status: 422,
        extensions: { resource: 'servers', limit: 3, used: 3 },
      });
    }
  });

  test('of two for one name at once gets it once', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 5 }, () => launch(newId('acc'), { hostname: 'wanted-by-all' })),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason as object] : [],
    );
    for (const reason of reasons) expect(reason).toMatchObject({ code: 'hostname_taken', status: 409 });
  });

  test('without a host name gets one made from its name, and another when that is gone', async () => {
    const [first, second] = [
      await launch(newId('acc'), { name: 'Ünser GIS!' }),
      await launch(newId('acc'), { name: 'Ünser GIS!' }),
    ];
    expect(first.server.hostname).toBe('unser-gis.berth.localhost');
    expect(second.server.hostname).toMatch(/^unser-gis-[0-9a-f]{6}\.berth\.localhost$/);
  });

  test.each(['www', 'admin', 'ns1', 'xn--gis'])('never gets a reserved name: %s', async (hostname) => {
    await expect(launch(newId('acc'), { hostname })).rejects.toMatchObject({
      code: 'hostname_reserved',
      status: 422,
    });
  });

  test('gets a name that was held only when the time is over, or for the same account', async () => {
    const hostnames = app.get<Model<HostnameDocument>>(getModelToken(HostnameModel.name), { strict: false });
    const accountId = newId('acc');
    const heldUntil = new Date(Date.now() + 60_000);
    await hostnames.insertMany([{ _id: 'held', accountId, heldUntil, recordSequence: 7 }]);
    await expect(launch(newId('acc'), { hostname: 'held' })).rejects.toMatchObject({
      code: 'hostname_taken',
    });
    await launch(accountId, { hostname: 'held' });
    expect(await hostnames.findById('held').lean()).toMatchObject({ recordSequence: 7, heldUntil: null });
  });
});

describe('an account', () => {
  const suspend = async (accountId: string, sequence: number, status: 'active' | 'suspended') => {
    const quota = { servers: 5, vcpu: 50, diskGib: 1000 };
    await publish(AccountChanged, { accountId, sequence, status, quota, at: new Date().toISOString() });
  };

  test('that is suspended launches and resumes nothing, and what runs is paused', async () => {
    const accountId = newId('acc');
    const [running, paused] = [await resting(accountId, 'running'), await resting(accountId, 'paused')];
    await suspend(accountId, 2, 'suspended');
    await eventually(async () =>
      expect((await ask(GetServer, { accountId, serverId: running })).status).not.toBe('running'),
    );
    await suspend(accountId, 1, 'active');
    await expect(launch(accountId)).rejects.toMatchObject({ code: 'account_suspended', status: 403 });
    await expect(ask(ResumeServer, { accountId, actor, serverId: paused })).rejects.toMatchObject({
      code: 'account_suspended',
    });
  });

  test('whose owner’s address is not verified looks, and launches and resumes nothing until it is', async () => {
    const accountId = newId('acc');
    const quota = { servers: 5, vcpu: 50, diskGib: 1000 };
    const at = new Date().toISOString();
    const hear = (sequence: number, emailVerified: boolean) =>
      publish(AccountChanged, { accountId, sequence, status: 'active', quota, emailVerified, at });
    // Launched before provisioning had heard of the account.
    const [running, paused] = [await resting(accountId, 'running'), await resting(accountId, 'paused')];
    await hear(1, false);
    await eventually(async () =>
      expect((await ask(GetServer, { accountId, serverId: running })).status).not.toBe('running'),
    );
    const unverified = { code: 'email_unverified', status: 403 };
    await expect(launch(accountId)).rejects.toMatchObject(unverified);
    await expect(ask(ResumeServer, { accountId, actor, serverId: paused })).rejects.toMatchObject(unverified);
    await hear(2, true);
    await eventually(() => launch(accountId));
  });

  test('sees nothing of another: what is not its own is not there', async () => {
    const [mine, theirs] = [newId('acc'), newId('acc')];
    const { server, operation } = await launch(theirs);
    const absent = { code: 'not_found', status: 404 };
    const orderOf = { accountId: mine, actor, serverId: server.id };
    await expect(ask(GetServer, { accountId: mine, serverId: server.id })).rejects.toMatchObject(absent);
    await expect(ask(PauseServer, orderOf)).rejects.toMatchObject(absent);
    await expect(ask(TerminateServer, orderOf)).rejects.toMatchObject(absent);
    await expect(ask(UpdateServer, { ...orderOf, name: 'Mine' })).rejects.toMatchObject(absent);
    await expect(
      ask(GetOperation, { accountId: mine, operationId: operation.id, waitSeconds: 5 }),
    ).rejects.toMatchObject(absent);
    expect((await ask(ListServers, { accountId: mine, limit: 10 })).items).toEqual([]);
    expect((await ask(ListOperations, { accountId: mine, serverId: server.id, limit: 10 })).items).toEqual(
      [],
    );
    await expect(ask(GetServer, { accountId: mine, serverId: newId('srv') })).rejects.toMatchObject(absent);
  });
});

describe('an order', () => {
  test('for a server that is busy is refused, but for terminate, which is given the same operation twice', async () => {
    const accountId = newId('acc');
    const { server } = await launch(accountId);
    const orderOf = { accountId, actor, serverId: server.id };
    await expect(ask(PauseServer, orderOf)).rejects.toMatchObject({ code: 'server_locked', status: 409 });
    // With an instance to terminate it takes as long as EC2 is away.
    const instance = {
      id: 'i-1',
      state: 'running',
      ip: null,
      launchedAt: null,
      reasonCode: null,
      revision: 1,
    } as const;
    await bring(server.id, { instance });
    const [first, second] = [await ask(TerminateServer, orderOf), await ask(TerminateServer, orderOf)];
    expect(first.server.status).toBe('terminating');
    expect(second.operation.id).toBe(first.operation.id);
    const { items } = await ask(ListOperations, { accountId, serverId: server.id, limit: 10 });
    expect(items.map(({ type, status }) => `${type} ${status}`)).toEqual([
      'terminate running',
      'launch canceled',
    ]);
  });

  test('that makes no sense in its state is refused', async () => {
    const accountId = newId('acc');
    const [running, paused] = [await resting(accountId, 'running'), await resting(accountId, 'paused')];
    const refused = { code: 'invalid_state', status: 409 };
    await expect(ask(ResumeServer, { accountId, actor, serverId: running })).rejects.toMatchObject(refused);
    await expect(ask(PauseServer, { accountId, actor, serverId: paused })).rejects.toMatchObject(refused);
  });

  test('to terminate a protected server is refused until the protection is off', async () => {
    const accountId = newId('acc');
    const { server } = await launch(accountId);
    const orderOf = { accountId, actor, serverId: server.id };
    const changed = await ask(UpdateServer, {
      ...orderOf,
      name: 'Atlas',
      tags: { 'a.b': 'c' },
      protected: true,
    });
    expect(changed).toMatchObject({ name: 'Atlas', tags: { 'a.b': 'c' }, protected: true });
    await expect(ask(TerminateServer, orderOf)).rejects.toMatchObject({
      code: 'server_protected',
      status: 409,
    });
    await ask(UpdateServer, { ...orderOf, protected: false });
    await ask(TerminateServer, orderOf);
  });
});

describe('an edit of a server', () => {
  async function edited() {
    const accountId = newId('acc');
    const { server } = await launch(accountId, { name: 'Atlas', tags: { a: '1', b: '2' } });
    const ordered = { accountId, actor, serverId: server.id };
    const read = () => ask(GetServer, { accountId, serverId: server.id });
    return { ordered, read, etag: (await read()).etag };
  }

  test('goes through when nothing was edited since', async () => {
    const { ordered, read, etag } = await edited();
    const changed = await ask(UpdateServer, { ...ordered, ifMatch: ['"x"', etag], name: 'Borneo' });
    expect(changed.etag).not.toBe(etag);
    expect((await read()).etag).toBe(changed.etag);
    await ask(UpdateServer, { ...ordered, ifMatch: ['*'], name: 'Celebes' });
    await ask(UpdateServer, { ...ordered, name: 'Delos' });
    expect(await read()).toMatchObject({ name: 'Delos' });
  });

  test.each([
    ['was for an older edition', (_: string) => ['"x"']],
    ['names the edition weakly', (etag: string) => [`W/${etag}`]],
    ['names none', () => []],
  ])('is refused when its If-Match %s', async (_, ifMatch) => {
    const { ordered, read, etag } = await edited();
    await expect(
      ask(UpdateServer, { ...ordered, ifMatch: ifMatch(etag), name: 'Borneo' }),
    ).rejects.toMatchObject({ code: 'precondition_failed', status: 412 });
    expect(await read()).toMatchObject({ name: 'Atlas', etag });
  });

  test('is won by one of two made at once upon the same edition', async () => {
    const { ordered, etag } = await edited();
    const outcomes = await Promise.allSettled(
      ['Borneo', 'Celebes'].map((name) => ask(UpdateServer, { ...ordered, ifMatch: [etag], name })),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('is not stopped by the server moving on, nor by tags told in another order', async () => {
    const { ordered, read, etag } = await edited();
    await ask(UpdateServer, { ...ordered, tags: { b: '2', a: '1' } });
    await ask(TerminateServer, ordered);
    expect(await read()).toMatchObject({ etag, operation: { type: 'terminate' } });
  });
});

describe('a list of servers', () => {
  test('is newest first, in pages, and filtered', async () => {
    const accountId = newId('acc');
    const names = ['One', 'Two (50%)', 'Three'];
    for (const [index, name] of names.entries()) {
      await launch(accountId, { name, tags: { team: index === 1 ? 'gis' : 'web', 'k:x': 'y:z' } });
    }
    const page = await ask(ListServers, { accountId, limit: 2 });
    expect(page.items.map(({ name }) => name)).toEqual(['Three', 'Two (50%)']);
    const rest = await ask(ListServers, { accountId, limit: 2, cursor: page.nextCursor ?? '' });
    expect(rest).toMatchObject({ items: [{ name: 'One' }], nextCursor: null });

    const found = async (filter: Partial<DataOf<typeof ListServers>>) =>
      (await ask(ListServers, { accountId, limit: 10, ...filter })).items.map(({ name }) => name);
    expect(await found({ tag: 'team:gis' })).toEqual(['Two (50%)']);
    expect(await found({ tag: 'k:x:y:z' })).toHaveLength(3);
    expect(await found({ tag: 'team' })).toHaveLength(3);
    expect(await found({ q: '(50%' })).toEqual(['Two (50%)']);
    expect(await found({ q: 'THREE.BERTH' })).toEqual(['Three']);
    expect(await found({ q: '.*' })).toEqual([]);
    expect(await found({ status: 'running' })).toEqual([]);
    expect(await found({ status: 'requested', tag: 'team:web', q: 'three' })).toEqual(['Three']);
    expect(await found({ status: 'requested', tag: 'team:gis', q: 'three' })).toEqual([]);
    expect(await found({ status: 'running', tag: 'team:web', q: 'three' })).toEqual([]);
  });

  test('leaves out terminated ones unless they are asked for, and shows failed ones', async () => {
    const accountId = newId('acc');
    await bring((await launch(accountId)).server.id, { status: 'failed', operation: null, nextLookAt: null });
    await bring((await launch(accountId)).server.id, { status: 'terminated', nextLookAt: null });
    const count = async (filter: object) =>
      (await ask(ListServers, { accountId, limit: 9, ...filter })).items.length;
    expect([
      await count({}),
      await count({ includeTerminated: true }),
      await count({ status: 'terminated' }),
      await count({ status: 'failed', includeTerminated: true }),
    ]).toEqual([1, 2, 1, 1]);
  });

  test.each(['{"$gt":""}', '', newId('op'), 'srv_x', 'after 1'])(
    'refuses the cursor %j of no such list',
    async (cursor) => {
      const refusal = ask(ListServers, { accountId: newId('acc'), limit: 2, cursor });
      await expect(refusal).rejects.toMatchObject({ code: 'invalid_cursor', status: 400 });
    },
  );

  test("shows nothing of another account's by its cursor or its server", async () => {
    const [owner, other] = [newId('acc'), newId('acc')];
    const { server } = await launch(owner);
    await launch(owner);
    const { nextCursor } = await ask(ListServers, { accountId: owner, limit: 1 });
    const cursor = nextCursor ?? '';
    expect(await ask(ListServers, { accountId: other, limit: 9, cursor })).toEqual({
      items: [],
      nextCursor: null,
    });
    const operations = await ask(ListOperations, { accountId: other, limit: 9, serverId: server.id });
    expect(operations).toEqual({ items: [], nextCursor: null });
    expect(
      (await ask(ListOperations, { accountId: owner, limit: 9, serverId: server.id })).items,
    ).toHaveLength(1);
  });
});

describe('waiting for an operation', () => {
  test('ends when the operation does, or when the time is over', async () => {
    const accountId = newId('acc');
    const { server, operation } = await launch(accountId);
    const wait = (waitSeconds: number) =>
      ask(GetOperation, { accountId, operationId: operation.id, waitSeconds });
    expect((await wait(1)).endedAt).toBeNull();
    const waiting = wait(20);
    await ask(TerminateServer, { accountId, actor, serverId: server.id });
    expect((await waiting).status).toBe('canceled');
  });
});
