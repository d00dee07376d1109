import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import {
  Costs as CostsAnswer,
  GetCosts,
  type Catalog,
  type DataOf,
  type Price,
  type ServerTransition,
} from '@berth/contracts';
import { Requests } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
import { broker, database, serviceAt, TestClock, type TestBroker, type TestDatabase } from '@berth/testing';
import { BillingModule } from '../billing.module.ts';
import { Config } from '../config.ts';
import { Metering } from '../usage/metering.ts';

const price = (perMinute: string, activeFrom: string, size: string | null): Price => ({
  meter: size === null ? 'disk' : 'compute',
  size,
  region: 'eu-central-1',
  currency: 'USD',
  perMinute,
  activeFrom,
});
const catalog: Catalog = {
  digest: 'd',
  revision: 1,
  regions: [],
  sizes: [],
  products: [],
  prices: [
    price('0.01', '2026-01-01T00:00:00Z', 'small'),
    price('0.02', '2026-03-31T12:00:00Z', 'small'),
    price('0.001', '2026-01-01T00:00:00Z', null),
  ],
};

let bus: TestBroker;
let store: TestDatabase;
let clock: TestClock;
let app: INestMicroservice;

beforeAll(async () => {
  bus = await broker();
});
beforeEach(async () => {
  store = await database();
  clock = new TestClock('2026-03-01T00:00:00.000Z');
  const config = new Config({ AMQP_URL: bus.url, MONGODB_URI: store.uri });
  app = await serviceAt(clock, BillingModule.forRoot(config, store.database));
});
afterEach(async () => {
  await app.close();
  await store.stop();
});
afterAll(() => bus.stop());

const transaction = <Result>(work: () => Promise<Result>) => app.get(Transactions).run(work);
const publish = () => transaction(() => app.get(CatalogCopy, { strict: false }).keep(catalog));

/** A server with a disk of 10 GiB that becomes these, one after the other. */
async function server(accountId: string, ...history: ['running' | 'paused' | 'terminated', string][]) {
  const serverId = newId('srv');
  for (const [index, [to, at]] of history.entries()) {
    const transition: ServerTransition = {
      serverId,
      accountId,
      sequence: index + 1,
      at: new Date(at).toISOString(),
      from: null,
      to,
      reason: null,
      cause: { kind: 'system', id: null, text: 'the spec says so' },
      name: 'demo',
      hostname: 'demo.berth.localhost',
      product: 'web',
      version: '1.0',
      size: 'small',
      region: 'eu-central-1',
      zone: null,
      diskGib: 10,
      instanceId: null,
      ip: null,
      computeBilled: to === 'running',
      diskBilled: to !== 'terminated',
      operation: null,
    };
    await transaction(() => app.get(Metering).take([transition]));
  }
  return serverId;
}

async function costs(accountId: string, query: Partial<DataOf<typeof GetCosts>> = {}) {
  const asked = { accountId, groupBy: 'server', limit: 200, ...query } as const;
  const answer = await app.get(Requests).ask(GetCosts, asked);
  expect(CostsAnswer.parse(answer)).toEqual(answer);
  return answer;
}

describe('the costs of a month', () => {
  test('grow with every minute a server runs, without waiting for its records', async () => {
    await publish();
    const accountId = newId('acc');
    const serverId = await server(accountId, ['running', '2026-03-01T10:05:30Z']);
    clock.set('2026-03-01T10:05:40.000Z');
    expect((await costs(accountId)).total).toBe('0.02');
    clock.set('2026-03-01T10:06:40.000Z');
    expect(await costs(accountId)).toEqual({
      month: '2026-03',
      groupBy: 'server',
      currency: 'USD',
      asOf: expect.stringMatching(/^2026-03-01T10:06:4/),
      total: '0.04',
      // 31 days less 10:05: the disk at a cent a minute, compute too, and twice that in the last twelve hours.
      forecast: '887.9',
      meters: [
        { meter: 'compute', unit: 'minute', quantity: 2, total: '0.02', forecast: '447.55' },
        { meter: 'disk', unit: 'gib_minute', quantity: 20, total: '0.02', forecast: '440.35' },
      ],
      items: [expect.objectContaining({ key: serverId, total: '0.04', forecast: '887.9' })],
      nextCursor: null,
    });
  });

  test('hold what was terminated, and expect no more of it', async () => {
    await publish();
    const accountId = newId('acc');
    await server(
      accountId,
      ['running', '2026-03-01T10:00:00Z'],
      ['paused', '2026-03-01T11:00:00Z'],
      ['terminated', '2026-03-01T12:00:00Z'],
    );
    clock.set('2026-03-20T00:00:00.000Z');
    expect(await costs(accountId)).toMatchObject({ total: '1.8', forecast: '1.8' });
    expect(await costs(accountId, { month: '2026-03' })).toMatchObject({ total: '1.8' });
    expect(await costs(accountId, { month: '2026-04' })).toMatchObject({
      total: '0',
      forecast: '0',
      items: [],
    });
  });

  test('are those of the account alone, and nothing for one without servers', async () => {
    await publish();
    await server(newId('acc'), ['running', '2026-03-01T00:00:00Z']);
    clock.set('2026-03-02T00:00:00.000Z');
    expect(await costs(newId('acc'))).toMatchObject({
      total: '0',
      forecast: '0',
      meters: [],
      items: [],
      nextCursor: null,
    });
  });

  test('are those of one server when it is named, and nothing for one of another account', async () => {
    await publish();
    const accountId = newId('acc');
    const serverId = await server(accountId, ['running', '2026-03-01T23:50:00Z']);
    await server(accountId, ['running', '2026-03-01T10:00:00Z']);
    clock.set('2026-03-02T00:10:00.000Z');
    const one = await costs(accountId, { serverId, groupBy: 'day' });
    expect(one).toMatchObject({ total: '0.4', meters: [{ quantity: 20 }, { quantity: 200 }] });
    const days = one.items.map(({ key, total, servers }) => [key, total, servers]);
    expect(days.slice(0, 3)).toEqual([
      ['2026-03-01', '0.2', [{ id: serverId, total: '0.2' }]],
      ['2026-03-02', '0.2', [{ id: serverId, total: '0.2' }]],
      ['2026-03-03', '0', []],
    ]);
    expect(await costs(newId('acc'), { serverId })).toMatchObject({ total: '0', meters: [], items: [] });
  });

  test('by day tell apart the ten servers that cost most in the month', async () => {
    await publish();
    const accountId = newId('acc');
    const ids: string[] = [];
    for (let minutes = 1; minutes <= 12; minutes++) {
      const until = `2026-03-01T10:${String(minutes).padStart(2, '0')}:00Z`;
      ids.push(await server(accountId, ['running', '2026-03-01T10:00:00Z'], ['terminated', until]));
    }
    clock.set('2026-03-20T00:00:00.000Z');
    const { items, total } = await costs(accountId, { groupBy: 'day' });
    expect(items.map(({ key, servers }) => [key, servers])).toEqual([
      [
        '2026-03-01',
        ids
          .slice(2)
          .toReversed()
          .map((id, index) => ({ id, total: String((12 - index) / 50) })),
      ],
    ]);
    // Two cents for each of 78 minutes, three of which are those of the others.
    expect(total).toBe('1.56');
    expect((await costs(accountId, { groupBy: 'server' })).items[0]).not.toHaveProperty('servers');
  });

  test('come page by page, newest server first, with the same totals on each', async () => {
    await publish();
    const accountId = newId('acc');
    const ids: string[] = [];
    for (const minute of [10, 20, 30]) {
      ids.push(
        await server(
          accountId,
          ['running', `2026-03-01T10:00:00Z`],
          ['terminated', `2026-03-01T10:${minute}:00Z`],
        ),
      );
    }
    const first = await costs(accountId, { limit: 2 });
    const second = await costs(accountId, { limit: 2, cursor: first.nextCursor ?? undefined });
    expect([...first.items, ...second.items].map(({ key }) => key)).toEqual(ids.toSorted().reverse());
    expect(second.nextCursor).toBeNull();
    expect([first.total, second.total]).toEqual(['1.2', '1.2']);
  });

  test.each([
    ['server', 'x'],
    ['server', '2026-03-01'],
    ['day', '2026-02-30'],
    ['meter', 'acc_01jq0000000000000000000000'],
  ] as const)('by %s take no cursor %s', async (groupBy, cursor) => {
    await publish();
    await expect(costs(newId('acc'), { groupBy, cursor })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  test('are not known before there is a catalog', async () => {
    await expect(costs(newId('acc'))).rejects.toMatchObject({ code: 'dependency_unavailable', status: 503 });
  });
});
