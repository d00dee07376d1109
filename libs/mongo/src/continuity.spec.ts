import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { database, eventually, TestClock, type TestDatabase } from '@berth/testing';
import { Continuity } from './continuity.ts';
import type { KnowledgeGap } from './knowledge-gap.ts';
import { Transactions } from './transactions.ts';

let db: TestDatabase;
let clock: TestClock;
let running: Continuity[];

beforeEach(async () => {
  db = await database();
  clock = new TestClock('2026-03-01T00:00:00Z');
  running = [];
});
afterEach(async () => {
  for (const each of running) await each.onModuleDestroy();
  await db.stop();
});

/** A process; each has models of its own, as it has a connection of its own. */
async function started(
  transactions?: Transactions,
  connection = db.connection.useDb(db.database),
): Promise<Continuity> {
  const continuity = new Continuity(connection, transactions ?? new Transactions(connection), clock);
  await continuity.onApplicationBootstrap();
  running.push(continuity);
  return continuity;
}

async function stop(continuity: Continuity): Promise<void> {
  running = running.filter((each) => each !== continuity);
  await continuity.onModuleDestroy();
}

const heartbeats = () => db.connection.collection('heartbeats');
const seconds = ({ from, to, cause }: KnowledgeGap) => ({
  from: (from.getTime() - Date.parse('2026-03-01T00:00:00Z')) / 1000,
  to: (to.getTime() - Date.parse('2026-03-01T00:00:00Z')) / 1000,
  cause,
});

test('nothing is known of the time before the first start', async () => {
  const [gap, more] = await (await started()).gaps();
  expect(gap).toMatchObject({ from: new Date(0), to: clock.now(), cause: 'started' });
  expect(more).toBeUndefined();
});

test('while it runs there is no gap, however the clock steps', async () => {
  const continuity = await started();
  for (const step of [5, 3_600, -7_200, 60]) {
    clock.advance(step);
    await continuity.prove();
  }
  expect(await continuity.gaps()).toHaveLength(1);
});

test('a restart makes one from the last beat on, starts again and again make one in all', async () => {
  await stop(await started());
  clock.advance(30);
  await stop(await started());
  clock.advance(40);
  const last = await started();
  const [, ...gaps] = (await last.gaps()).map(seconds);
  expect(gaps).toEqual([]);
  expect((await last.gaps()).map(({ to }) => to)).toEqual([clock.now()]);
});

test('a database that went back is found out, and only what was done since then is unknown', async () => {
  const continuity = await started();
  clock.advance(100);
  await continuity.prove();
  const backup = await heartbeats().find().toArray();
  clock.advance(10);
  await continuity.prove();
  clock.advance(10);
  await heartbeats().deleteMany({});
  await heartbeats().insertMany(backup);
  await continuity.prove();
  const [, gap] = (await continuity.gaps()).map(seconds);
  expect(gap).toEqual({ from: 100, to: 120, cause: 'restored' });
  await continuity.prove();
  expect(await continuity.gaps()).toHaveLength(2);
});

test('a database that went back within a beat is found out by what it lacks', async () => {
  const continuity = await started();
  clock.advance(2);
  const things = db.connection.collection<{ _id: string }>('things');
  await things.insertOne({ _id: 'made-since' });
  continuity.remember('things', 'made-since');
  await continuity.prove();
  expect(await continuity.gaps()).toHaveLength(1);

  clock.advance(2);
  await things.deleteMany({});
  await continuity.prove();
  const [, gap] = (await continuity.gaps()).map(seconds);
  expect(gap).toMatchObject({ to: 4, cause: 'restored' });
  await continuity.prove();
  expect(await continuity.gaps()).toHaveLength(2);
});

test('what was stored long ago may be deleted: by then the beats are witness enough', async () => {
  const continuity = await started();
  const things = db.connection.collection<{ _id: string }>('things');
  await things.insertOne({ _id: 'made-long-ago' });
  continuity.remember('things', 'made-long-ago');
  await continuity.prove();
  await continuity.prove();
  await things.deleteMany({});
  await continuity.prove();
  expect(await continuity.gaps()).toHaveLength(1);
});

test('what is rolled back is no beat: the next one finds nothing amiss', async () => {
  const transactions = new Transactions(db.connection);
  const continuity = await started(transactions, db.connection);
  const abort = transactions.run(async () => {
    await continuity.prove();
    throw new Error('rolled back');
  });
  await expect(abort).rejects.toThrow('rolled back');
  await continuity.prove();
  expect(await continuity.gaps()).toHaveLength(1);
});

test('it beats by itself, also right after the clock has jumped', async () => {
  await started();
  clock.advance(600);
  await eventually(async () => expect((await heartbeats().findOne())?.['at']).toEqual(clock.now()));
});
