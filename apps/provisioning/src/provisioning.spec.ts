import { EC2Client } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import {
  CancelOperation,
  GetOperation,
  GetServer,
  LaunchServer,
  PauseServer,
  RestartServer,
  ResumeServer,
  ServerChanged,
  ServerTransition,
  TerminateServer,
  UpdateServer,
  WatchServer,
  type Accepted,
  type DataOf,
  type Operation,
  type Server,
} from '@berth/contracts';
import { createService, Requests } from '@berth/messaging';
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
import { Config } from './config.ts';
import { sampleCatalog } from './fixtures/catalog.ts';
import { Neighbours } from './fixtures/neighbours.ts';
import { ProvisioningModule } from './provisioning.module.ts';
import { Observations } from './servers/observations.ts';

let rabbit: TestBroker;
let mongo: TestDatabase;
let aws: Simulator;
let app: INestMicroservice;
let neighbours: Neighbours;
let events: Tap;
let commands: Tap;

const accountId = newId('acc');
const actor = { kind: 'user', id: newId('usr') } as const;

beforeAll(async () => {
  [rabbit, mongo, aws] = await Promise.all([
    broker(),
    database(),
    simulator({ BERTH_SIM_SPEED: '20', BERTH_SIM_BOOT_SECONDS: '1', BERTH_SIM_THROTTLING: 'off' }),
  ]);
  process.env['BERTH_CLOCK_URL'] = `${aws.endpoint}/_sim/clock`;
  [events, commands] = await Promise.all([rabbit.bindTap('berth.events'), rabbit.bindTap('berth.commands')]);
  app = await replica();
  const catalog = app.get(CatalogCopy, { strict: false });
  await app.get(Transactions, { strict: false }).run(() => catalog.keep(sampleCatalog));
  const credentials = { accessKeyId: 'spec', secretAccessKey: 'spec' };
  const ec2 = new EC2Client({ endpoint: aws.endpoint, region: 'eu-central-1', credentials });
  neighbours = new Neighbours(app.get(Observations, { strict: false }), commands, ec2, aws.instancePort);
});
afterAll(async () => {
  await neighbours.stop();
  await app.close();
  delete process.env['BERTH_CLOCK_URL'];
  await Promise.all([rabbit.stop(), mongo.stop(), aws.stop()]);
});
afterEach(async () => {
  Object.assign(neighbours.hears, { records: true, health: true, instances: true });
  await faults({});
});

async function replica(): Promise<INestMicroservice> {
  const config = new Config({
    AMQP_URL: rabbit.url,
    MONGODB_URI: mongo.uri,
    BERTH_AWS_ENDPOINT: aws.endpoint,
    BERTH_EVENTS_TOPIC_ARN: 'arn:aws:sns:eu-central-1:000000000000:berth-events',
    BERTH_SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  const service = await createService(ProvisioningModule.forRoot(config, mongo.database), false);
  await service.listen();
  return service;
}

async function control(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${aws.endpoint}/_sim/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} /_sim/${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}
const faults = (script: object) => control('PUT', 'faults', script);
const advance = (advanceSeconds: number) => control('POST', 'clock', { advanceSeconds });

const ask: Requests['ask'] = (request, data, options) =>
  app.get(Requests, { strict: false }).ask(request, data, { accountId, ...options });
const launch = (
  fields: Partial<DataOf<typeof LaunchServer>> = {},
  idempotencyKey?: string,
): Promise<Accepted> =>
  ask(
    LaunchServer,
    {
      accountId,
      actor,
      name: 'Maps',
      product: 'web',
      version: '2.0',
      size: 'small',
      region: 'eu-central-1',
      diskGib: 20,
      ...fields,
    },
    { idempotencyKey },
  );
const order = (what: typeof PauseServer, { id: serverId }: Server) =>
  ask(what, { accountId, actor, serverId });
const ended = (operation: Operation, waitSeconds = 20): Promise<Operation> =>
  ask(
    GetOperation,
    { accountId, operationId: operation.id, waitSeconds },
    { deadlineSeconds: waitSeconds + 5 },
  );
const read = ({ id: serverId }: Server) => ask(GetServer, { accountId, serverId });
const expectStatus = (server: Server, status: Server['status']) =>
  eventually(async () => expect((await read(server)).status).toBe(status), { within: 20_000 });

async function running(fields: Partial<DataOf<typeof LaunchServer>> = {}): Promise<Server> {
  const { server, operation } = await launch(fields);
  expect(await ended(operation)).toMatchObject({ status: 'succeeded', error: null });
  return read(server);
}

const history = ({ id }: Server): ServerTransition[] =>
  events.messages
    .map(({ data }) => ServerTransition.safeParse(data))
    .flatMap(({ data }) => (data?.serverId === id ? [data] : []))
    .sort((a, b) => a.sequence - b.sequence);
const path = (server: Server) => history(server).map(({ to }) => to);
const expectPath = (server: Server, ...states: string[]) =>
  eventually(() => expect(path(server)).toEqual(states));

interface Truth {
  instances: { id: string; state: string; tags: Record<string, string> }[];
  volumes: { id: string; state: string; tags: Record<string, string> }[];
}
/** What AWS really has of a server. */
async function atAws({ id }: Server): Promise<{ instances: unknown[]; volumes: unknown[] }> {
  const { instances, volumes } = (await control('GET', 'state')) as Truth;
  const isOf = (thing: unknown) => JSON.stringify(thing).includes(id);
  return {
    instances: instances.filter((one) => isOf(one) && one.state !== 'terminated'),
    volumes: volumes.filter((one) => isOf(one) && one.state !== 'deleted'),
  };
}

describe('a launch', () => {
  test('leads to a running server with its name, in gapless transitions, each with its cause', async () => {
    const { server, operation } = await launch({ hostname: 'atlas', tags: { team: 'gis' } });
    expect(server).toMatchObject({
      status: 'requested',
      hostname: 'atlas.berth.localhost',
      tags: { team: 'gis' },
    });
    expect((await ended(operation)).steps.map(({ name, status }) => `${name} ${status}`)).toEqual(
      ['prepare', 'create_instance', 'start_instance', 'set_record', 'boot'].map((name) => `${name} done`),
    );
    const now = await read(server);
    expect(now).toMatchObject({ status: 'running', operation: null, failure: null, zone: 'eu-central-1a' });
    expect(neighbours.records.get('atlas.berth.localhost')).toBe(now.ip);
    await expectPath(server, 'requested', 'provisioning', 'configuring', 'running');
    expect(history(server).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect(history(server).map(({ computeBilled }) => computeBilled)).toEqual([false, false, false, true]);
    expect(history(server)[0]?.cause).toMatchObject({ kind: 'actor', id: actor.id });
    expect(history(server)[3]?.cause.kind).toBe('observation');
    expect(commands.messages.map(({ type }) => type)).toContain(WatchServer.type);
  });

  test('whose answer EC2 lost makes one instance all the same', async () => {
    await faults({ rules: [{ operation: 'RunInstances', afterWork: true, times: 1 }] });
    neighbours.hears.instances = false;
    const { server, operation } = await launch();
    await eventually(async () => expect((await atAws(server)).instances).toHaveLength(1));
    await eventually(async () => expect((await read(server)).status).toBe('provisioning'));
    neighbours.hears.instances = true;
    expect((await ended(operation)).status).toBe('succeeded');
    expect((await atAws(server)).instances).toHaveLength(1);
  });

  test('is carried on by another replica, once', async () => {
    const second = await replica();
    try {
      const servers = await Promise.all([launch(), launch(), launch()]);
      for (const { server, operation } of servers) {
        expect((await ended(operation)).status).toBe('succeeded');
        expect((await atAws(server)).instances).toHaveLength(1);
      }
    } finally {
      await second.close();
    }
  });

  test('tries the other zones, waits when none has capacity, and comes up when there is some', async () => {
    await faults({ capacity: { '*/m7i.large': 0 } });
    const { server, operation } = await launch({ size: 'medium' });
    await expectStatus(server, 'waiting_for_capacity');
    expect((await read(server)).waitingFor).toBe('m7i.large in eu-central-1');
    await faults({ capacity: { '*/m7i.large': 0, 'eu-central-1b/m7i.large': 5 } });
    await advance(20);
    expect((await ended(operation)).status).toBe('succeeded');
    expect((await read(server)).zone).toBe('eu-central-1b');
  });

  test('that waits for capacity can be cancelled, and leaves nothing', async () => {
    await faults({ capacity: { '*/m7i.large': 0 } });
    const { server, operation } = await launch({
      size: 'medium',
      zone: 'eu-central-1a',
      hostname: 'canceled',
    });
    await expectStatus(server, 'waiting_for_capacity');
    expect((await read(server)).waitingFor).toBe('m7i.large in eu-central-1a');
    const canceled = await ask(CancelOperation, { accountId, actor, operationId: operation.id });
    expect(canceled).toMatchObject({ status: 'canceled', error: null });
    await expectStatus(server, 'terminated');
    expect(await atAws(server)).toEqual({ instances: [], volumes: [] });
    await expect(ask(CancelOperation, { accountId, actor, operationId: operation.id })).rejects.toMatchObject(
      {
        code: 'not_cancelable',
      },
    );
  });

  test('that waits for a day has failed', async () => {
    await faults({ capacity: { '*/m7i.large': 0 } });
    const { server, operation } = await launch({ size: 'medium' });
    await expectStatus(server, 'waiting_for_capacity');
    await advance(24 * 3600);
    expect(await ended(operation)).toMatchObject({
      status: 'failed',
      error: { code: 'capacity_unavailable' },
    });
    expect((await read(server)).failure).toEqual({
      code: 'capacity_unavailable',
      step: 'obtain_capacity',
      retryable: true,
    });
  });

  test('that never gets ready fails, removes all it made, is never billed, and frees its name', async () => {
    await faults({ boots: { never_ready: { next: 1 } } });
    const { server, operation } = await launch({ hostname: 'never' });
    await expectStatus(server, 'configuring');
    await eventually(() => expect(neighbours.records.has('never.berth.localhost')).toBe(true));
    await advance(601);
    expect(await ended(operation)).toMatchObject({ status: 'failed', error: { code: 'boot_timeout' } });
    await eventually(async () => expect(await atAws(server)).toEqual({ instances: [], volumes: [] }), {
      within: 20_000,
    });
    expect(neighbours.records.has('never.berth.localhost')).toBe(false);
    expect(history(server).some(({ computeBilled, diskBilled }) => computeBilled || diskBilled)).toBe(false);
    await eventually(() => launch({ hostname: 'never', accountId: newId('acc') }), { within: 20_000 });
  });

  test('fails at once when the agent says so', async () => {
    await faults({ boots: { never_ready: { next: 1 } } });
    const { server, operation } = await launch();
    await expectStatus(server, 'configuring');
    const [instance] = (await atAws(server)).instances as { id: string }[];
    await neighbours.agentReports({
      serverId: server.id,
      instanceId: instance?.id ?? '',
      bootId: 'boot-1',
      counter: 3,
      phase: 'failed',
      detail: 'no disk',
    });
    expect(await ended(operation)).toMatchObject({
      status: 'failed',
      error: { code: 'boot_failed', detail: 'the agent reported failed: no disk' },
    });
  });
});

/** What the account was told of it. */
const told = ({ id }: Server): DataOf<typeof ServerChanged>[] =>
  events.messages
    .filter(({ type }) => type === ServerChanged.type)
    .map(({ data }) => ServerChanged.schema.parse(data))
    .filter(({ server }) => server.id === id)
    .sort((a, b) => a.revision - b.revision);

describe('the account of a server', () => {
  test('is told every step of a launch, and of an edit, by gapless revisions with the whole picture', async () => {
    const server = await running();
    await eventually(() => expect(told(server).at(-1)?.server.status).toBe('running'));
    const launched = told(server);
    expect(launched.map(({ revision }) => revision)).toEqual(launched.map((_, index) => index + 1));
    expect(launched.flatMap(({ transitions }) => transitions.map(({ to }) => to))).toEqual(path(server));
    expect(launched.at(-1)?.operation).toMatchObject({ type: 'launch', status: 'succeeded' });
    const steps = launched.map(({ operation }) =>
      operation?.steps.find(({ status }) => status === 'running'),
    );
    const names = new Set(steps.map((step) => step?.name));
    // Nothing is waited for in it when the request was made with the order.
    names.delete('prepare');
    expect(names).toEqual(new Set(['create_instance', 'start_instance', 'set_record', 'boot', undefined]));
    expect(await read(server)).toMatchObject(launched.at(-1)?.server ?? {});

    await ask(UpdateServer, { accountId, actor, serverId: server.id, name: 'Atlas', tags: { 'a.b': 'c' } });
    await eventually(() => expect(told(server)).toHaveLength(launched.length + 1));
    expect(told(server).at(-1)).toMatchObject({
      server: { name: 'Atlas', tags: { 'a.b': 'c' } },
      transitions: [],
    });
  });

  test('is told of a launch that AWS need not be asked about as requested, and at once as being made', async () => {
    await running();
    const { server } = await launch();
    expect(server.status).toBe('requested');
    await eventually(() =>
      expect(told(server)[0]?.transitions.map(({ to }) => to)).toEqual(['requested', 'provisioning']),
    );
  });

  test('is told that a terminate cancels the operation in progress', async () => {
    await faults({ capacity: { '*/m7i.large': 0 } });
    const { server, operation } = await launch({ size: 'medium' });
    await expectStatus(server, 'waiting_for_capacity');
    const terminate = await order(TerminateServer, server);
    await ended(terminate.operation);
    const ends = () =>
      told(server).flatMap(({ operation: told }) => (told?.endedAt ? [`${told.id} ${told.status}`] : []));
    await eventually(() =>
      expect(ends()).toEqual([`${operation.id} canceled`, `${terminate.operation.id} succeeded`]),
    );
  });
});

describe('a running server', () => {
  test('is paused, resumed at a new address, restarted and terminated, and nothing is left', async () => {
    const server = await running({ hostname: 'round-trip' });
    const paused = await order(PauseServer, server);
    expect(paused).toMatchObject({ server: { status: 'pausing' }, operation: { type: 'pause' } });
    expect((await ended(paused.operation)).status).toBe('succeeded');
    expect(neighbours.records.has(server.hostname)).toBe(false);
    expect((await read(server)).status).toBe('paused');

    expect((await ended((await order(ResumeServer, server)).operation)).status).toBe('succeeded');
    const resumed = await read(server);
    expect(resumed.status).toBe('running');
    expect(resumed.ip).not.toBe(server.ip);
    expect(neighbours.records.get(server.hostname)).toBe(resumed.ip);

    const restart = await order(RestartServer, server);
    expect(restart.server).toMatchObject({ status: 'configuring', reason: 'restart' });
    await eventually(async () => {
      const { steps } = await ended(restart.operation, 0);
      expect(steps[0]).toMatchObject({ name: 'reboot', status: 'done' });
    });
    // An address and start that did not change prove nothing until silence was seen or a minute has passed.
    await advance(61);
    expect((await ended(restart.operation)).status).toBe('succeeded');

    const terminate = await order(TerminateServer, server);
    expect(terminate.server.status).toBe('terminating');
    expect((await ended(terminate.operation)).status).toBe('succeeded');
    expect(await atAws(server)).toEqual({ instances: [], volumes: [] });
    expect(neighbours.records.has(server.hostname)).toBe(false);
    await expect(order(TerminateServer, server)).rejects.toMatchObject({ code: 'invalid_state' });
    await expect(launch({ hostname: 'round-trip', accountId: newId('acc') })).rejects.toMatchObject({
      code: 'hostname_taken',
    });
    const billed = history(server).filter(({ computeBilled }) => computeBilled);
    expect(new Set(billed.map(({ to }) => to))).toEqual(new Set(['running']));
  });

  test('that was stopped from inside becomes paused', async () => {
    const server = await running();
    const [instance] = (await atAws(server)).instances as { id: string }[];
    await control('POST', `instances/${instance?.id ?? ''}/stop-inside`, {});
    await expectStatus(server, 'paused');
    await expectPath(server, 'requested', 'provisioning', 'configuring', 'running', 'pausing', 'paused');
  });

  test('whose host is lost is unavailable and not billed, and can only be terminated', async () => {
    const server = await running();
    const [instance] = (await atAws(server)).instances as { id: string }[];
    await control('POST', `instances/${instance?.id ?? ''}/kill`, { leaves: 'terminated' });
    await expectStatus(server, 'unavailable');
    expect(await read(server)).toMatchObject({ reason: 'host_failed' });
    await eventually(() => expect(neighbours.records.has(server.hostname)).toBe(false));
    await eventually(() =>
      expect(history(server).at(-1)).toMatchObject({ computeBilled: false, diskBilled: true }),
    );
    await expect(order(RestartServer, server)).rejects.toMatchObject({ code: 'invalid_state' });
    expect((await ended((await order(TerminateServer, server)).operation)).status).toBe('succeeded');
    expect(await atAws(server)).toEqual({ instances: [], volumes: [] });
  });

  test('resumes when there is capacity again, and is paused once more when it has waited an hour', async () => {
    const server = await running({ size: 'medium', zone: 'eu-central-1c' });
    await ended((await order(PauseServer, server)).operation);
    await faults({ capacity: { '*/m7i.large': 0 } });
    const { operation } = await order(ResumeServer, server);
    await expectStatus(server, 'waiting_for_capacity');
    await advance(3601);
    expect(await ended(operation)).toMatchObject({
      status: 'failed',
      error: { code: 'capacity_unavailable' },
    });
    expect((await read(server)).status).toBe('paused');
  });
});

describe('terminate', () => {
  test('wins over a launch at every moment, and leaves nothing', async () => {
    const moments: ((server: Server) => Promise<unknown>)[] = [
      async () => {},
      (server) => eventually(() => path(server).includes('provisioning')),
      (server) => eventually(async () => (await atAws(server)).instances.length === 1),
      (server) => eventually(() => path(server).includes('configuring')),
      (server) => eventually(() => neighbours.records.has(server.hostname)),
    ];
    // Until its terminate comes every launch is under way.
    await faults({ boots: { never_ready: { next: moments.length } } });
    const launched = await Promise.all(
      moments.map(async (isReached) => ({ ...(await launch()), isReached })),
    );
    await Promise.all(
      launched.map(async ({ server, operation, isReached }) => {
        await isReached(server);
        const terminate = await order(TerminateServer, server);
        expect(await ended(operation)).toMatchObject({ status: 'canceled' });
        expect(await ended(terminate.operation)).toMatchObject({ status: 'succeeded' });
      }),
    );
    for (const { server } of launched) expect(await atAws(server)).toEqual({ instances: [], volumes: [] });
  });

  test('learns what a launch made whose answer was lost, and removes it', async () => {
    await faults({ rules: [{ operation: 'RunInstances', afterWork: true, times: 1 }] });
    neighbours.hears.instances = false;
    const { server } = await launch();
    await eventually(async () => expect((await atAws(server)).instances).toHaveLength(1));
    const { operation } = await order(TerminateServer, server);
    neighbours.hears.instances = true;
    expect((await ended(operation)).status).toBe('succeeded');
    expect(await atAws(server)).toEqual({ instances: [], volumes: [] });
  });

  test('goes on and shows as stuck while dns does not answer', async () => {
    const server = await running();
    neighbours.hears.records = false;
    const { operation } = await order(TerminateServer, server);
    await advance(31 * 60);
    await eventually(async () => expect((await read(server)).reason).toBe('stuck'));
    neighbours.hears.records = true;
    expect((await ended(operation)).status).toBe('succeeded');
  });
});
