import { createHmac, randomBytes } from 'node:crypto';
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import {
  AGENT_CONFIG_PATH,
  AgentReported,
  agentSecretContext,
  GetTimeline,
  HealthObserved,
  InstanceObserved,
  RecordAuditEvent,
  SERVER_EVENTS,
  WatchServer,
  type AgentConfig,
  type AgentReport,
  type DataOf,
  type ServerStatus,
  TakeNotification,
} from '@berth/contracts';
import { createService, Outbox, Requests } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
import { seal } from '@berth/secrets';
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
import { StateTrackingModule } from './state-tracking.module.ts';

const REGION = 'eu-central-1';
const BOOT_SECONDS = 2;
const SWEEP_SECONDS = 0.5;
const secretsKey = randomBytes(32);
const credentials = { accessKeyId: 'spec', secretAccessKey: 'spec' };

let rabbit: TestBroker;
let mongo: TestDatabase;
let aws: Simulator;
let landingZone: {
  topicArn: string;
  queueUrl: string;
  regions: Record<string, { subnets: Record<string, string> }>;
};
let ec2: EC2Client;
let sns: SNSClient;
let app: INestMicroservice;
let instances: Tap;
let reports: Tap;
let health: Tap;
let trail: Tap;

beforeAll(async () => {
  const simulated = simulator({ BERTH_SIM_SPEED: '4', BERTH_SIM_BOOT_SECONDS: String(BOOT_SECONDS) });
  [rabbit, mongo, aws] = await Promise.all([broker(), database(), simulated]);
  landingZone = (await sim('GET', 'landing-zone')) as typeof landingZone;
  ec2 = new EC2Client({ endpoint: aws.endpoint, region: REGION, credentials });
  sns = new SNSClient({ endpoint: aws.endpoint, region: REGION, credentials });
  app = await start();
  [instances, reports, health, trail] = await Promise.all([
    rabbit.bindTap('berth.events', InstanceObserved.type),
    rabbit.bindTap('berth.events', AgentReported.type),
    rabbit.bindTap('berth.events', HealthObserved.type),
    rabbit.bindTap('berth.commands', RecordAuditEvent.type),
  ]);
});
afterAll(async () => {
  await app.close();
  await Promise.all([rabbit.stop(), mongo.stop(), aws.stop()]);
});
afterEach(() => sim('DELETE', 'faults'));

async function start(): Promise<INestMicroservice> {
  const config = new Config({
    AMQP_URL: rabbit.url,
    MONGODB_URI: mongo.uri,
    BERTH_AWS_ENDPOINT: aws.endpoint,
    BERTH_EVENTS_TOPIC_ARN: landingZone.topicArn,
    BERTH_EVENTS_QUEUE_URL: landingZone.queueUrl,
    BERTH_SECRETS_KEY: secretsKey.toString('base64'),
    BERTH_INSTANCE_PORT: String(aws.instancePort),
    BERTH_SWEEP_SECONDS: String(SWEEP_SECONDS),
  });
  const service = await createService(StateTrackingModule.forRoot(config, mongo.database), false);
  await service.listen();
  return service;
}

async function sim(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${aws.endpoint}/_sim/${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
  return response.json();
}

class TestServer {
  readonly id = newId('srv');
  readonly accountId = newId('acc');
  readonly keyId = 'k1';
  readonly secret = randomBytes(32).toString('base64');
  instanceId = '';

  async watch(): Promise<void> {
    await inTransaction((outbox) =>
      outbox.send(WatchServer, {
        serverId: this.id,
        accountId: this.accountId,
        region: REGION,
        keyId: this.keyId,
        sealedSecret: seal(secretsKey, this.secret, agentSecretContext(this.id)),
        health: HEALTH,
      }),
    );
  }

  async enter(to: ServerStatus, sequence: number, from: ServerStatus | null = null): Promise<void> {
    await inTransaction((outbox) => outbox.publish(SERVER_EVENTS[to], this.transition(to, sequence, from)));
  }

  /** Runs its instance, as provisioning would. */
  async launch(): Promise<void> {
    const agent: AgentConfig = {
      deploymentId: 'local',
      serverId: this.id,
      keyId: this.keyId,
      secret: this.secret,
      topicArn: landingZone.topicArn,
      region: REGION,
      health: HEALTH,
      dataDevice: '/dev/sdf',
    };
    const files = { write_files: [{ path: AGENT_CONFIG_PATH, content: JSON.stringify(agent) }] };
    const Tags = [
      { Key: 'berth:deployment-id', Value: 'local' },
      { Key: 'berth:server-id', Value: this.id },
    ];
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        MinCount: 1,
        MaxCount: 1,
        ImageId: 'ami-0123456789abcdef0',
        InstanceType: 't3.small',
        SubnetId: Object.values(landingZone.regions[REGION]?.subnets ?? {})[0],
        BlockDeviceMappings: [
          { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 10, DeleteOnTermination: false } },
        ],
        TagSpecifications: [{ ResourceType: 'instance', Tags }],
        UserData: Buffer.from(`#cloud-config\n${JSON.stringify(files)}`).toString('base64'),
      }),
    );
    this.instanceId = Instances?.[0]?.InstanceId ?? '';
  }

  /** Publishes a report as this server's agent, or as somebody who pretends to be it. */
  async report(
    claims: Partial<AgentReport>,
    forged: { secret?: string; keyId?: string } = {},
    send: (message: object) => Promise<void> = publish,
  ): Promise<void> {
    const payload = JSON.stringify({
      serverId: this.id,
      instanceId: this.instanceId,
      bootId: 'boot-1',
      counter: 1,
      phase: 'booted',
      ...claims,
    });
    const key = Buffer.from(forged.secret ?? this.secret, 'base64');
    await send({
      type: 'berth.agent-report.v1',
      payload,
      keyId: forged.keyId ?? this.keyId,
      signature: createHmac('sha256', key).update(payload).digest('hex'),
    });
  }

  instance = () => dataOf<typeof InstanceObserved>(instances).filter(({ serverId }) => serverId === this.id);
  reports = () => dataOf<typeof AgentReported>(reports).filter(({ serverId }) => serverId === this.id);
  health = () => dataOf<typeof HealthObserved>(health).filter(({ serverId }) => serverId === this.id);
  audited = () =>
    trail.messages
      .map(({ data }) => RecordAuditEvent.schema.parse(data))
      .filter(({ target }) => target?.id === this.id);
  phases = () => this.reports().map(({ phase }) => phase);

  /** Its instance by the simulator's own account. */
  async truth() {
    const state = (await sim('GET', 'state')) as {
      instances: { id: string; ready: boolean; history: { state: string; at: string }[] }[];
    };
    return state.instances.find(({ id }) => id === this.instanceId);
  }

  async rejections(): Promise<Record<string, number>> {
    const rejected = await mongo.connection
      .collection('rejected_reports')
      .find({ serverId: this.id })
      .toArray();
    return Object.fromEntries(rejected.map(({ reason, count }) => [reason, count]));
  }

  private transition(to: ServerStatus, sequence: number, from: ServerStatus | null) {
    return {
      serverId: this.id,
      accountId: this.accountId,
      sequence,
      at: new Date(Date.UTC(2026, 0, 1, 0, sequence)).toISOString(),
      from,
      to,
      reason: null,
      cause: { kind: 'system' as const, id: null, text: `because of ${to}` },
      ...{ name: 'Atlas', hostname: 'atlas', product: 'web', version: '1', size: 'small', region: REGION },
      ...{ zone: null, diskGib: 10, instanceId: this.instanceId || null, ip: null },
      ...{ computeBilled: false, diskBilled: false, operation: null },
    };
  }
}

const HEALTH = { scheme: 'http' as const, port: 80, path: '/healthz' };

const dataOf = <Contract extends typeof InstanceObserved | typeof AgentReported | typeof HealthObserved>(
  tap: Tap,
) => tap.messages.map(({ data }) => data as DataOf<Contract>);

async function inTransaction(work: (outbox: Outbox) => Promise<void>): Promise<void> {
  await app.get(Transactions, { strict: false }).run(() => work(app.get(Outbox, { strict: false })));
}

/** As the gateway hands over what SNS has posted to it. */
const post = (message: object): Promise<void> =>
  inTransaction((outbox) =>
    outbox.send(TakeNotification, {
      body: JSON.stringify({ Type: 'Notification', Message: JSON.stringify(message) }),
    }),
  );

async function publish(message: unknown): Promise<void> {
  const Message = typeof message === 'string' ? message : JSON.stringify(message);
  await sns.send(new PublishCommand({ TopicArn: landingZone.topicArn, Message }));
}

/** A server whose instance runs and is known to run. */
async function running(): Promise<TestServer> {
  const server = new TestServer();
  await server.watch();
  await server.launch();
  await server.enter('configuring', 1);
  await eventually(() => expect(server.instance().at(-1)).toMatchObject({ state: 'running' }));
  return server;
}

/** Returns when so many sweeps have looked at the region: each time something that only a sweep can have seen is seen. */
async function untilSwept(times: number): Promise<void> {
  await sim('PUT', 'faults', { notifications: { drop: 1 } });
  for (let sweep = 0; sweep < times; sweep += 1) {
    const server = new TestServer();
    await server.launch();
    await eventually(() => expect(server.instance()).not.toEqual([]));
  }
}

async function expectLaunchSeen(server: TestServer): Promise<void> {
  await eventually(() => {
    expect(server.instance().at(-1)).toMatchObject({ instanceId: server.instanceId, state: 'running' });
    expect(server.instance().at(-1)?.ip).toMatch(/^127\./);
    expect(server.health().at(-1)).toMatchObject({ instanceId: server.instanceId, healthy: true });
  });
  const revisions = server.instance().map(({ revision }) => revision);
  expect(revisions).toEqual(revisions.map((_, index) => index + 1));
  expect(server.health().at(-1)?.ip).toBe(server.instance().at(-1)?.ip);
}

describe('a launch', () => {
  test('is followed to ready, its address known well under a second after it runs', async () => {
    const server = await running();
    await expectLaunchSeen(server);
    await eventually(() => expect(server.phases()).toEqual(['booted', 'disk_mounted', 'started', 'ready']));
    expect(await server.rejections()).toEqual({});

    const { history = [] } = (await server.truth()) ?? {};
    const ranAt = Date.parse(history.find((entry) => entry.state === 'running')?.at ?? '');
    const seenAt = Date.parse(
      server.instance().find(({ state: seen }) => seen === 'running')?.observedAt ?? '',
    );
    expect(seenAt - ranAt).toBeLessThan(800);
  });

  test('ends the same, seconds later, with every notification lost', async () => {
    await sim('PUT', 'faults', { notifications: { drop: 1 } });
    const server = await running();
    await expectLaunchSeen(server);
    expect(server.reports()).toEqual([]);
  });

  test('ends the same with notifications doubled, late and out of order', async () => {
    await sim('PUT', 'faults', {
      notifications: { duplicate: 1, reorder: 0.5, delay: 0.3, delaySeconds: 1 },
    });
    const server = await running();
    await expectLaunchSeen(server);
    await eventually(() => expect(server.phases()).toContain('ready'), { within: 15_000 });
    const counters = server.reports().map(({ counter }) => counter);
    expect(counters).toEqual([...new Set(counters)].sort());
  });

  test('is seen once by two replicas, and by the other when one is stopped', async () => {
    const second = await start();
    const server = await running();
    await expectLaunchSeen(server);
    expect(server.health()).toHaveLength(1);

    await sim('PUT', 'faults', { notifications: { drop: 1 } });
    await second.close();
    await expectLaunchSeen(await running());
  });
});

describe('a sweep', () => {
  test('stores and says nothing when nothing has changed', async () => {
    const server = await running();
    await expectLaunchSeen(server);
    const stored = () =>
      mongo.connection.collection('instances').findOne({ _id: server.instanceId as never });
    const before = await stored();
    const said = server.instance().length;
    await untilSwept(2);
    expect(await stored()).toEqual(before);
    expect(server.instance()).toHaveLength(said);
  });

  test('says absent of an instance that is known of and that EC2 no longer shows', async () => {
    const server = new TestServer();
    server.instanceId = 'i-00000000000000001';
    await server.enter('running', 7);
    const known = () => mongo.connection.collection('instances').findOne({ _id: server.instanceId as never });
    await eventually(async () => expect(await known()).toMatchObject({ state: null }));
    await untilSwept(3);
    expect(server.instance()).toEqual([]);

    const old = { $set: { firstSeenAt: new Date(Date.now() - 61_000) } };
    await mongo.connection.collection('instances').updateOne({ _id: server.instanceId as never }, old);
    await eventually(() =>
      expect(server.instance()).toMatchObject([{ state: 'absent', ip: null, revision: 1 }]),
    );
  });

  test('goes on in the other regions while one does not answer', async () => {
    await sim('PUT', 'faults', {
      notifications: { drop: 1 },
      rules: [
        {
          operation: 'DescribeInstances',
          where: { region: 'us-east-1' },
          error: { code: 'InternalError', status: 500 },
          always: true,
        },
      ],
    });
    const elsewhere = mongo.connection.collection('servers');
    const neighbour = {
      _id: newId('srv') as never,
      accountId: newId('acc'),
      region: 'us-east-1',
      version: 0,
    };
    await elsewhere.insertOne(neighbour);
    await expectLaunchSeen(await running());
    await elsewhere.deleteOne({ _id: neighbour._id });
  });
});

describe('a probe', () => {
  test('finds a server that fell silent', async () => {
    const server = await running();
    await expectLaunchSeen(server);
    await sim('POST', `instances/${server.instanceId}/kill`, { leaves: 'impaired' });
    await eventually(() => expect(server.health().at(-1)).toMatchObject({ healthy: false }));
    expect(server.health().map(({ revision }) => revision)).toEqual([1, 2]);
  });

  test('is not made of a server that is to be down', async () => {
    const [server, probed] = [await running(), await running()];
    await expectLaunchSeen(probed);
    await server.enter('pausing', 2);
    await eventually(async () => {
      const known = await mongo.connection.collection('servers').findOne({ _id: server.id as never });
      expect(known).toMatchObject({ status: 'pausing' });
    });
    const said = server.health().length;
    for (const { instanceId } of [server, probed])
      await sim('POST', `instances/${instanceId}/kill`, { leaves: 'impaired' });
    await eventually(() => expect(probed.health().at(-1)).toMatchObject({ healthy: false }));
    expect(server.health()).toHaveLength(said);
  });
});

describe('a report', () => {
  let server: TestServer;
  /** Above all that the simulated agent itself reports. */
  const COUNTER = 100;

  beforeAll(async () => {
    server = new TestServer();
    await server.watch();
    await server.launch();
    await eventually(() => expect(server.phases()).toContain('ready'));
  });

  const expectRejected = (reason: string) =>
    eventually(async () => expect(await server.rejections()).toMatchObject({ [reason]: 1 }));

  test('with a signature of another secret is dropped, counted and kept', async () => {
    await server.report({ counter: COUNTER }, { secret: randomBytes(32).toString('base64') });
    await expectRejected('bad_signature');
    const kept = await mongo.connection
      .collection('rejected_reports')
      .findOne({ serverId: server.id, reason: 'bad_signature' });
    expect(JSON.parse(String(kept?.sample))).toMatchObject({ serverId: server.id, counter: COUNTER });
  });

  test('that is dropped is in the audit trail of its account, once an hour for each reason', async () => {
    const forger = new TestServer();
    await forger.watch();
    await forger.launch();
    await eventually(() => expect(forger.phases()).toContain('ready'));
    for (let n = 1; n <= 5; n++) await forger.report({ counter: COUNTER + n }, { secret: server.secret });
    await eventually(async () => expect(await forger.rejections()).toEqual({ bad_signature: 5 }));
    await forger.report({ counter: COUNTER, instanceId: server.instanceId });
    await eventually(() => expect(forger.audited()).toHaveLength(2));
    expect(forger.audited()).toMatchObject([
      {
        ...{ accountId: forger.accountId, action: 'agentReport', outcome: 'denied', code: 'bad_signature' },
        actor: { kind: 'server', id: forger.id, userId: null },
      },
      { code: 'foreign_instance' },
    ]);
  });

  test('about an instance of another server is dropped, though it is signed well', async () => {
    const other = await running();
    await server.report({ counter: COUNTER, instanceId: other.instanceId });
    await expectRejected('foreign_instance');
  });

  test('that is not above the last counter is dropped; the last one again is no attack', async () => {
    const last = { counter: COUNTER + 10, phase: 'ready' as const, bootId: 'boot-2' };
    await server.report(last);
    await eventually(() => expect(server.reports().at(-1)).toMatchObject(last));
    await server.report(last);
    await server.report({ ...last, counter: COUNTER + 9 });
    await expectRejected('stale_counter');
    expect(server.reports().filter(({ bootId }) => bootId === 'boot-2')).toHaveLength(1);
  });

  test('of a server not known yet waits until it is', async () => {
    const late = new TestServer();
    late.instanceId = server.instanceId;
    await late.launch();
    await eventually(async () => expect(await late.truth()).toMatchObject({ ready: true }));
    expect(late.reports()).toEqual([]);
    await late.watch();
    await eventually(() => expect(late.phases()).toContain('ready'), { within: 15_000 });
  });

  test('that SNS has posted is believed like one from the queue, and the same by both ways is one', async () => {
    const posted = { counter: COUNTER + 15, phase: 'ready' as const, bootId: 'boot-posted' };
    const before = await server.rejections();
    await server.report(posted, {}, post);
    await eventually(() => expect(server.reports().at(-1)).toMatchObject(posted));
    await server.report(posted);
    await server.report(posted, {}, post);
    const next = { ...posted, counter: COUNTER + 16, bootId: 'boot-after' };
    await server.report(next);
    await eventually(() => expect(server.reports().at(-1)).toMatchObject(next));
    expect(server.reports().filter(({ bootId }) => bootId === 'boot-posted')).toHaveLength(1);
    expect(await server.rejections()).toEqual(before);
  });

  test('is not held up by what nobody understands', async () => {
    await publish('{"hello": "world"}');
    await publish('no JSON');
    await publish({ type: 'berth.agent-report.v1', payload: '{}', keyId: 'k', signature: '0'.repeat(64) });
    const next = { counter: COUNTER + 20, bootId: 'boot-3' };
    await server.report(next);
    await eventually(() => expect(server.reports().at(-1)).toMatchObject(next));
    await eventually(async () => {
      const rejected = await mongo.connection
        .collection('rejected_reports')
        .find({ serverId: null })
        .toArray();
      expect(rejected.map(({ reason, count }) => `${count} ${reason}`).sort()).toEqual([
        '1 malformed',
        '2 not_understood',
      ]);
    });
  });
});

describe('a timeline', () => {
  const ask = (serverId: string, accountId: string, page: { limit?: number; cursor?: string } = {}) =>
    app.get(Requests, { strict: false }).ask(GetTimeline, { serverId, accountId, limit: 50, ...page });

  test('has every transition in order, however they arrive, page by page', async () => {
    const server = new TestServer();
    await server.enter('configuring', 3, 'provisioning');
    await server.enter('requested', 1);
    await server.enter('provisioning', 2, 'requested');
    await eventually(async () => {
      expect((await ask(server.id, server.accountId)).items.map(({ sequence }) => sequence)).toEqual([
        1, 2, 3,
      ]);
    });
    const first = await ask(server.id, server.accountId, { limit: 2 });
    expect(first.items.map(({ to }) => to)).toEqual(['requested', 'provisioning']);
    expect(first.items[0]).toMatchObject({
      from: null,
      cause: { kind: 'system', text: 'because of requested' },
    });
    const rest = await ask(server.id, server.accountId, { limit: 2, cursor: String(first.nextCursor) });
    expect(rest).toMatchObject({ items: [{ sequence: 3, from: 'provisioning' }], nextCursor: null });
  });

  test('of another account is not found, exactly like one that does not exist', async () => {
    const server = new TestServer();
    await server.enter('requested', 1);
    await eventually(() => ask(server.id, server.accountId));
    const refusals = await Promise.all(
      [ask(server.id, newId('acc')), ask(newId('srv'), server.accountId)].map((asked) =>
        asked.then(
          () => undefined,
          ({ body }: { body: unknown }) => body,
        ),
      ),
    );
    expect(refusals[0]).toMatchObject({ code: 'not_found', status: 404 });
    expect(refusals[1]).toEqual(refusals[0]);
  });

  test('refuses a cursor that it has not given', async () => {
    const asked = ask(newId('srv'), newId('acc'), { cursor: 'made-up' });
    await expect(asked).rejects.toMatchObject({ code: 'invalid_cursor', status: 400 });
  });
});
