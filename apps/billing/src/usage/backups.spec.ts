import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GetCosts, ListInvoiceLineUsage, ListUsage, type Price } from '@berth/contracts';
import { newId } from '@berth/mongo';
import { broker, database, serviceAt, TestClock, type TestBroker, type TestDatabase } from '@berth/testing';
import { BillingModule } from '../billing.module.ts';
import { Costs } from '../costs/costs.ts';
import { BillingUnderTest, PRICES, settings } from '../fixtures/billing-under-test.ts';
import type { Fact } from './intervals.ts';

const clock = new TestClock('2026-03-01T00:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let billing: BillingUnderTest;

const backupPrice: Price = {
  ...{ meter: 'backup', size: null, region: 'eu-central-1', currency: 'USD' },
  ...{ perMinute: '0.0001', activeFrom: '2026-01-01T00:00:00Z' },
};

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  const start = () => serviceAt(clock, BillingModule.forRoot(settings(rabbit, mongo), mongo.database));
  billing = new BillingUnderTest(clock, start);
  await billing.replica();
  await billing.publish([...PRICES, backupPrice]);
});
afterAll(async () => {
  await billing?.stop();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

/** A server with a disk of 10 GiB that is in these states, each heard of in time. */
async function server(...states: [at: string, is: Partial<Fact>][]): Promise<Fact> {
  const [accountId, serverId] = [await billing.account(), newId('srv')];
  let fact: Fact = {
    ...{ serverId, accountId, sequence: 0, at: new Date(0), product: 'web', region: 'eu-central-1' },
    ...{ size: 'small', diskGib: 10, computeBilled: false, diskBilled: false },
  };
  for (const [at, is] of states) {
    clock.set(at);
    fact = { ...fact, ...is, at: new Date(at), sequence: fact.sequence + 1 };
    await billing.hear(fact);
  }
  return fact;
}

const RUNNING = { computeBilled: true, diskBilled: true };
const PAUSED = { computeBilled: false, diskBilled: true };
const TERMINATED = { computeBilled: false, diskBilled: false };

describe('backups of a server', () => {
  test('are billed by the GiB-minute until they are deleted, while it is paused and after it is terminated', async () => {
    const { accountId } = await server(
      ['2026-03-10T10:00:00Z', RUNNING],
      ['2026-03-10T10:05:00Z', { backupGib: 8 }],
      ['2026-03-10T10:20:00Z', PAUSED],
      ['2026-03-10T10:30:00Z', { backupGib: 20 }],
      ['2026-03-10T10:40:00Z', TERMINATED],
      ['2026-03-10T12:00:00Z', { backupGib: 0 }],
    );
    const time = { from: '2026-03-10T00:00:00Z', to: '2026-03-11T00:00:00Z' };
    const { items } = await billing.ask(ListUsage, { accountId, ...time, limit: 200 });
    const backups = items.filter(({ meter }) => meter === 'backup');
    expect(backups.map(({ from, to, quantity }) => [from.slice(11, 16), to.slice(11, 16), quantity])).toEqual(
      [
        ['10:05', '10:30', 25 * 8],
        ['10:30', '11:00', 30 * 20],
        ['11:00', '12:00', 60 * 20],
      ],
    );
    for (const record of backups) expect(record).toMatchObject({ size: null, unit: 'gib_minute' });

    const query = { accountId, month: '2026-03', groupBy: 'server', limit: 9 } as const;
    const { meters } = await billing.ask(GetCosts, query);
    expect(meters.map(({ meter, quantity, total }) => [meter, quantity, total])).toEqual([
      ['compute', 20, '0.2'],
      ['disk', 400, '0'],
      ['backup', 2000, '0.2'],
    ]);

    clock.set('2026-04-04T00:00:10Z');
    const { id: invoiceId, lines } = await billing.close(accountId, '2026-03');
    expect(lines.map(({ description, amount }) => [description, amount])).toEqual([
      ['Compute small in eu-central-1', '0.20'],
      ['Disk in eu-central-1', '0.00'],
      ['Backups in eu-central-1', '0.20'],
    ]);
    const line = { accountId, invoiceId, line: 3 };
    const counted = await billing.ask(ListInvoiceLineUsage, { ...line, limit: 200 });
    expect(counted.items.map(({ id }) => id)).toEqual(backups.map(({ id }) => id));
  });

  test('keep a terminated server among the costs of the next month, and in its forecast', async () => {
    const { accountId, serverId } = await server(
      ['2026-03-31T22:00:00Z', { ...RUNNING, backupGib: 10 }],
      ['2026-03-31T23:50:00Z', TERMINATED],
    );
    clock.set('2026-04-01T00:30:00Z');
    const { items, forecast } = await billing.ask(GetCosts, { accountId, groupBy: 'server', limit: 9 });
    expect(items).toMatchObject([{ key: serverId, meters: [{ meter: 'backup', forecast: '43.2' }] }]);
    expect(items[0]?.meters).toHaveLength(1);
    // The minute of the question counts, and time goes on while it is asked.
    expect(Number(items[0]?.total)).toBeCloseTo(0.03, 2);
    expect(forecast).toBe('43.2');
  });

  test('without a price are an error that says so', async () => {
    const { accountId } = await server(['2026-03-20T10:00:00Z', { region: 'us-east-1', backupGib: 10 }]);
    const query = { accountId, month: '2026-03', groupBy: 'server', limit: 9 } as const;
    await expect(billing.app.get(Costs).of(query)).rejects.toThrow(
      'There is no price for backup in us-east-1 (USD) at 2026-03-20T10:00:00.000Z',
    );
  });

  test('that a transition says nothing of are none, and a transition cannot say two things', async () => {
    const silent = await server(['2026-03-20T10:00:00Z', RUNNING]);
    await billing.hear({ ...silent, backupGib: 0 });
    await expect(billing.hear({ ...silent, backupGib: 8 })).rejects.toThrow('contradicts');
    const telling = await server(['2026-03-20T10:00:00Z', { ...RUNNING, backupGib: 8 }]);
    await billing.hear(telling);
    const { backupGib: _, ...forgetting } = telling;
    await expect(billing.hear(forgetting)).rejects.toThrow('contradicts');
  });
});
