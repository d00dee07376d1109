import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import {
  AccountChanged,
  DecideTerms,
  DEFAULT_QUOTA,
  GetCosts,
  GetTerms,
  GrantCredit,
  ListCredits,
  ListUsage,
  SendTerms,
  TermsChanged,
  type Catalog,
  type InputOf,
  type OwnPrice,
  type ServerTransition,
} from '@berth/contracts';
import { Outbox, Requests } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
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
import { Metering } from '../usage/metering.ts';

const region = 'eu-central-1';
const series = { meter: 'compute', size: 'small', region } as const;
const disk = { meter: 'disk', size: null, region } as const;
const listed = (currency: string, perMinute: string, activeFrom: string) => [
  { ...series, currency, perMinute, activeFrom },
  { ...series, size: 'large', currency, perMinute: '0.05', activeFrom },
  { ...disk, currency, perMinute: '0.001', activeFrom },
];
const catalog: Catalog = {
  digest: 'd',
  revision: 1,
  regions: [{ id: region, name: 'Frankfurt', zones: ['eu-central-1a'] }],
  sizes: ['small', 'large'].map((id, rank) => ({
    ...{ id, name: id, rank, instanceType: 't3.small', vcpu: 2, memoryGib: 2 },
  })),
  products: [],
  prices: [
    ...listed('USD', '0.01', '2024-01-01T00:00:00.000Z'),
    ...listed('EUR', '0.02', '2025-01-01T00:00:00.000Z'),
  ],
};
const own = (perMinute: string, activeFrom: string, activeUntil: string | null = null): OwnPrice => ({
  ...series,
  ...{ currency: 'USD', perMinute, activeFrom, activeUntil },
});
const euros = (month: string) => [{ currency: 'EUR', activeFrom: `${month}-01T00:00:00.000Z` }];

const clock = new TestClock('2026-03-10T00:00:00.000Z');
const actor = { kind: 'user', id: newId('usr') } as const;
let rabbit: TestBroker;
let mongo: TestDatabase;
let told: Tap;
let app: INestMicroservice;
let accountId: string;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  told = await rabbit.bindTap('berth.events', TermsChanged.type);
  const config = new Config({ AMQP_URL: rabbit.url, MONGODB_URI: mongo.uri });
  app = await serviceAt(clock, BillingModule.forRoot(config, mongo.database));
  await transaction(() => app.get(CatalogCopy, { strict: false }).keep(catalog));
});
beforeEach(async () => {
  clock.set('2026-03-10T00:00:00.000Z');
  accountId = await account();
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

const transaction = <Result>(work: () => Promise<Result>) => app.get(Transactions).run(work);
const ask = () => app.get(Requests);
const terms = (id = accountId) => ask().ask(GetTerms, { accountId: id });
const decide = (decision: Omit<InputOf<typeof DecideTerms>, 'accountId'>) =>
  ask().ask(DecideTerms, { ...decision, accountId }, { accountId, actor });
const errorsOf = (work: Promise<unknown>) =>
  work.then(
    () => [],
    (error: { code: string; errors?: { pointer: string }[] }) => [
      error.code,
      ...(error.errors ?? []).map(({ pointer }) => pointer),
    ],
  );
const toldOf = (id: string) =>
  told.messages.map(({ data }) => TermsChanged.schema.parse(data)).filter((each) => each.accountId === id);

async function account(status: 'active' | 'closed' = 'active'): Promise<string> {
  const id = newId('acc');
  const at = clock.now().toISOString();
  await transaction(() =>
    app.get(Outbox).publish(AccountChanged, { accountId: id, sequence: 1, status, quota: DEFAULT_QUOTA, at }),
  );
  const accounts = mongo.connection.collection<{ _id: string }>('accounts');
  await eventually(async () => expect(await accounts.countDocuments({ _id: id })).toBe(1));
  return id;
}

/** A server with 1 GiB of disk that is small from then on, and of other sizes later. */
async function server(at: string, ...resized: [size: string, at: string][]): Promise<void> {
  const serverId = newId('srv');
  for (const [index, [size, since]] of [['small', at] as const, ...resized].entries()) {
    const transition: ServerTransition = {
      ...{ serverId, accountId, sequence: index + 1, at: since, from: null, to: 'running', reason: null },
      cause: { kind: 'system', id: null, text: 'the spec says so' },
      ...{ name: 'demo', hostname: 'demo.berth.localhost', product: 'web', version: '1', size },
      ...{ region, diskGib: 1, computeBilled: true, diskBilled: true },
      ...{ zone: null, instanceId: null, ip: null, operation: null },
    };
    await transaction(() => app.get(Metering).take([transition]));
  }
  await app.get(Metering).settle(serverId);
}

const costs = (month: string) => ask().ask(GetCosts, { accountId, month, groupBy: 'meter', limit: 200 });

test('an account without terms buys at the catalog’s prices, in its oldest currency', async () => {
  expect(await terms()).toEqual({ sequence: 0, currency: 'USD', currencies: [], prices: [] });
  await server('2026-03-10T00:00:00.000Z');
  clock.set('2026-03-10T01:00:00.000Z');
  expect(await costs('2026-03')).toMatchObject({ currency: 'USD', total: '0.66' });
});

test('what is agreed is told to others, with the sequence growing', async () => {
  const agreed = await decide({ basedOnSequence: 0, currencies: euros('2026-03') });
  expect(agreed).toMatchObject({ sequence: 1, currency: 'EUR' });
  await decide({ basedOnSequence: 1, prices: [own('0.005', '2026-03-11T00:00:00.000Z')] });
  expect(await terms()).toMatchObject({
    sequence: 2,
    currencies: euros('2026-03'),
    prices: [{ perMinute: '0.005' }],
  });
  await eventually(() =>
    expect(
      toldOf(accountId)
        .map(({ sequence }) => sequence)
        .sort(),
    ).toEqual([1, 2]),
  );
});

test('two people of the staff do not overwrite what the other has agreed', async () => {
  const decision = { basedOnSequence: 0, currencies: euros('2026-04') };
  const both = await Promise.all([errorsOf(decide(decision)), errorsOf(decide(decision))]);
  expect(both.sort()).toEqual([[], ['changed_meanwhile']]);
  expect(await errorsOf(decide(decision))).toEqual(['changed_meanwhile']);
  expect(await terms()).toMatchObject({ sequence: 1 });
});

test('all of it is agreed or nothing, and every fault is named', async () => {
  const prices = [
    own('0.005', '2026-03-11T00:00:00.000Z'),
    { ...own('1', '2026-03-09T00:00:00.000Z'), size: 'tiny' },
  ];
  expect(
    await errorsOf(
      decide({ basedOnSequence: 0, currencies: [{ ...euros('2026-04')[0]!, currency: 'CHF' }], prices }),
    ),
  ).toEqual(['invalid_request', '/currencies/0/currency', '/prices/1/size', '/prices/1/activeFrom']);
  expect(await terms()).toMatchObject({ sequence: 0, currencies: [], prices: [] });
  expect(toldOf(accountId)).toEqual([]);
});

test.each([['0'], ['0.000'], ['-1'], ['1e3'], ['0.0000000000001']])(
  'a price of %s is none',
  async (perMinute) => {
    const refused = decide({ basedOnSequence: 0, prices: [own(perMinute, '2026-03-11T00:00:00.000Z')] });
    await expect(refused).rejects.toThrow();
    expect(await terms()).toMatchObject({ sequence: 0 });
  },
);

test('with an account that is closed, or that nobody has heard of, nothing is agreed', async () => {
  accountId = await account('closed');
  expect(await errorsOf(decide({ basedOnSequence: 0, prices: [] }))).toEqual(['invalid_state']);
  accountId = newId('acc');
  expect(await errorsOf(decide({ basedOnSequence: 0, prices: [] }))).toEqual(['not_found']);
});

test('a price of its own splits the hour, and the catalog’s goes on when it ends', async () => {
  await decide({
    basedOnSequence: 0,
    prices: [own('0.001', '2026-03-10T00:10:00.000Z', '2026-03-10T00:30:00.000Z')],
  });
  await server('2026-03-10T00:00:00.000Z');
  clock.set('2026-03-10T01:00:00.000Z');
  // 40 minutes at 0.01, 20 at 0.001, and 60 GiB-minutes at 0.001.
  expect(await costs('2026-03')).toMatchObject({ currency: 'USD', total: '0.48' });
});

test('which of two sizes in a minute is the dearer is told by its own prices', async () => {
  const large = { ...own('0.001', '2026-03-10T00:10:00.000Z'), size: 'large' };
  await decide({ basedOnSequence: 0, prices: [large] });
  clock.set('2026-03-10T01:01:00.000Z');
  await server('2026-03-10T00:20:10.000Z', ['large', '2026-03-10T00:20:30.000Z']);
  const day = { from: '2026-03-10T00:00:00.000Z', to: '2026-03-10T01:00:00.000Z' };
  const { items } = await ask().ask(ListUsage, { accountId, ...day, limit: 200 });
  // The first transition may have been settled before the second came: what was reversed then does not count.
  const reversed = new Set(items.map(({ reverses }) => reverses));
  const compute = items.filter(
    ({ id, meter, reverses }) => meter === 'compute' && reverses === null && !reversed.has(id),
  );
  expect(compute.map(({ size, quantity }) => [size, quantity])).toEqual([
    ['small', 1],
    ['large', 39],
  ]);
});

describe('the currency of an account', () => {
  test('cannot be another one from the present month on once something is billed', async () => {
    await server('2026-03-10T00:00:00.000Z');
    expect(await errorsOf(decide({ basedOnSequence: 0, currencies: euros('2026-03') }))).toEqual([
      'invalid_request',
      '/currencies/0/activeFrom',
    ]);
  });

  test('is one for each month: what goes on is billed in the new one from its first minute', async () => {
    await decide({ basedOnSequence: 0, currencies: euros('2026-04') });
    await server('2026-03-31T23:00:00.000Z');
    clock.set('2026-04-01T01:00:00.000Z');
    expect(await costs('2026-03')).toMatchObject({ currency: 'USD', total: '0.66' });
    expect(await costs('2026-04')).toMatchObject({ currency: 'EUR', total: '1.26' });
    expect(await terms()).toMatchObject({ currency: 'EUR' });
  });

  test('leaves a credit of before in its own, where nothing can take it', async () => {
    const credit = { accountId, amount: '25', reason: 'Thank you' };
    await ask().ask(GrantCredit, credit, { accountId, actor });
    await decide({ basedOnSequence: 0, currencies: euros('2026-04') });
    clock.set('2026-04-01T00:00:00.000Z');
    expect(await ask().ask(ListCredits, { accountId, limit: 50 })).toMatchObject({
      ...{ currency: 'EUR', available: '0', items: [{ currency: 'USD', remaining: '25' }] },
    });
    expect(await ask().ask(GrantCredit, credit, { accountId, actor })).toMatchObject({ currency: 'EUR' });
  });
});

test('whoever asks is told the terms of all accounts again', async () => {
  const ids = [accountId, await account()];
  for (accountId of ids) await decide({ basedOnSequence: 0, currencies: euros('2026-04') });
  await eventually(() => expect(ids.map((id) => toldOf(id).length)).toEqual([1, 1]));
  await transaction(() => app.get(Outbox).send(SendTerms, { requestedBy: 'catalog' }));
  await eventually(() => expect(ids.map((id) => toldOf(id).length)).toEqual([2, 2]));
});
