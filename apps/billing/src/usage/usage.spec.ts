import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { Module, type INestApplicationContext, type INestMicroservice } from '@nestjs/common';
import { ClockModule } from '@berth/clock';
import {
  CatalogPublished,
  ListUsage,
  SERVER_EVENTS,
  type DataOf,
  type Price,
  type ServerStatus,
  type ServerTransition,
  type UsageRecord,
} from '@berth/contracts';
import { BusModule, Requests } from '@berth/messaging';
import { newId } from '@berth/mongo';
import {
  broker,
  database,
  eventually,
  serviceAt,
  TestClock,
  type Tap,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { BillingModule } from '../billing.module.ts';
import { Config } from '../config.ts';
import { factOf } from './facts.ts';
import { UsageSweep } from './usage-sweep.ts';

/** Broken connections take the broker and the outbox seconds to get over, and a busy machine longer. */
const PATIENTLY = { within: 25_000 };

let bus: TestBroker;
let store: TestDatabase;
/** Stands for a billing system outside: what it gets on `berth.usage`. */
let outside: Tap;
/** Stands for the other services: what they are ordered. */
let commands: Tap;
let clock: TestClock;
let requests: Requests;
let client: INestApplicationContext;
let replicas: INestMicroservice[];
/** The ids of the messages this test has said; a late one of the test before may still come in among them. */
let said: string[];

async function replica(): Promise<INestMicroservice> {
  const config = new Config({ AMQP_URL: bus.url, MONGODB_URI: store.uri });
  const app = await serviceAt(clock, BillingModule.forRoot(config, store.database));
  replicas.push(app);
  return app;
}

beforeAll(async () => {
  bus = await broker();
  outside = await bus.bindTap('berth.usage');
  commands = await bus.bindTap('berth.commands');

  @Module({
    imports: [ClockModule.forRoot(), BusModule.forRoot({ service: 'gateway', amqpUrl: bus.url })],
  })
  class Client {}
  client = await NestFactory.createApplicationContext(Client, { logger: false });
  requests = client.get(Requests);
});

beforeEach(async () => {
  store = await database();
  clock = new TestClock('2026-03-01T10:00:00.000Z');
  replicas = [];
  said = [];
  outside.messages.length = 0;
  commands.messages.length = 0;
});

afterEach(async () => {
  await Promise.all(replicas.map((app) => app.close()));
  await store.stop();
});

afterAll(async () => {
  await client.close();
  await bus.stop();
});

/** One server of an account of its own, and what it tells. */
class Server {
  readonly serverId = newId('srv');
  readonly transitions: ServerTransition[] = [];

  constructor(readonly accountId = newId('acc')) {}

  /** `time` is on 1 March 2026 unless it says more than `hh:mm:ss`. */
  becomes(to: ServerStatus, time: string, more: Partial<ServerTransition> = {}): ServerTransition {
    const before = this.transitions.at(-1);
    const transition: ServerTransition = {
      serverId: this.serverId,
      accountId: this.accountId,
      sequence: this.transitions.length + 1,
      at: new Date(time.includes('T') ? time : `2026-03-01T${time}Z`).toISOString(),
      from: before?.to ?? null,
      to,
      reason: null,
      cause: { kind: 'system', id: null, text: 'the spec says so' },
      name: 'demo',
      hostname: 'demo.berth.localhost',
      product: 'web',
      version: '1.0',
      size: before?.size ?? 'small',
      region: 'eu-central-1',
      zone: 'eu-central-1a',
      diskGib: before?.diskGib ?? 20,
      instanceId: null,
      ip: null,
      computeBilled: to === 'running',
      diskBilled: to === 'terminated' ? false : to === 'running' || (before?.diskBilled ?? false),
      operation: null,
      ...more,
    };
    this.transitions.push(transition);
    return transition;
  }

  launchedAt(time: string): this {
    for (const status of ['requested', 'provisioning', 'configuring', 'running'] as const)
      this.becomes(status, time);
    return this;
  }

  usage(query: Partial<DataOf<typeof ListUsage>> = {}) {
    const { accountId } = this;
    const range = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' };
    return requests.ask(ListUsage, { accountId, ...range, limit: 200, ...query });
  }

  /** Its records, oldest first: `compute 10:05–10:21 16`, then `reversal` or the revision when it isn't the first. */
  async lines(): Promise<string[]> {
    return (await this.usage()).items.map(line);
  }
}

const line = ({ meter, from, to, quantity, revision, reverses }: UsageRecord) =>
  `${meter} ${from.slice(11, 16)}–${to.slice(11, 16)} ${quantity}` +
  (reverses ? ' reversal' : '') +
  (revision === 1 ? '' : ` revision ${revision}`);

const told = async (...transitions: ServerTransition[]) => {
  for (const transition of transitions) await tell(transition);
};

/** Publishes a transition as provisioning does; the same message id when it is told again. */
function tell(transition: ServerTransition, messageId = newId('msg')): Promise<void> {
  return say(SERVER_EVENTS[transition.to].type, transition, messageId);
}

function say(type: string, body: object, messageId = newId('msg')): Promise<void> {
  const headers = { 'cloudEvents:id': messageId, 'cloudEvents:type': type };
  said.push(messageId);
  return bus.publish('berth.events', type, JSON.stringify(body), { type, messageId, headers });
}

/** The records the outside got so far, one per id; the same id with another content is an error. */
function received(): UsageRecord[] {
  const byId = new Map<string, UsageRecord>();
  for (const { data } of outside.messages) {
    const record = data as UsageRecord;
    expect(byId.get(record.id) ?? record).toEqual(record);
    byId.set(record.id, record);
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Waits until billing has handled this many of the messages said. */
const handled = (messages: number) =>
  eventually(async () => {
    const rows = said.map((id) => `billing.events/${id}`);
    const inbox = store.connection.collection<{ _id: string }>('inbox');
    expect(await inbox.countDocuments({ _id: { $in: rows } })).toBe(messages);
  });

const byId = (a: UsageRecord, b: UsageRecord) => (a.id < b.id ? -1 : 1);

describe('usage of a server', () => {
  test('is its minutes running and its GiB-minutes until it is terminated, told to the outside and listed', async () => {
    await replica();
    const server = new Server().launchedAt('10:05:30.000');
    server.becomes('pausing', '10:14:10.000');
    server.becomes('paused', '10:14:40.000');
    server.becomes('terminating', '10:20:00.000');
    server.becomes('terminated', '10:20:30.000');
    await told(...server.transitions);

    await eventually(async () => expect(await server.lines()).toHaveLength(2));
    const { items } = await server.usage();
    const [compute, disk] = items;
    expect(items.map(line)).toEqual(['compute 10:05–10:15 10', 'disk 10:05–10:21 320']);
    expect(compute).toEqual({
      id: `${server.serverId}/compute/2026-03-01T10:05:00.000Z/1`,
      accountId: server.accountId,
      serverId: server.serverId,
      meter: 'compute',
      product: 'web',
      region: 'eu-central-1',
      size: 'small',
      from: '2026-03-01T10:05:00.000Z',
      to: '2026-03-01T10:15:00.000Z',
      quantity: 10,
      unit: 'minute',
      revision: 1,
      reverses: null,
      openedBy: 4,
      closedBy: 5,
      recordedAt: '2026-03-01T10:00:00.000Z',
    });
    expect(disk).toMatchObject({ size: null, unit: 'gib_minute', openedBy: 4, closedBy: 8 });
    await eventually(() => expect(received()).toEqual(items.toSorted(byId)));
  });

  test('is one minute for five pauses within it', async () => {
    await replica();
    const server = new Server().launchedAt('10:05:01.000');
    for (const second of [5, 15, 25, 35, 45]) {
      server.becomes('paused', `10:05:${String(second).padStart(2, '0')}.000`);
      if (second < 45) server.becomes('running', `10:05:${second + 4}.500`.replace(':9.', ':09.'));
    }
    server.becomes('terminated', '10:05:50.000');
    await told(...server.transitions);
    await eventually(async () =>
      expect(await server.lines()).toEqual(['compute 10:05–10:06 1', 'disk 10:05–10:06 20']),
    );
  });

  test('never starts for a launch that failed', async () => {
    await replica();
    const failed = new Server();
    failed.becomes('requested', '10:00:00.000');
    failed.becomes('configuring', '10:01:00.000');
    failed.becomes('failed', '10:20:00.000');
    const other = new Server(failed.accountId).launchedAt('10:30:00.000');
    other.becomes('terminated', '10:31:00.000');
    await told(...failed.transitions, ...other.transitions);
    await eventually(async () => expect((await other.lines()).length).toBe(2));
    expect((await failed.usage({ serverId: failed.serverId })).items).toEqual([]);
  });

  test('is the same when every transition comes five times, out of order, to two replicas', async () => {
    await replica();
    await replica();
    const server = new Server().launchedAt('10:05:30.000');
    for (const minute of [10, 20, 30]) {
      server.becomes('paused', `10:${minute}:10.000`);
      server.becomes('running', `10:${minute + 5}:20.000`);
    }
    server.becomes('terminated', '10:40:00.000');
    const deliveries = server.transitions.flatMap((transition, index) => {
      const again = newId('msg');
      const order = (copy: number) => ((index * 5 + copy) * 7) % 11;
      return [0, 1, 2, 3, 4].map((copy) => ({
        transition,
        id: copy < 3 ? again : newId('msg'),
        order: order(copy),
      }));
    });
    await Promise.all(
      deliveries.sort((a, b) => a.order - b.order).map(({ transition, id }) => tell(transition, id)),
    );
    const expected = [
      'compute 10:05–10:11 6',
      'disk 10:05–10:40 700',
      'compute 10:15–10:21 6',
      'compute 10:25–10:31 6',
      'compute 10:35–10:40 5',
    ];
    await eventually(async () => expect(await server.lines()).toEqual(expected));
    await handled(server.transitions.length * 3);
    expect(await server.lines()).toEqual(expected);
    await eventually(async () => expect(received()).toEqual((await server.usage()).items.toSorted(byId)));
  });

  test('loses and doubles nothing when the connections break while it is worked out', async () => {
    await replica();
    await replica();
    const servers = Array.from({ length: 12 }, () => {
      const server = new Server().launchedAt('10:05:30.000');
      server.becomes('paused', '10:10:10.000');
      server.becomes('terminated', '10:12:00.000');
      return server;
    });
    const telling = Promise.all(servers.map((server) => told(...server.transitions)));
    await eventually(
      async () => (await store.connection.collection('facts').countDocuments()) > 20,
      PATIENTLY,
    );
    await bus.killConnections();
    await telling;
    for (const server of servers) {
      const expected = ['compute 10:05–10:11 6', 'disk 10:05–10:12 140'];
      await eventually(async () => expect(await server.lines()).toEqual(expected), PATIENTLY);
    }
    await eventually(() => expect(received()).toHaveLength(24), PATIENTLY);
  }, 90_000);

  test('waits while a transition is missing, and goes on when it comes', async () => {
    const app = await replica();
    const server = new Server().launchedAt('10:05:30.000');
    const paused = server.becomes('paused', '10:10:10.000');
    await told(...server.transitions.filter((transition) => transition !== paused));
    await told(server.becomes('terminated', '10:20:00.000'));
    await handled(server.transitions.length - 1);
    clock.set('2026-03-01T12:30:00.000Z');
    await app.get(UsageSweep).sweep();
    expect(await server.lines()).toEqual([]);
    await told(paused);
    await eventually(async () =>
      expect(await server.lines()).toEqual(['compute 10:05–10:11 6', 'disk 10:05–10:20 300']),
    );
  });
});

describe('a fact', () => {
  test('that a replica of 0.1.0 has stored, and not lived to settle, is settled soon after', async () => {
    await replica();
    const server = new Server().launchedAt('10:05:30.000');
    server.becomes('terminated', '10:10:00.000');
    await store.connection.collection<{ _id: string }>('facts').insertMany(
      server.transitions.map((transition) => ({
        _id: `${server.serverId}/${transition.sequence}`,
        ...factOf(transition),
        considered: false,
      })),
    );
    await eventually(async () => expect(await server.lines()).toHaveLength(2));
  });

  test('that contradicts a known one changes nothing', async () => {
    await replica();
    const server = new Server().launchedAt('10:05:30.000');
    const paused = server.becomes('paused', '10:10:00.000');
    await told(...server.transitions);
    await handled(5);
    await told({ ...paused, at: '2026-03-01T10:40:00.000Z' });
    await told(server.becomes('terminated', '10:50:00.000'));
    await eventually(async () =>
      expect(await server.lines()).toEqual(['compute 10:05–10:10 5', 'disk 10:05–10:50 900']),
    );
  });
});

describe('an open interval', () => {
  test('is cut at every UTC hour that is over, once, whatever number of replicas look', async () => {
    const [one, other] = [await replica(), await replica()];
    const server = new Server().launchedAt('10:05:30.000');
    await told(...server.transitions);
    await handled(4);

    clock.set('2026-03-01T11:00:05.000Z');
    await one.get(UsageSweep).sweep();
    expect(await server.lines()).toEqual([]);

    clock.set('2026-03-01T13:00:10.000Z');
    await Promise.all([one, other, one, other].map((app) => app.get(UsageSweep).sweep()));
    const hours = ['compute 10:05–11:00 55', 'compute 11:00–12:00 60', 'compute 12:00–13:00 60'];
    const compute = (await server.usage()).items.filter(({ meter }) => meter === 'compute');
    expect(compute.map(line)).toEqual(hours);
    expect(compute.map(({ openedBy, closedBy }) => [openedBy, closedBy])).toEqual(Array(3).fill([4, null]));

    await told(server.becomes('terminated', '13:10:00.000'));
    await eventually(async () => expect(await server.lines()).toContain('compute 13:00–13:10 10'));
    const { items } = await server.usage();
    expect(items.every(({ revision }) => revision === 1)).toBe(true);
    await eventually(() => expect(received()).toEqual(items.toSorted(byId)));
  });

  test('is made up for by itself after a time in which nothing ran', async () => {
    const app = await replica();
    const server = new Server().launchedAt('2026-02-28T23:58:30.000Z');
    await told(...server.transitions);
    await handled(4);
    await app.close();
    clock.set('2026-03-01T14:20:00.000Z');
    await replica();
    const all = async () => (await server.usage()).items.filter(({ meter }) => meter === 'compute');
    await eventually(async () => expect(await all()).toHaveLength(15));
    expect((await all()).map(line).slice(0, 2)).toEqual(['compute 23:58–00:00 2', 'compute 00:00–01:00 60']);
  });

  test('that turns out to have been closed earlier is taken back and recorded again', async () => {
    const app = await replica();
    const server = new Server().launchedAt('10:05:30.000');
    await told(...server.transitions);
    await handled(4);
    clock.set('2026-03-01T12:30:00.000Z');
    await app.get(UsageSweep).sweep();
    await told(server.becomes('paused', '10:20:10.000'));
    const compute = async () => (await server.lines()).filter((text) => text.startsWith('compute'));
    await eventually(async () =>
      expect(await compute()).toEqual([
        'compute 10:05–11:00 55',
        'compute 10:05–11:00 -55 reversal',
        'compute 10:05–10:21 16 revision 2',
        'compute 11:00–12:00 60',
        'compute 11:00–12:00 -60 reversal',
      ]),
    );
    await eventually(async () => expect(received()).toEqual((await server.usage()).items.toSorted(byId)));
  });
});

describe('prices', () => {
  const rows = (large: string): Price[] =>
    Object.entries({ small: '0.01', large }).map(([size, perMinute]) => ({
      meter: 'compute',
      size,
      region: 'eu-central-1',
      currency: 'USD',
      perMinute,
      activeFrom: '2026-01-01T00:00:00Z',
    }));
  const catalog = (revision: number, large: string): DataOf<typeof CatalogPublished> => ({
    digest: `${revision}`,
    revision,
    regions: [],
    sizes: [],
    products: [],
    prices: rows(large),
  });

  test('are asked for at the start and decide which of two sizes a minute is billed at', async () => {
    await replica();
    await eventually(() =>
      expect(commands.messages.map(({ type }) => type)).toContain('berth.catalog.send-catalog.v1'),
    );
    await say(CatalogPublished.type, catalog(2, '0.005'));
    await handled(1);
    await say(CatalogPublished.type, catalog(1, '0.05'));
    await handled(2);

    const server = new Server().launchedAt('10:00:00.000');
    server.becomes('running', '10:05:30.000', { size: 'large' });
    server.becomes('terminated', '10:08:00.000');
    await told(...server.transitions);
    await eventually(async () => expect(await server.lines()).toContain('compute 10:06–10:08 2'));
    const compute = (await server.usage()).items.filter(({ meter }) => meter === 'compute');
    expect(compute.map(({ size, quantity }) => [size, quantity])).toEqual([
      ['small', 6],
      ['large', 2],
    ]);
  });
});

describe('the list of usage', () => {
  test('holds what overlaps the time asked for, page by page, of one account and one server', async () => {
    await replica();
    const one = new Server().launchedAt('10:00:00.000');
    one.becomes('terminated', '10:10:00.000');
    const sibling = new Server(one.accountId).launchedAt('10:05:00.000');
    sibling.becomes('terminated', '10:20:00.000');
    const stranger = new Server().launchedAt('10:00:00.000');
    stranger.becomes('terminated', '10:10:00.000');
    await told(...one.transitions, ...sibling.transitions, ...stranger.transitions);
    await eventually(async () =>
      expect((await one.lines()).length + (await stranger.lines()).length).toBe(6),
    );

    const servers = async (query: object) => (await one.usage(query)).items.map(({ serverId }) => serverId);
    expect(await servers({ serverId: stranger.serverId })).toEqual([]);
    expect(await servers({ serverId: one.serverId })).toEqual([one.serverId, one.serverId]);
    expect(await servers({ from: '2026-03-01T10:10:00Z' })).toEqual([sibling.serverId, sibling.serverId]);
    expect(await servers({ to: '2026-03-01T10:05:00Z' })).toEqual([one.serverId, one.serverId]);
    expect(await servers({ from: '2026-03-01T10:04:00Z', to: '2026-03-01T10:06:00Z' })).toHaveLength(4);
    expect(await servers({ from: '2026-03-01T10:06:00Z', to: '2026-03-01T10:06:00Z' })).toEqual([]);

    const pages: UsageRecord[][] = [];
    let cursor: string | undefined;
    do {
      const page = await one.usage({ limit: 3, cursor });
      pages.push(page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(pages.map((items) => items.length)).toEqual([3, 1]);
    expect(pages.flat()).toEqual((await one.usage()).items);
  });

  test.each(['x', 'e30', Buffer.from('{"from":{"$gt":""},"id":"a"}').toString('base64url')])(
    'refuses the cursor %s',
    async (cursor) => {
      await replica();
      await expect(new Server().usage({ cursor })).rejects.toMatchObject({
        code: 'invalid_cursor',
        status: 400,
      });
    },
  );
});
