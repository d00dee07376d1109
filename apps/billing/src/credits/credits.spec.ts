import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import {
  AccountChanged,
  CatalogPublished,
  DEFAULT_QUOTA,
  GrantCredit,
  ListCredits,
  SendAccountSnapshots,
  WithdrawCredit,
  type AccountStatus,
  type DataOf,
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

const clock = new TestClock('2026-03-01T00:00:00.000Z');
const actor = { kind: 'user', id: newId('usr') } as const;
let rabbit: TestBroker;
let mongo: TestDatabase;
let commands: Tap;
let app: INestMicroservice;
let bus: Requests;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  commands = await rabbit.bindTap('berth.commands', SendAccountSnapshots.type);
  const config = new Config({ AMQP_URL: rabbit.url, MONGODB_URI: mongo.uri });
  app = await serviceAt(clock, BillingModule.forRoot(config, mongo.database));
  bus = app.get(Requests);
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

const publish = (send: (outbox: Outbox) => Promise<unknown>) =>
  app.get(Transactions).run(() => send(app.get(Outbox)));

async function account(status: AccountStatus = 'active'): Promise<string> {
  const accountId = newId('acc');
  await tell(accountId, 1, status);
  return accountId;
}

/** Says how an account stands, and waits until billing has heard it. */
async function tell(accountId: string, sequence: number, status: AccountStatus): Promise<void> {
  const inbox = mongo.connection.collection('inbox');
  const heard = await inbox.countDocuments();
  const at = clock.now().toISOString();
  await publish((outbox) =>
    outbox.publish(AccountChanged, { accountId, sequence, status, quota: DEFAULT_QUOTA, at }),
  );
  await eventually(async () => expect(await inbox.countDocuments()).toBe(heard + 1));
}

const grant = (credit: DataOf<typeof GrantCredit>, idempotencyKey?: string) =>
  bus.ask(GrantCredit, credit, { accountId: credit.accountId, actor, idempotencyKey });
const list = (accountId: string, page: { cursor?: string; limit?: number } = {}) =>
  bus.ask(ListCredits, { accountId, limit: 200, ...page });

test('a service that knows no account asks for all of them', async () => {
  await eventually(() =>
    expect(commands.messages.map(({ data }) => data)).toEqual([{ requestedBy: 'billing' }]),
  );
});

test('before there is a catalog nobody knows in which currency, and nothing is given', async () => {
  const accountId = await account();
  await expect(grant({ accountId, amount: '25', reason: 'Thank you' })).rejects.toMatchObject({
    code: 'dependency_unavailable',
  });
  await expect(list(accountId)).rejects.toMatchObject({ code: 'dependency_unavailable' });
});

describe('a credit', () => {
  beforeAll(async () => {
    const price = { meter: 'compute', size: 'small', region: 'eu-central-1', perMinute: '0.01' } as const;
    const prices = [{ ...price, currency: 'EUR', activeFrom: '2026-01-01T00:00:00Z' }];
    await publish((outbox) =>
      outbox.publish(CatalogPublished, {
        ...{ digest: 'd', revision: 1, regions: [], sizes: [], products: [], prices },
      }),
    );
    const accountId = newId('acc');
    await eventually(() => list(accountId));
  });

  test('is listed with what remains of it, newest first, and adds up to the cent', async () => {
    const accountId = await account();
    const first = await grant({ accountId, amount: '0.10', reason: 'For the outage' });
    expect(first).toEqual({
      id: expect.stringMatching(/^crd_/),
      amount: '0.10',
      remaining: '0.10',
      currency: 'EUR',
      reason: 'For the outage',
      grantedAt: expect.stringMatching(/^2026-03-01T00:00/),
      expiresAt: null,
      withdrawnAt: null,
    });
    const second = await grant({ accountId, amount: '0.20', reason: 'Thank you' });
    const all = { available: '0.3', currency: 'EUR' };
    expect(await list(accountId)).toEqual({ ...all, items: [second, first], nextCursor: null });
    expect(await list(accountId, { limit: 1 })).toEqual({ ...all, items: [second], nextCursor: second.id });
    expect(await list(accountId, { cursor: second.id })).toEqual({
      ...all,
      items: [first],
      nextCursor: null,
    });
    await expect(list(accountId, { cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  test('is one account’s alone', async () => {
    const [accountId, other] = [await account(), await account()];
    const { id: creditId } = await grant({ accountId, amount: '25', reason: 'Thank you' });
    expect(await list(other)).toMatchObject({ items: [], available: '0' });
    await expect(bus.ask(WithdrawCredit, { accountId: other, creditId })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await list(accountId)).toMatchObject({ available: '25' });
  });

  test('is worth nothing from its expiry on', async () => {
    const accountId = await account();
    const expiresAt = new Date(clock.now().getTime() + 3_600_000).toISOString();
    const { id: creditId } = await grant({ accountId, amount: '25', reason: 'Thank you', expiresAt });
    expect(await list(accountId)).toMatchObject({ available: '25', items: [{ expiresAt, remaining: '25' }] });
    clock.set('2026-03-02T00:00:00.000Z');
    expect(await list(accountId)).toMatchObject({
      available: '0',
      items: [{ remaining: '0', amount: '25' }],
    });
    await expect(bus.ask(WithdrawCredit, { accountId, creditId })).rejects.toMatchObject({
      code: 'invalid_state',
    });
  });

  test('that would have expired already is not given', async () => {
    const accountId = await account();
    const expiresAt = clock.now().toISOString();
    await expect(grant({ accountId, amount: '25', reason: 'Late', expiresAt })).rejects.toMatchObject({
      code: 'invalid_request',
      body: { errors: [{ pointer: '/expiresAt', detail: 'must lie in the future' }] },
    });
    expect(await list(accountId)).toMatchObject({ items: [] });
  });

  test('is taken back once, whoever tries at the same time', async () => {
    const accountId = await account();
    const { id: creditId } = await grant({ accountId, amount: '25', reason: 'By mistake' });
    const tries = await Promise.allSettled(
      Array.from({ length: 5 }, () => bus.ask(WithdrawCredit, { accountId, creditId })),
    );
    const done = tries.filter(({ status }) => status === 'fulfilled');
    expect(done).toMatchObject([{ value: { remaining: '0', withdrawnAt: expect.any(String) } }]);
    for (const { reason } of tries.filter((tried) => tried.status === 'rejected'))
      expect(reason).toMatchObject({ code: 'invalid_state' });
    expect(await list(accountId)).toMatchObject({ available: '0' });
  });

  test('is given once under one key', async () => {
    const accountId = await account();
    const credit = { accountId, amount: '25', reason: 'Thank you' };
    const first = await grant(credit, 'key-1');
    expect(await grant(credit, 'key-1')).toEqual(first);
    expect((await list(accountId)).items).toHaveLength(1);
  });

  test('is given neither to an account that is not there nor to one that is closed', async () => {
    const nobody = { accountId: newId('acc'), amount: '25', reason: 'Thank you' };
    await expect(grant(nobody)).rejects.toMatchObject({ code: 'not_found' });
    const accountId = await account();
    await tell(accountId, 3, 'closed');
    // What was said before, and comes later.
    await tell(accountId, 2, 'active');
    await expect(grant({ ...nobody, accountId })).rejects.toMatchObject({ code: 'invalid_state' });
  });

  test.each(['0', '0.00', '-1', '1.234', '1e3', '1000000', '007', '', ' 1', '1,5'])(
    'of %j is refused',
    async (amount) => {
      const accountId = await account();
      await expect(grant({ accountId, amount, reason: 'Thank you' })).rejects.toThrow();
      expect(GrantCredit.schema.safeParse({ accountId, amount, reason: 'x' }).success).toBe(false);
    },
  );
});
