import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@berth/mongo';
import { broker, database, serviceAt, TestClock, type TestBroker, type TestDatabase } from '@berth/testing';
import { BillingModule } from '../billing.module.ts';
import { BillingUnderTest, PRICES, settings } from '../fixtures/billing-under-test.ts';
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

/** An account with one thing that was open so long, as it is stored. */
async function used(openedAt: string, closedAt: string | null): Promise<string> {
  const [accountId, serverId] = [newId('acc'), newId('srv')];
  await mongo.connection.collection<{ _id: string }>('intervals').insertOne({
    ...{ _id: `${serverId}/compute/1`, serverId, accountId, meter: 'compute', product: 'web' },
    ...{ region: 'eu-central-1', size: 'small', unitsPerMinute: 1, version: 0 },
    ...{ openedBy: 1, openedAt: new Date(openedAt) },
    ...{ closedBy: closedAt === null ? null : 2, closedAt: closedAt === null ? null : new Date(closedAt) },
  });
  return accountId;
}

test('a month is due for who used anything in it, from the month after the grace period on', async () => {
  const names = new Map([
    [await used('2026-02-10T00:00:00Z', '2026-02-11T00:00:00Z'), 'in February'],
    [await used('2026-02-10T00:00:00Z', null), 'from February on'],
    [await used('2026-03-31T00:00:00Z', '2026-04-01T00:00:00Z'), 'until the end of March'],
    [await used('2026-01-31T00:00:00Z', '2026-04-20T00:00:00Z'), 'from January to April'],
    [await used('2026-05-01T00:00:00Z', null), 'from May on'],
  ]);
  const months = billing.app.get(DueMonths);
  const vendor = { ...billing.app.get(VendorDetails).expect(), firstMonth: '2026-02' };
  const due = async (at: string) => {
    const now = new Date(at);
    await months.find(now, vendor, new AbortController().signal);
    const found: string[] = [];
    for await (const { accountId, month } of months.due(now, vendor)) {
      const name = names.get(accountId);
      if (name) found.push(`${month} ${name}`);
    }
    return found.sort();
  };
  const february = ['2026-02 from February on', '2026-02 from January to April', '2026-02 in February'];
  expect(await due('2026-04-03T23:59:59Z')).toEqual(february);
  const march = [
    '2026-03 from February on',
    '2026-03 from January to April',
    '2026-03 until the end of March',
  ];
  expect(await due('2026-04-04T00:00:00Z')).toEqual([...february, ...march]);
  // What is looked for once is not looked for again: who is heard of later is noted when it is recorded.
  const late = await used('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z');
  names.set(late, 'heard of late');
  expect(await due('2026-04-05T00:00:00Z')).toEqual([...february, ...march]);
  clock.set('2026-04-05T00:00:00Z');
  await billing.noteLate(late, '2026-03');
  expect(await due('2026-04-05T00:00:00Z')).toContain('2026-03 heard of late');
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
