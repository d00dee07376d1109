import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import type { ServerStatus, ServerTransition } from '@berth/contracts';
import { newId, Transactions } from '@berth/mongo';
import { broker, database, serviceAt, TestClock, type TestBroker, type TestDatabase } from '@berth/testing';
import { BillingModule } from '../billing.module.ts';
import { settings } from '../fixtures/billing-under-test.ts';
import { operationsIn } from '../fixtures/operations.ts';
import { Metering } from './metering.ts';
import { usedIn } from './month-text.ts';

let rabbit: TestBroker;
let mongo: TestDatabase;
let clock: TestClock;
let one: INestMicroservice;
let other: INestMicroservice;
let serverId: string;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  clock = new TestClock('2026-03-01T10:30:00.000Z');
  const replica = () => serviceAt(clock, BillingModule.forRoot(settings(rabbit, mongo), mongo.database));
  [one, other] = [await replica(), await replica()];
});
beforeEach(() => {
  serverId = newId('srv');
  clock.set('2026-03-01T10:30:00.000Z');
});
afterAll(async () => {
  await Promise.all([one?.close(), other?.close()]);
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

/** The next transition of the server, at a time of 1 March. */
const becomes = (
  sequence: number,
  to: ServerStatus,
  time: string,
  more: Partial<ServerTransition> = {},
): ServerTransition => ({
  ...{ serverId, accountId: 'acc_01jqzk4f6qe3v8w2m5n7r9t1xy', sequence, at: `2026-03-01T${time}.000Z` },
  ...{ from: null, to, reason: null, cause: { kind: 'system', id: null, text: 'the spec says so' } },
  ...{ name: 'demo', hostname: 'demo.berth.localhost', product: 'web', version: '1.0', size: 'small' },
  ...{ region: 'eu-central-1', zone: null, diskGib: 20, instanceId: null, ip: null, operation: null },
  computeBilled: to === 'running',
  diskBilled: to === 'running' || to === 'paused',
  ...more,
});

const take = (transition: ServerTransition, app = one) =>
  app.get(Transactions).run(() => app.get(Metering).take([transition]));

const stored = (collection: string) =>
  mongo.connection
    .collection(collection)
    .find({ ...(collection === 'ledgers' ? { _id: serverId as never } : { serverId }) })
    .toArray();

/** `compute 10:05–10:16 11`, reversals too. */
const lines = async () =>
  (await stored('usage_records'))
    .map(({ meter, from, to, quantity }) => `${meter} ${clockOf(from)}–${clockOf(to)} ${quantity}`)
    .sort();
const clockOf = (moment: Date) => moment.toISOString().slice(11, 16);

const operationsOf = (work: () => Promise<void>) => operationsIn(one, work);

describe('a transition', () => {
  test('is stored and settled in one transaction, or not at all', async () => {
    const failing = one.get(Transactions).run(async () => {
      await one.get(Metering).take([becomes(1, 'running', '10:05:30')]);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    for (const collection of ['facts', 'intervals', 'ledgers', 'server_months'])
      expect(await stored(collection)).toEqual([]);

    await take(becomes(1, 'running', '10:05:30'));
    await take(becomes(2, 'paused', '10:15:10'));
    expect(await lines()).toEqual(['compute 10:05–10:16 11']);
    expect((await stored('facts')).map(({ considered }) => considered)).toEqual([true, true]);
  });

  test('that is the next one is settled with its ledger alone, and writes each collection at most once', async () => {
    expect(await operationsOf(() => take(becomes(1, 'requested', '10:05:00')))).toEqual([
      ...['ledgers.find', 'ledgers.replaceOne', 'facts.insertOne'],
    ]);
    expect(await operationsOf(() => take(becomes(2, 'configuring', '10:05:20')))).toEqual([
      ...['ledgers.find', 'ledgers.replaceOne', 'facts.insertOne'],
    ]);
    expect(await operationsOf(() => take(becomes(3, 'running', '10:05:30')))).toEqual([
      ...['ledgers.find', 'ledgers.replaceOne', 'facts.insertOne'],
      ...['intervals.bulkWrite', 'budgets.find', 'server_months.replaceOne'],
    ]);
    clock.set('2026-03-01T12:30:00.000Z');
    expect(await operationsOf(() => take(becomes(4, 'terminated', '12:20:10')))).toEqual([
      ...['ledgers.find', 'ledgers.replaceOne', 'facts.insertOne', 'intervals.bulkWrite'],
      ...['usage_records.insertMany', 'outbox.insertMany', 'server_months.replaceOne'],
    ]);
    expect(await stored('usage_records')).toHaveLength(6);
  });

  test('is settled together with those of other servers that come with it, each collection written once for all', async () => {
    const servers = [serverId, newId('srv'), newId('srv')];
    const all = (...args: Parameters<typeof becomes>) =>
      servers.map((each) => ({ ...becomes(...args), serverId: each, accountId: newId('acc') }));
    const takeAll = (transitions: ServerTransition[]) =>
      one.get(Transactions).run(() => one.get(Metering).take(transitions));
    await takeAll(all(1, 'running', '10:05:30'));
    expect(await operationsOf(() => takeAll(all(2, 'terminated', '10:15:10')))).toEqual([
      ...['ledgers.find', 'ledgers.bulkWrite', 'facts.insertMany', 'intervals.bulkWrite'],
      ...['usage_records.insertMany', 'outbox.insertMany', 'server_months.bulkWrite'],
    ]);
    for (const each of servers)
      expect(await mongo.connection.collection('usage_records').countDocuments({ serverId: each })).toBe(2);
  });

  test('that comes twice at once, to two replicas, counts once', async () => {
    await take(becomes(1, 'running', '10:05:30'));
    const paused = becomes(2, 'paused', '10:15:10');
    await Promise.all([take(paused), take(paused, other), take(paused, other)]);
    expect(await stored('facts')).toHaveLength(2);
    expect(await lines()).toEqual(['compute 10:05–10:16 11']);
    await take(paused);
    expect(await lines()).toEqual(['compute 10:05–10:16 11']);
    expect(await stored('ledgers')).toMatchObject([{ sequence: 2, version: 2, summedIn: 2 }]);
  });

  test('that contradicts one which comes at the same time is refused, whichever is first', async () => {
    await take(becomes(1, 'running', '10:05:30'));
    const outcomes = await Promise.allSettled([
      take(becomes(2, 'paused', '10:15:10')),
      take(becomes(2, 'paused', '10:25:10'), other),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(String(outcomes.find(({ status }) => status === 'rejected')?.['reason' as never])).toContain(
      `Transition 2 of ${serverId} contradicts`,
    );
    expect(await lines()).toHaveLength(1);
  });

  test('finds its place when all of them come at once, in any order, to two replicas', async () => {
    const transitions = Array.from({ length: 12 }, (_, index) =>
      becomes(index + 1, index % 2 ? 'paused' : 'running', `10:${String(index * 2).padStart(2, '0')}:30`),
    );
    const shuffled = transitions.map((_, index) => transitions[(index * 5) % 12] as ServerTransition);
    await Promise.all(shuffled.map((transition, index) => take(transition, index % 2 ? one : other)));
    expect(await lines()).toEqual(
      [0, 4, 8, 12, 16, 20].map((minute) => {
        const [from, to] = [minute, minute + 3].map((each) => `10:${String(each).padStart(2, '0')}`);
        return `compute ${from}–${to} 3`;
      }),
    );
    expect(await stored('ledgers')).toMatchObject([{ sequence: 12, missing: null, open: true }]);
    const [month] = await stored('server_months');
    expect(usedIn(String(month?.['used'])).rest).toMatchObject([
      ...[0, 4, 8, 12, 16, 20].map((minute) => ({
        ...{ meter: 'compute', from: new Date(Date.UTC(2026, 2, 1, 10, minute)) },
        to: new Date(Date.UTC(2026, 2, 1, 10, minute + 3)),
      })),
      { meter: 'disk', to: null },
    ]);
  });

  test('asks for prices only when the server has had two sizes', async () => {
    await take(becomes(1, 'running', '10:05:30'));
    const resized = becomes(2, 'running', '10:15:10', { size: 'large' });
    expect(await operationsOf(() => take(resized))).toEqual(
      expect.arrayContaining(['terms.findOne', 'catalog.findOne']),
    );
  });
});

describe('a ledger without pages of its own', () => {
  const ledgers = () => mongo.connection.collection<{ _id: string }>('ledgers');

  test('goes on from what is stored beside it', async () => {
    await take(becomes(1, 'running', '10:05:30'));
    await ledgers().updateOne({ _id: serverId }, { $unset: { openPages: '' } });
    await take(becomes(2, 'paused', '10:15:10'));
    await take(becomes(3, 'terminated', '10:20:00'));
    expect(await lines()).toEqual(['compute 10:05–10:16 11', 'disk 10:05–10:20 300']);
  });

  test('is one whose server a replica of 0.1.0 has settled since', async () => {
    await take(becomes(1, 'running', '10:05:30'));
    // It knows neither pages nor sums, and leaves them as they are.
    const closed = { closedBy: 2, closedAt: new Date('2026-03-01T10:15:10.000Z') };
    await mongo.connection
      .collection('intervals')
      .updateOne({ serverId, meter: 'compute' }, { $set: closed });
    const { accountId, at: _, ...fact } = becomes(2, 'paused', '10:15:10');
    await mongo.connection.collection<{ _id: string }>('facts').insertOne({
      ...{ _id: `${serverId}/2`, accountId, serverId, sequence: 2, at: closed.closedAt, considered: true },
      ...{ product: fact.product, region: fact.region, size: fact.size, diskGib: 20 },
      ...{ computeBilled: false, diskBilled: true },
    });
    await ledgers().updateOne(
      { _id: serverId },
      { $set: { sequence: 2, at: closed.closedAt }, $inc: { version: 1 } },
    );
    await take(becomes(3, 'running', '10:20:00'));
    await take(becomes(4, 'terminated', '10:25:00'));
    expect(await lines()).toEqual([
      ...['compute 10:05–10:16 11', 'compute 10:20–10:25 5', 'disk 10:05–10:25 400'],
    ]);
    const [month] = await stored('server_months');
    expect(usedIn(String(month?.['used'])).rest).toHaveLength(3);
  });
});
