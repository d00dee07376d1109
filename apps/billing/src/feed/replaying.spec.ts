import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connect, type ChannelModel, type ConsumeMessage } from 'amqplib';
import type { INestMicroservice } from '@nestjs/common';
import {
  CancelUsageReplay,
  GetUsageReplay,
  ListUsageReplays,
  NewUsageReplay,
  StartUsageReplay,
} from '@berth/contracts';
import { Requests } from '@berth/messaging';
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
import { recordOf, write } from './records.fixture.ts';
import { SEEN_WITHIN_SECONDS } from './usage-feed.ts';

const clock = new TestClock('2026-03-01T12:00:00.000Z');
/** What a broken connection costs the broker and us. */
const PATIENTLY = { within: 30_000 };
let rabbit: TestBroker;
let mongo: TestDatabase;
let outside: Tap;
let connection: ChannelModel;
let replicas: INestMicroservice[];
let bus: Requests;
/** From when on this test's records are. */
let from: string;

async function replica(): Promise<INestMicroservice> {
  const config = new Config({ AMQP_URL: rabbit.url, MONGODB_URI: mongo.uri });
  const app = await serviceAt(clock, BillingModule.forRoot(config, mongo.database));
  replicas.push(app);
  bus = app.get(Requests);
  return app;
}

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  outside = await rabbit.bindTap('berth.usage');
  // Past what cuts connections: the outside keeps its own.
  const address = new URL(process.env.AMQP_URL ?? '');
  address.pathname = `/${rabbit.vhost}`;
  connection = await connect(address.href);
});
beforeEach(async () => {
  replicas = [];
  clock.advance(3_600);
  from = clock.now().toISOString();
  await replica();
});
afterEach(async () => {
  await Promise.all(replicas.map((app) => app.close()));
});
afterAll(async () => {
  await connection?.close().catch(() => {});
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

/** A queue of the outside, bound as its owner binds it, and what is in it. */
async function queueOf(name: string): Promise<{ messages: ConsumeMessage[] }> {
  const channel = await connection.createChannel();
  await channel.assertExchange('billing.replays', 'direct', { durable: true });
  await channel.assertQueue(name, { durable: true });
  await channel.bindQueue(name, 'billing.replays', name);
  const messages: ConsumeMessage[] = [];
  await channel.consume(name, (message) => message && messages.push(message), { noAck: true });
  return { messages };
}

async function recorded(count: number) {
  const records = Array.from({ length: count }, () => recordOf());
  await write(replicas[0]!, ...records);
  clock.advance(SEEN_WITHIN_SECONDS + 1);
  return records.map(({ _id }) => _id).sort();
}

const start = (replay: Partial<NewUsageReplay> = {}) =>
  bus.ask(StartUsageReplay, { queue: 'ledger', from, ...replay });
const stateOf = async (replayId: string) => (await bus.ask(GetUsageReplay, { replayId })).state;
const until = (id: string, state: string, patience = PATIENTLY) =>
  eventually(async () => expect(await stateOf(id)).toBe(state), patience);
const bodyOf = ({ content }: ConsumeMessage) => JSON.parse(content.toString()) as { id: string };
const attributesOf = (headers: Record<string, unknown>) =>
  ['specversion', 'id', 'type', 'source', 'time', 'accountid'].map((name) => headers[`cloudEvents:${name}`]);

describe('a replay of usage', () => {
  test('brings the records that were written in a time to one queue, as the messages that they were', async () => {
    const ledger = await queueOf('ledger');
    const ids = await recorded(250);
    await eventually(() => expect(outside.messages.length).toBeGreaterThanOrEqual(250), PATIENTLY);
    const firstTime = outside.messages.length;
    const { id, ...begun } = await start();
    expect(begun).toMatchObject({ queue: 'ledger', from, state: 'running', published: 0, lastRecord: null });
    await eventually(() => expect(ledger.messages).toHaveLength(250), PATIENTLY);
    expect(ledger.messages.map((message) => bodyOf(message).id)).toEqual(ids);

    const said = outside.messages.find(({ data }) => (data as { id: string }).id === ids[0])!;
    const again = ledger.messages[0]!;
    expect(bodyOf(again)).toEqual(said.data);
    expect(attributesOf(again.properties.headers ?? {})).toEqual(attributesOf(said.headers));
    expect(again.properties).toMatchObject({
      ...{ messageId: said.properties.messageId, type: said.type, deliveryMode: 2 },
      headers: { 'cloudEvents:correlationid': id },
    });
    expect(outside.messages).toHaveLength(firstTime);
  });

  test('is over when all that was written by then can be seen, and not before', async () => {
    const ledger = await queueOf('ledger-of-now');
    const ids = await recorded(2);
    const late = recordOf();
    await write(replicas[0]!, late);
    clock.advance(1);
    const { id } = await start({ queue: 'ledger-of-now' });
    await eventually(() => expect(ledger.messages).toHaveLength(2), PATIENTLY);
    expect(await bus.ask(GetUsageReplay, { replayId: id })).toMatchObject({
      state: 'running',
      endedAt: null,
    });
    clock.advance(SEEN_WITHIN_SECONDS + 1);
    await until(id, 'succeeded');
    expect(ledger.messages.map((message) => bodyOf(message).id)).toEqual([...ids, late._id]);
    expect(await bus.ask(GetUsageReplay, { replayId: id })).toMatchObject({
      published: 3,
      lastRecord: { id: late._id },
      endedAt: clock.now().toISOString(),
    });
  });

  test('holds nothing that was written at its end or later', async () => {
    const ledger = await queueOf('ledger-of-then');
    const ids = await recorded(1);
    const to = clock.now().toISOString();
    await recorded(1);
    const { id } = await start({ queue: 'ledger-of-then', to });
    await until(id, 'succeeded');
    expect(ledger.messages.map((message) => bodyOf(message).id)).toEqual(ids);
  });

  test('fails with the reason when no queue is bound under the name, and keeps no other waiting', async () => {
    await recorded(3);
    await queueOf('ledger-beside');
    const { id } = await start({ queue: 'nobody' });
    const beside = await start({ queue: 'ledger-beside' });
    await until(id, 'failed');
    expect(await bus.ask(GetUsageReplay, { replayId: id })).toMatchObject({
      published: 0,
      error: 'No queue is bound to the exchange billing.replays with the routing key nobody',
    });
    clock.advance(SEEN_WITHIN_SECONDS);
    await until(beside.id, 'succeeded');
  });

  test('can be ended, once', async () => {
    await queueOf('ledger-ended');
    await recorded(1);
    const { id } = await start({ queue: 'ledger-ended' });
    expect(await bus.ask(CancelUsageReplay, { replayId: id })).toMatchObject({ state: 'canceled' });
    await expect(bus.ask(CancelUsageReplay, { replayId: id })).rejects.toMatchObject({
      code: 'invalid_state',
    });
    expect(await stateOf(id)).toBe('canceled');
    const { items } = await bus.ask(ListUsageReplays, { limit: 1 });
    expect(items).toMatchObject([{ id, state: 'canceled' }]);
  });

  test('goes on where it was after every connection is lost and another replica takes over', async () => {
    const ledger = await queueOf('ledger-of-another');
    const ids = await recorded(450);
    await replica();
    const { id } = await start({ queue: 'ledger-of-another' });
    await eventually(() => expect(ledger.messages.length).toBeGreaterThan(0), PATIENTLY);
    const [first] = replicas.splice(0, 1);
    rabbit.killConnections();
    await first?.close();
    clock.advance(SEEN_WITHIN_SECONDS);
    await eventually(
      () => expect([...new Set(ledger.messages.map((message) => bodyOf(message).id))].sort()).toEqual(ids),
      { within: 60_000 },
    );
    await eventually(async () => expect(await stateOf(id)).toBe('succeeded'), { within: 60_000 });
  }, 150_000);

  test.each([
    ['a queue of Berth’s own', 'provisioning.commands'],
    ['a queue of the broker', 'amq.gen-1'],
    ['no name of a queue', 'a b'],
  ])('is not taken for %s', (_, queue) => {
    const { error } = NewUsageReplay.safeParse({ queue, from });
    expect(error?.issues).toMatchObject([{ path: ['queue'] }]);
  });

  test.each([
    ['a time to come', { to: '2099-01-01T00:00:00Z' }, '/to'],
    ['no time at all', { from: '2026-03-01T11:00:00Z', to: '2026-03-01T11:00:00Z' }, '/from'],
  ])('is refused for %s', async (_, wrong, pointer) => {
    await expect(start(wrong)).rejects.toMatchObject({ code: 'invalid_request', errors: [{ pointer }] });
  });

  test('that there is not is not there', async () => {
    const replayId = 'rpl_01h455vb4pex5vsknk084sn02q';
    await expect(bus.ask(GetUsageReplay, { replayId })).rejects.toMatchObject({ code: 'not_found' });
    await expect(bus.ask(CancelUsageReplay, { replayId })).rejects.toMatchObject({ code: 'not_found' });
  });
});
