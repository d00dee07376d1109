import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { database, eventually, type TestDatabase } from '@berth/testing';
import { Leader } from './leader.ts';

const LEASE_SECONDS = 0.8;

let db: TestDatabase;
let name: string;
let count = 0;
let leaders: Leader[];
let leading: string[];

beforeAll(async () => {
  db = await database();
});
afterAll(() => db.stop());
beforeEach(() => {
  name = `work-${(count += 1)}`;
  leaders = [];
  leading = [];
});
afterEach(() => Promise.all(leaders.map((leader) => leader.stop())));

/** A replica whose work lasts until its tenure ends. */
function replica(id: string): Leader {
  const work = async (tenure: AbortSignal) => {
    leading.push(id);
    await new Promise((ended) => tenure.addEventListener('abort', ended, { once: true }));
    leading.splice(leading.indexOf(id), 1);
  };
  const leader = new Leader(db.connection, name, work, { leaseSeconds: LEASE_SECONDS });
  leaders.push(leader);
  leader.start();
  return leader;
}

const leases = () =>
  db.connection.collection<{ _id: string; holder: string | null; version: number }>('leases');

test('of many replicas started at once one leads, and goes on leading', async () => {
  for (const id of ['a', 'b', 'c', 'd']) replica(id);
  await eventually(() => expect(leading).toHaveLength(1));
  const [first] = leading;
  // Each renewal comes after a quarter of the lease, so that five are more than its length.
  await eventually(async () => expect((await leases().findOne({ _id: name }))?.version).toBeGreaterThan(5));
  expect(leading).toEqual([first]);
});

test('a leader that stops hands over at once', async () => {
  const first = replica('a');
  await eventually(() => expect(leading).toEqual(['a']));
  replica('b');
  await first.stop();
  expect(leading).not.toContain('a');
  await eventually(() => expect(leading).toEqual(['b']), { within: LEASE_SECONDS * 1_000 });
});

test('a leader that died is replaced once its lease has stood still for its length', async () => {
  await leases().insertOne({ _id: name, holder: 'dead', version: 7 });
  const startedAt = performance.now();
  replica('b');
  await eventually(() => expect(leading).toEqual(['b']));
  expect(performance.now() - startedAt).toBeGreaterThan(LEASE_SECONDS * 1_000);
});

test('a leader whose lease was taken ends its work', async () => {
  replica('a');
  await eventually(() => expect(leading).toEqual(['a']));
  await leases().updateOne({ _id: name }, { $set: { holder: 'another' }, $inc: { version: 1 } });
  await eventually(() => expect(leading).toEqual([]), { within: LEASE_SECONDS * 1_000 });
});

test('work that fails is begun again', async () => {
  let attempts = 0;
  const work = async () => {
    attempts += 1;
    throw new Error('not today');
  };
  const leader = new Leader(db.connection, name, work, { leaseSeconds: LEASE_SECONDS });
  leaders.push(leader);
  leader.start();
  await eventually(() => expect(attempts).toBeGreaterThan(2));
});
