import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  AccessEnded,
  AccountChanged,
  Authenticate,
  DEFAULT_QUOTA,
  FeedAppended,
  ReadFeed,
  type EventContract,
  type FeedEntry,
} from '@berth/contracts';
import { broker, EventClient, eventually, type TestBroker } from '@berth/testing';
import { Identities } from '../access/identities.ts';
import { GatewayUnderTest } from '../fixtures/gateway-under-test.ts';
import * as sample from '../fixtures/samples.ts';
import { Streams } from './streams.ts';

const FIRST = 1_763_805_600_001;
const { ids } = sample;
const { price: _, ...snapshot } = sample.server;
const otherServer = ids.server.replace(/.$/, 'r');

let bus: TestBroker;
let gateway: GatewayUnderTest;
let clients: EventClient[] = [];
/** What state-tracking has of the account. */
let feed: FeedEntry[] = [];

beforeAll(async () => {
  bus = await broker();
});
afterAll(() => bus?.stop());
beforeEach(async () => {
  gateway = await GatewayUnderTest.start(bus.url);
  feed = [];
  gateway.services.answer(ReadFeed, ({ after, limit }) => {
    const last = FIRST - 1 + feed.length;
    if (after === undefined || after === last) return { sequence: last, entries: [], reset: false };
    if (after < FIRST - 1 || after > last) return { sequence: last, entries: [], reset: true };
    const entries = feed.slice(after - FIRST + 1, after - FIRST + 1 + limit);
    return { sequence: after + entries.length, entries, reset: false };
  });
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.cut()));
  clients = [];
  await gateway.stop();
});

async function follow(query = '', headers: Record<string, string> = {}, as = 'viewer'): Promise<EventClient> {
  const url = `http://127.0.0.1:${gateway.port}/v1/events${query}`;
  const client = await EventClient.open(url, { authorization: `Bearer brt_${as}`, ...headers });
  clients.push(client);
  return client;
}

/** Adds to the feed, and returns what gateways are to be told. */
function happen(count = 1, { serverId = ids.server, name = 'Orders' } = {}): FeedEntry[] {
  const added = Array.from({ length: count }, (_, index) => ({
    sequence: FIRST + feed.length + index,
    type: 'server.changed' as const,
    data: {
      at: snapshot.createdAt,
      server: { ...snapshot, id: serverId, name },
      operation: null,
      transitions: [],
    },
  }));
  feed.push(...added);
  return added;
}

function broadcast({ type }: EventContract, data: object): Promise<void> {
  const headers = { 'cloudEvents:id': `msg_${type}`, 'cloudEvents:type': type };
  return bus.publish('berth.events', type, JSON.stringify(data), { type, headers });
}
const tell = (entries: FeedEntry[], accountId = ids.account) =>
  broadcast(FeedAppended, { accountId, entries });
const told = ({ events }: EventClient) => events.map(({ event, id }) => `${event} ${Number(id) - FIRST + 1}`);
const changes = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `server.changed ${from + index}`);
const openStreams = () =>
  [...gateway.app.get(Streams)['open'].values()].flatMap((ofAccount) => [...ofAccount]);

describe('a stream', () => {
  test('begins with what comes, each event with its id, type and data', async () => {
    happen();
    const client = await follow();
    expect(client.headers.get('content-type')).toBe('text/event-stream');
    expect(client.headers.get('cache-control')).toBe('no-store');
    expect(client.headers.get('x-accel-buffering')).toBe('no');
    expect(client.retryMilliseconds).toBeGreaterThanOrEqual(1_000);
    expect(client.lastEventId).toBe(String(FIRST));
    const [entry] = happen();
    await tell([entry!]);
    await eventually(() => expect(told(client)).toEqual(changes(2, 2)));
    expect(client.events[0]).toMatchObject({ event: 'server.changed', data: entry!.data });
  });

  test.each([
    ['Last-Event-ID', '', { 'last-event-id': String(FIRST + 1) }],
    ['lastEventId', `?lastEventId=${FIRST + 1}`, {}],
    ['Last-Event-ID before the query', `?lastEventId=${FIRST + 90}`, { 'last-event-id': String(FIRST + 1) }],
  ])('goes on after %s, with however much has happened since, and then live', async (_, query, headers) => {
    happen(302, { name: 'x'.repeat(4_000) });
    const client = await follow(query, headers as Record<string, string>);
    await eventually(() => expect(told(client)).toEqual(changes(3, 302)));
    await tell(happen(2));
    await eventually(() => expect(told(client)).toEqual(changes(3, 304)));
  });

  test.each(['nonsense', '0', String(FIRST + 7), '9'.repeat(50)])(
    'after "%s", which was no event of the last day, is reset and then live',
    async (lastEventId) => {
      happen(3);
      const client = await follow(`?lastEventId=${lastEventId}`);
      await eventually(() => expect(told(client)).toEqual(['reset 3']));
      await tell(happen());
      await eventually(() => expect(told(client)).toEqual(['reset 3', 'server.changed 4']));
    },
  );

  test('has each event once and in order when broadcasts come twice, mixed up or not at all', async () => {
    const client = await follow();
    const [first, second, lost, fourth, fifth] = happen(5);
    await tell([second!]);
    await tell([first!, second!]);
    await eventually(() => expect(told(client).slice(0, 2)).toEqual(changes(1, 2)));
    await tell([fourth!]);
    await tell([fifth!]);
    await tell([second!]);
    await eventually(() => expect(told(client)).toEqual(changes(1, 5)));
    expect(client.events[2]).toMatchObject({ id: String(lost!.sequence) });
  });

  test('goes on after the bus was lost with what happened meanwhile', async () => {
    const client = await follow();
    bus.killConnections();
    happen(2);
    await eventually(() => expect(told(client)).toEqual(changes(1, 2)));
    await tell(happen());
    await eventually(() => expect(told(client)).toEqual(changes(1, 3)));
  });

  test('of one server has no other, and no account has those of another', async () => {
    const one = await follow(`?server=${ids.server}`);
    const all = await follow();
    await tell(happen(1, { serverId: otherServer }));
    await tell(happen());
    await tell(
      happen().map((entry) => ({ ...entry, sequence: entry.sequence + 1 })),
      ids.account.replace(/.$/, 'r'),
    );
    await eventually(() => expect(told(all)).toEqual(changes(1, 2)));
    expect(told(one)).toEqual(changes(2, 2));
  });

  test('has a heartbeat that says where to go on, and brings what no broadcast brought', async () => {
    const one = await follow(`?server=${otherServer}`);
    happen(2);
    for (const open of openStreams()) await gateway.app.get(Streams)['beat'](open);
    await eventually(async () => {
      for (const open of openStreams()) await gateway.app.get(Streams)['beat'](open);
      expect(one.lastEventId).toBe(String(FIRST + 1));
    });
    expect(one.comments).toBeGreaterThanOrEqual(2);
    expect(one.events).toEqual([]);
  });
});

describe('a stream ends', () => {
  const over = (client: EventClient) => eventually(() => expect(client.ended).toBe(true), { within: 2_000 });
  const principal = sample.principal('viewer');

  test('at once when its token is revoked; others of the account go on', async () => {
    const token = await follow();
    gateway.services.answer(Authenticate, () => ({ principal: { ...principal, sessionId: 'ses_1' } }));
    const session = await follow('', {}, 'session-of-somebody');
    await broadcast(AccessEnded, { accountId: ids.account, credentialId: 'ses_1' });
    await over(session);
    expect(token.ended).toBe(false);
    await broadcast(AccessEnded, { accountId: ids.account, credentialId: ids.token });
    await over(token);
    expect(openStreams()).toEqual([]);
  });

  test('when its account is closed, not when it is suspended', async () => {
    const client = await follow();
    const standing = { accountId: ids.account, quota: DEFAULT_QUOTA, at: snapshot.createdAt };
    await broadcast(AccountChanged, { ...standing, sequence: 2, status: 'suspended' });
    await tell(happen());
    await eventually(() => expect(told(client)).toEqual(changes(1, 1)));
    await broadcast(AccountChanged, { ...standing, sequence: 3, status: 'closed' });
    await over(client);
  });

  test('at the next heartbeat when the caller is unknown by then, or when accounts has been away for a minute', async () => {
    const [refused, unchecked] = [await follow(), await follow('', {}, 'operator')];
    const [first, second] = openStreams();
    gateway.services.answer(Authenticate, ({ credential }) => {
      if (credential === 'brt_viewer') return { principal: null };
      throw new Error('accounts is ill');
    });
    gateway.app.get(Identities).forgetAccount(ids.account);
    const beat = (open = first) => gateway.app.get(Streams)['beat'](open!);
    await beat(first);
    await over(refused);
    for (let beats = 0; beats < 3; beats++) await beat(second);
    expect(unchecked.ended).toBe(false);
    await beat(second);
    await over(unchecked);
  });

  test.each([
    ['has no scope for it', { scopes: ['billing' as const] }],
    ['may not be used from there', { networks: ['192.0.2.0/24'] }],
  ])('at the next heartbeat when its token %s by then; before, none begins', async (_, heldTo) => {
    const client = await follow();
    const [open] = openStreams();
    gateway.services.answer(Authenticate, () => ({
      principal: null,
      restricted: { ...principal, ...heldTo },
    }));
    gateway.app.get(Identities).forgetAccount(ids.account);
    await gateway.app.get(Streams)['beat'](open!);
    await over(client);
    await expect(follow()).rejects.toThrow(/40[13]/);
  });

  test('not while its token has the scope and is used from its networks', async () => {
    const restricted = { ...principal, scopes: ['servers' as const], networks: ['127.0.0.1'] };
    gateway.services.answer(Authenticate, () => ({ principal: null, restricted }));
    const client = await follow('', {}, 'held-to-something');
    await gateway.app.get(Streams)['beat'](openStreams()[0]!);
    await tell(happen());
    await eventually(() => expect(told(client)).toEqual(changes(1, 1)));
    expect(client.ended).toBe(false);
  });

  test('at once when the gateway stops', async () => {
    const client = await follow();
    const began = performance.now();
    await gateway.app.close();
    await over(client);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  test('when its client does not read: it is cut off and keeps no memory', async () => {
    const socket = connect(gateway.port, '127.0.0.1')
      .pause()
      .on('error', () => {});
    socket.write('GET /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer brt_viewer\r\n\r\n');
    await eventually(() => openStreams().length === 1);
    const name = 'x'.repeat(100_000);
    // The kernel holds some megabytes for it, the gateway one.
    for (let round = 0; round < 12 && openStreams().length > 0; round++) await tell(happen(20, { name }));
    await eventually(() => expect(openStreams()).toEqual([]));
    socket.destroy();
  });

  test('with its client, also when that leaves before it began', async () => {
    const { promise: asked, resolve: answer } = Promise.withResolvers<undefined>();
    gateway.services.answer(ReadFeed, async () => {
      await asked;
      return { sequence: FIRST, entries: [], reset: false };
    });
    const client = new AbortController();
    const headers = { authorization: 'Bearer brt_viewer' };
    const url = `http://127.0.0.1:${gateway.port}/v1/events?lastEventId=${FIRST - 1}`;
    const answered = fetch(url, { headers, signal: client.signal });
    await eventually(() => gateway.services.asked.length === 1);
    client.abort();
    await expect(answered).rejects.toThrow();
    await eventually(() => expect(openStreams()).toEqual([]));
    answer(undefined);
    await eventually(async () => expect((await gateway.call('GET', '/healthz')).status).toBe(200));
  });

  test('with its client', async () => {
    const client = await follow();
    expect(openStreams()).toHaveLength(1);
    await client.cut();
    await eventually(() => expect(openStreams()).toEqual([]));
  });
});

test('an account has 50 streams at once and no more', async () => {
  const fifty = await Promise.all(Array.from({ length: 50 }, () => follow()));
  const refused = await gateway.call('GET', '/v1/events', { as: 'viewer' });
  expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_streams' } });
  expect(refused.headers.get('content-type')).toContain('application/problem+json');
  await fifty[0]!.cut();
  await eventually(() => expect(openStreams()).toHaveLength(49));
  await follow();
});

test('while the feed cannot be read no stream is begun', async () => {
  gateway.services.answer(ReadFeed, () => {
    throw new Error('no database');
  });
  expect(await gateway.call('GET', '/v1/events', { as: 'viewer' })).toMatchObject({ status: 500 });
  expect(openStreams()).toEqual([]);
});

test('HEAD begins none', async () => {
  const { status, headers } = await gateway.call('HEAD', '/v1/events', { as: 'viewer' });
  expect({ status, type: headers.get('content-type') }).toEqual({ status: 200, type: 'text/event-stream' });
  expect(openStreams()).toEqual([]);
});
