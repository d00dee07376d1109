import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@berth/mongo';
import { broker, database, serviceAt, TestClock, type TestBroker, type TestDatabase } from '@berth/testing';
import { BillingModule } from '../billing.module.ts';
import { monthOf } from '../costs/month.ts';
import { BillingUnderTest, PRICES, settings } from '../fixtures/billing-under-test.ts';
import type { ServerMonth } from '../usage/server-month.ts';
import { ServerMonths } from '../usage/server-months.ts';
import { UsageSweep } from '../usage/usage-sweep.ts';
import { DueMonths } from './due-months.ts';
import { VendorDetails } from './vendor.ts';

const clock = new TestClock('2026-01-15T00:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let billing: BillingUnderTest;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  const start = () => serviceAt(clock, BillingModule.forRoot(settings(rabbit, mongo), mongo.database));
  billing = new BillingUnderTest(clock, start);
  await billing.replica();
  await billing.publish(PRICES);
});
afterAll(async () => {
  await billing?.stop();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

/** An account with one thing that was open so long, and of which nothing is summed up: 0.1.0 has left it. */
async function unsummed(openedAt: string, closedAt: string | null): Promise<string> {
  const [accountId, serverId] = [newId('acc'), newId('srv')];
  const collection = (name: string) => mongo.connection.collection<{ _id: string }>(name);
  await collection('intervals').insertOne({
    ...{ _id: `${serverId}/compute/1`, serverId, accountId, meter: 'compute', product: 'web' },
    ...{ region: 'eu-central-1', size: 'small', unitsPerMinute: 1, version: 0 },
    ...{ openedBy: 1, openedAt: new Date(openedAt) },
    ...{ closedBy: closedAt === null ? null : 2, closedAt: closedAt === null ? null : new Date(closedAt) },
  });
  await collection('ledgers').insertOne({
    ...{ _id: serverId, sequence: 1, at: new Date(openedAt), cutUntil: new Date(openedAt) },
    ...{ open: false, missing: null, version: 1 },
  });
  return accountId;
}

const SMALL = { meter: 'compute', region: 'eu-central-1', size: 'small' } as const;

/** An account that used something in these months, and has something that goes on from the end of the last one. */
async function summed(months: readonly string[], goesOn = false): Promise<string> {
  const [accountId, serverId] = [newId('acc'), newId('srv')];
  const stored = months.map((month, index): ServerMonth => {
    const { to: until } = monthOf(month);
    const rest =
      goesOn && index === months.length - 1 ? [{ ...SMALL, unitsPerMinute: 1, from: until, to: null }] : [];
    return { accountId, serverId, month, until, sums: [{ ...SMALL, days: [0, 60] }], rest };
  });
  await billing.app.get(ServerMonths).save(stored);
  return accountId;
}

/** What is due of these accounts at some time, by their names. */
async function dueOf(names: ReadonlyMap<string, string>, at: string): Promise<string[]> {
  const months = billing.app.get(DueMonths);
  const now = new Date(at);
  const vendor = { ...billing.app.get(VendorDetails).expect(), firstMonth: `${at.slice(0, 4)}-02` };
  await months.find(now, vendor, new AbortController().signal);
  const found: string[] = [];
  for await (const { accountId, month } of months.due(now, vendor)) {
    const name = names.get(accountId);
    if (name) found.push(`${month} ${name}`);
  }
  return found.sort();
}

const usedIn = (year: string) => {
  const february = ['from February on', 'from January to April', 'in February'];
  const march = ['from February on', 'from January to April', 'until the end of March'];
  const all = { '02': february, '03': march };
  return Object.entries(all).flatMap(([month, names]) => names.map((name) => `${year}-${month} ${name}`));
};

test('a month that 0.1.0 has left is due for who used anything in it, from the month after the grace period on', async () => {
  // It would sum them up.
  await billing.app.get(UsageSweep).beforeApplicationShutdown();
  const names = new Map([
    [await unsummed('2025-02-10T00:00:00Z', '2025-02-11T00:00:00Z'), 'in February'],
    [await unsummed('2025-02-10T00:00:00Z', null), 'from February on'],
    [await unsummed('2025-03-31T00:00:00Z', '2025-04-01T00:00:00Z'), 'until the end of March'],
    [await unsummed('2025-01-31T00:00:00Z', '2025-04-20T00:00:00Z'), 'from January to April'],
    [await unsummed('2025-05-01T00:00:00Z', null), 'from May on'],
  ]);
  expect(await dueOf(names, '2025-04-03T23:59:59Z')).toEqual(usedIn('2025').slice(0, 3));
  expect(await dueOf(names, '2025-04-04T00:00:00Z')).toEqual(usedIn('2025'));
  await mongo.connection.collection('ledgers').deleteMany({});
});

test('so is one that is summed up, and who is heard of later is found by what is recorded', async () => {
  const names = new Map([
    [await summed(['2026-02']), 'in February'],
    [await summed(['2026-02'], true), 'from February on'],
    [await summed(['2026-03']), 'until the end of March'],
    [await summed(['2026-01', '2026-02', '2026-03', '2026-04']), 'from January to April'],
    [await summed(['2026-05'], true), 'from May on'],
  ]);
  expect(await dueOf(names, '2026-04-03T23:59:59Z')).toEqual(usedIn('2026').slice(0, 3));
  expect(await dueOf(names, '2026-04-04T00:00:00Z')).toEqual(usedIn('2026'));
  // What is looked for once is not looked for again.
  const late = await summed(['2026-03']);
  names.set(late, 'heard of late');
  expect(await dueOf(names, '2026-04-05T00:00:00Z')).toEqual(usedIn('2026'));
  clock.set('2026-04-05T00:00:00Z');
  await billing.noteLate(late, '2026-03');
  expect(await dueOf(names, '2026-04-05T00:00:00Z')).toContain('2026-03 heard of late');
});

test('nothing is due before the first month that is invoiced, or more than a year back', async () => {
  const months = billing.app.get(DueMonths);
  const vendor = { ...billing.app.get(VendorDetails).expect(), firstMonth: null };
  clock.set('2026-04-05T00:00:00Z');
  await billing.noteLate(newId('acc'), '2024-12');
  await billing.noteLate(newId('acc'), '2025-03');
  await billing.noteLate(newId('acc'), '2025-04');
  const found: string[] = [];
  for await (const { month } of months.due(new Date('2026-04-05T00:00:00Z'), vendor)) found.push(month);
  expect(found[0]).toBe('2025-04');
});
