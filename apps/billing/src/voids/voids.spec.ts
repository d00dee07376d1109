import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { CatalogCopy } from '@berth/catalog-copy';
import {
  DeclareVoid,
  GetCosts,
  ListUsage,
  ListVoids,
  NewVoid,
  WithdrawVoid,
  type InputOf,
  type Price,
  type ServerTransition,
} from '@berth/contracts';
import { Requests } from '@berth/messaging';
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
import { UsageSweep } from '../usage/usage-sweep.ts';

const actor = { kind: 'user', id: newId('usr') } as const;
const price = (perMinute: string, size: string | null): Price => ({
  meter: size === null ? 'disk' : 'compute',
  size,
  region: 'eu-central-1',
  currency: 'USD',
  perMinute,
  activeFrom: '2026-01-01T00:00:00Z',
});

let rabbit: TestBroker;
let mongo: TestDatabase;
let outside: Tap;
let clock: TestClock;
let app: INestMicroservice;
let bus: Requests;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  outside = await rabbit.bindTap('berth.usage');
  clock = new TestClock('2026-03-01T10:00:00.000Z');
  const config = new Config({ AMQP_URL: rabbit.url, MONGODB_URI: mongo.uri });
  app = await serviceAt(clock, BillingModule.forRoot(config, mongo.database));
  bus = app.get(Requests);
  const catalog = { digest: 'd', revision: 1, regions: [], sizes: [], products: [] };
  const prices = [price('0.01', 'small'), price('0.001', null)];
  await transaction(() => app.get(CatalogCopy, { strict: false }).keep({ ...catalog, prices }));
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

const transaction = <Result>(work: () => Promise<Result>) => app.get(Transactions).run(work);

/** A small server with 20 GiB that ran from 8:05:30 to 9:50 on 1 March. */
async function server(accountId = newId('acc')) {
  const serverId = newId('srv');
  const becomes = (sequence: number, to: 'running' | 'paused', at: string): ServerTransition => ({
    serverId,
    accountId,
    sequence,
    at,
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
    diskGib: 20,
    instanceId: null,
    ip: null,
    computeBilled: to === 'running',
    diskBilled: true,
    operation: null,
  });
  await transaction(() => app.get(Metering).take([becomes(1, 'running', '2026-03-01T08:05:30.000Z')]));
  await transaction(() => app.get(Metering).take([becomes(2, 'paused', '2026-03-01T09:50:00.000Z')]));
  return { accountId, serverId };
}

type Server = Awaited<ReturnType<typeof server>>;
type Minutes = InputOf<typeof DeclareVoid>['declared'];

const hour = { meter: 'compute', from: '2026-03-01T08:30:00Z', to: '2026-03-01T09:30:00Z' } as const;
const declare = ({ accountId, serverId }: Server, more: Partial<Minutes> = {}, idempotencyKey?: string) =>
  bus.ask(
    DeclareVoid,
    { accountId, declared: { serverId, ...hour, reason: 'The image did not start', ...more } },
    { accountId, actor, idempotencyKey },
  );
const withdraw = ({ accountId }: Server, voidId: string) =>
  bus.ask(WithdrawVoid, { accountId, voidId }, { accountId, actor });
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );

/** `compute 08:05–08:30 25`, then the revision when it isn't the first, and `reversal`. */
async function records({ accountId }: Server): Promise<string[]> {
  const range = { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z', limit: 200 };
  const { items } = await bus.ask(ListUsage, { accountId, ...range });
  return items
    .filter(({ meter }) => meter === 'compute')
    .map(({ from, to, quantity, revision, reverses }) =>
      [
        `${from.slice(11, 16)}–${to.slice(11, 16)} ${quantity}`,
        revision > 1 && `r${revision}`,
        reverses && 'reversal',
      ]
        .filter(Boolean)
        .join(' '),
    );
}
const computeOf = async ({ accountId }: Server) => {
  const { meters } = await bus.ask(GetCosts, { accountId, month: '2026-03', groupBy: 'meter', limit: 10 });
  return meters.find(({ meter }) => meter === 'compute');
};

describe('minutes declared void', () => {
  test('are taken out of the records by reversals, and out of the costs; the rest stays billed', async () => {
    const one = await server();
    const made = await declare(one);
    expect(made).toMatchObject({ quantity: 60, reason: 'The image did not start', withdrawnAt: null });
    expect(await records(one)).toEqual([
      '08:05–09:00 55',
      '08:05–09:00 -55 reversal',
      '08:05–08:30 25 r2',
      '09:00–09:50 50',
      '09:00–09:50 -50 reversal',
      '09:30–09:50 20',
    ]);
    expect(await computeOf(one)).toMatchObject({ quantity: 45, total: '0.45' });
    await eventually(() =>
      expect(
        outside.messages.filter(({ data }) => (data as { serverId: string }).serverId === one.serverId),
      ).not.toHaveLength(0),
    );
  });

  test('are billed again when that is withdrawn, in a revision of their own', async () => {
    const one = await server();
    const { id } = await declare(one);
    expect(await withdraw(one, id)).toMatchObject({ id, withdrawnAt: expect.any(String) });
    expect((await records(one)).slice(-1)).toEqual(['09:30–09:50 -20 reversal']);
    expect(await computeOf(one)).toMatchObject({ quantity: 105, total: '1.05' });
    expect(await codeOf(withdraw(one, id))).toBe('invalid_state');
  });

  test('are listed with their reasons, newest first and page by page, to their account alone', async () => {
    const one = await server();
    const first = await declare(one, { to: '2026-03-01T09:00:00Z' });
    const second = await declare(one, { meter: 'disk', from: '2026-03-01T09:00:00Z' });
    expect(second.quantity).toBe(600);
    const { accountId } = one;
    const page = await bus.ask(ListVoids, { accountId, limit: 1 });
    expect(page.items).toEqual([second]);
    const next = await bus.ask(ListVoids, { accountId, limit: 1, cursor: page.nextCursor ?? '' });
    expect(next).toEqual({ items: [first], nextCursor: null });
    expect(await bus.ask(ListVoids, { accountId: newId('acc'), limit: 1 })).toMatchObject({ items: [] });
    expect(await codeOf(bus.ask(ListVoids, { accountId, limit: 1, cursor: 'there' }))).toBe('invalid_cursor');
  });

  test('are declared once under a key', async () => {
    const one = await server();
    const made = await declare(one, {}, 'the-key');
    expect(await declare(one, {}, 'the-key')).toEqual(made);
    expect((await bus.ask(ListVoids, { accountId: one.accountId, limit: 9 })).items).toEqual([made]);
  });

  test.each<[string, Partial<Minutes>, string]>([
    ['to come', { from: '2026-03-01T09:00:00Z', to: '2026-03-01T23:00:00Z' }, 'invalid_request'],
    [
      'in which nothing is billed',
      { from: '2026-03-01T09:50:00Z', to: '2026-03-01T09:55:00Z' },
      'invalid_state',
    ],
    ['of a server that has used nothing', { serverId: newId('srv') }, 'not_found'],
  ])('%s are refused, and nothing changes', async (_, minutes, code) => {
    const one = await server();
    expect(await codeOf(declare(one, minutes))).toBe(code);
    expect(await records(one)).toEqual(['08:05–09:00 55', '09:00–09:50 50']);
  });

  test.each<[string, Partial<Minutes>, string]>([
    ['that end before they begin', { to: '2026-03-01T08:00:00Z' }, 'to'],
    ['that are not whole', { from: '2026-03-01T08:30:30Z' }, 'from'],
    ['of more than 31 days', { from: '2026-01-01T00:00:00Z' }, 'to'],
    ['without a reason', { reason: ' ' }, 'reason'],
  ])('%s make no sense', (_, minutes, field) => {
    const said = { serverId: newId('srv'), ...hour, reason: 'The image did not start', ...minutes };
    expect(NewVoid.safeParse(said).error?.issues).toMatchObject([{ path: [field] }]);
  });

  test('of another account’s server are not found, nor is a void of another account', async () => {
    const one = await server();
    const other = await server();
    expect(await codeOf(declare({ ...one, accountId: other.accountId }))).toBe('not_found');
    const { id } = await declare(one);
    expect(await codeOf(withdraw(other, id))).toBe('not_found');
    expect(await codeOf(declare(one))).toBe('invalid_state');
  });

  test('that a crash left unsettled are settled by the sweep', async () => {
    const one = await server();
    const { id } = await declare(one);
    // As after a crash between the commit and the settlement.
    const voids = mongo.connection.collection<{ _id: string }>('voids');
    await voids.updateOne({ _id: id }, { $set: { withdrawnAt: clock.now(), settled: false } });
    await app.get(UsageSweep).sweep();
    expect(await computeOf(one)).toMatchObject({ quantity: 105 });
    expect(await voids.findOne({ _id: id })).toMatchObject({ settled: true });
  });
});
