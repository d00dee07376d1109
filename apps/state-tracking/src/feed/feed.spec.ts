import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Module, type INestMicroservice } from '@nestjs/common';
import { ClockModule } from '@berth/clock';
import {
  FeedAppended,
  ReadFeed,
  ServerChanged,
  type DataOf,
  type FeedEntry,
  type InputOf,
  type ServerStatus,
} from '@berth/contracts';
import { BusModule, Outbox, Requests } from '@berth/messaging';
import { MongoModule, newId, Transactions } from '@berth/mongo';
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
import { FeedModule } from './feed.module.ts';
import { FeedSweep } from './feed-sweep.ts';

const clock = new TestClock('2099-11-22T10:00:00.000Z');
const at = '2099-11-22T10:00:00.000Z';

let rabbit: TestBroker;
let mongo: TestDatabase;
let replicas: INestMicroservice[];
let tap: Tap;
let accountId: string;

@Module({})
class FeedAlone {}

function startReplica(): Promise<INestMicroservice> {
  return serviceAt(clock, {
    module: FeedAlone,
    imports: [
      ClockModule.forRoot(),
      MongoModule.forRoot({ uri: mongo.uri, database: mongo.database }),
      BusModule.forRoot({ service: 'state-tracking', amqpUrl: rabbit.url }),
      FeedModule,
    ],
  });
}

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  tap = await rabbit.bindTap('berth.events', FeedAppended.type);
  replicas = await Promise.all([startReplica(), startReplica()]);
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.close()));
  await Promise.all([rabbit.stop(), mongo.stop()]);
});
beforeEach(() => {
  accountId = newId('acc');
});

type Change = DataOf<typeof ServerChanged>;

const change = (serverId: string, revision: number, status: ServerStatus = 'running'): Change => ({
  accountId,
  revision,
  at,
  server: {
    id: serverId,
    name: 'Maps',
    status,
    reason: null,
    waitingFor: null,
    product: 'web',
    version: '1',
    size: 'small',
    region: 'eu-central-1',
    zone: null,
    diskGib: 20,
    hostname: 'maps.berth.localhost',
    url: 'https://maps.berth.localhost/',
    ip: null,
    tags: { 'a.b': String(revision) },
    protected: false,
    operation: null,
    failure: null,
    createdAt: at,
    updatedAt: at,
  },
  operation: null,
  transitions: [],
});

const tell = (...changes: Change[]) =>
  replicas[0]!.get(Transactions).run(async () => {
    for (const each of changes) await replicas[0]!.get(Outbox).publish(ServerChanged, each);
  });
const read = (given: Omit<InputOf<typeof ReadFeed>, 'accountId'> = {}, of = accountId) =>
  replicas[0]!.get(Requests).ask(ReadFeed, { accountId: of, ...given });

/** All that the feed holds after a sequence. */
async function all(after: number): Promise<FeedEntry[]> {
  const found: FeedEntry[] = [];
  for (;;) {
    const { entries, sequence, reset } = await read({ after: found.at(-1)?.sequence ?? after, limit: 200 });
    expect(reset).toBe(false);
    found.push(...entries);
    if (sequence === (await read()).sequence) return found;
  }
}
const told = async (after: number) =>
  (await all(after)).map(({ data }) => `${data.server.id} ${data.server.tags['a.b']}`);
const appended = () =>
  tap.messages
    .map(({ data }) => FeedAppended.schema.parse(data))
    .flatMap((message) => (message.accountId === accountId ? message.entries : []));

describe('a change', () => {
  test('gets the next sequence of its account, is kept and said to the gateways', async () => {
    const { sequence: start } = await read();
    const serverId = newId('srv');
    await tell(change(serverId, 1, 'requested'));
    await eventually(() => expect(appended()).toHaveLength(1));
    const { accountId: _, revision: __, ...data } = change(serverId, 1, 'requested');
    const entry = { sequence: start + 1, type: 'server.changed', data };
    expect(appended()).toEqual([entry]);
    expect(await read({ after: start })).toEqual({ sequence: start + 1, entries: [entry], reset: false });
    expect(await read()).toEqual({ sequence: start + 1, entries: [], reset: false });
    expect(await read({ after: start + 1 })).toEqual({ sequence: start + 1, entries: [], reset: false });
  });

  test('that comes before an earlier one of its server waits for it, and one that comes again is dropped', async () => {
    const { sequence: start } = await read();
    const [late, other] = [newId('srv'), newId('srv')];
    await tell(change(late, 3), change(late, 2), change(other, 1));
    await eventually(async () => expect(await told(start)).toEqual([`${other} 1`]));
    await tell(change(late, 1));
    await eventually(async () =>
      expect(await told(start)).toEqual([`${other} 1`, `${late} 1`, `${late} 2`, `${late} 3`]),
    );
    await tell(change(late, 2), change(late, 4));
    await eventually(async () => expect((await told(start)).slice(4)).toEqual([`${late} 4`]));
  });

  test('waits for one that is tried a third time, and for a lost one no longer; should that come yet, it is dropped', async () => {
    const { sequence: start } = await read();
    const serverId = newId('srv');
    await tell(change(serverId, 1), change(serverId, 3));
    await eventually(async () => expect(await told(start)).toEqual([`${serverId} 1`]));
    const arrivals = mongo.connection.collection('feed_arrivals');
    await eventually(async () => expect(await arrivals.countDocuments({ accountId })).toBe(1));
    const afterWaiting = async (seconds: number) => {
      const arrivedAt = new Date(Date.now() - seconds * 1000);
      await arrivals.updateMany({ accountId }, { $set: { arrivedAt } });
      await Promise.all(replicas.map((replica) => replica.get(FeedSweep).sweep()));
      return told(start);
    };
    // Its handler has failed three times and is tried again after 1 + 10 + 60 s; then the broker was away.
    expect(await afterWaiting(71 + 105)).toEqual([`${serverId} 1`]);
    expect(await afterWaiting(180)).toEqual([`${serverId} 1`, `${serverId} 3`]);
    await tell(change(serverId, 2), change(serverId, 4));
    await eventually(async () =>
      expect(await told(start)).toEqual([1, 3, 4].map((revision) => `${serverId} ${revision}`)),
    );
    expect(await arrivals.countDocuments({ accountId })).toBe(0);
  });

  test('stored by a process that died before it was added is added by the sweep of another', async () => {
    const { sequence: start } = await read();
    const serverId = newId('srv');
    const { accountId: _, revision, ...data } = change(serverId, 1);
    await mongo.connection.collection<{ _id: string }>('feed_arrivals').insertOne({
      _id: `${serverId}/1`,
      accountId,
      serverId,
      revision,
      change: JSON.stringify(data),
      arrivedAt: new Date(Date.now() - 2_500),
    } as never);
    await eventually(async () => expect(await told(start)).toEqual([`${serverId} 1`]));
  });
});

test('a hundred servers at once on two replicas make one gapless feed, each server in its order', async () => {
  const { sequence: start } = await read();
  const servers = Array.from({ length: 100 }, () => newId('srv'));
  const began = performance.now();
  await Promise.all(servers.map((id) => tell(...[2, 1].map((revision) => change(id, revision)))));
  await eventually(() => expect(appended()).toHaveLength(200), { within: 30_000 });
  const took = performance.now() - began;
  const entries = await all(start);
  expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => start + 1 + index));
  for (const id of servers) {
    const ofServer = entries.filter(({ data }) => data.server.id === id);
    expect(ofServer.map(({ data }) => data.server.tags['a.b'])).toEqual(['1', '2']);
  }
  const said = appended().sort((a, b) => a.sequence - b.sequence);
  expect(said).toEqual(entries);
  console.info(`200 changes of 100 servers of one account: ${Math.round(took)} ms from outbox to outbox`);
});

describe('who reads a feed', () => {
  test('gets it in pages', async () => {
    const { sequence: start } = await read();
    const serverId = newId('srv');
    await tell(...[1, 2, 3].map((revision) => change(serverId, revision)));
    await eventually(() => expect(appended()).toHaveLength(3));
    const first = await read({ after: start, limit: 2 });
    expect(first).toMatchObject({ sequence: start + 2, reset: false });
    expect((await read({ after: first.sequence, limit: 2 })).entries).toHaveLength(1);
  });

  test('from where nobody was, or from where it was kept no longer, is told to begin anew', async () => {
    const { sequence: start } = await read();
    await tell(change(newId('srv'), 1));
    await eventually(() => expect(appended()).toHaveLength(1));
    const anew = { sequence: start + 1, entries: [], reset: true };
    expect(await read({ after: start + 2 })).toEqual(anew);
    expect(await read({ after: start - 1 })).toEqual(anew);
    expect(await read({ after: 0 })).toEqual(anew);
    clock.advance(24 * 3_600 - 1);
    expect(await read({ after: start })).toMatchObject({ reset: false });
    clock.advance(1);
    expect(await read({ after: start })).toEqual(anew);
    expect(await read({ after: start + 1 })).toMatchObject({ reset: false });
  });

  test('sees nothing of another account', async () => {
    const stranger = newId('acc');
    const { sequence } = await read({}, stranger);
    await tell(change(newId('srv'), 1));
    await eventually(() => expect(appended()).toHaveLength(1));
    expect(await read({ after: sequence }, stranger)).toEqual({ sequence, entries: [], reset: false });
  });
});
