import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import {
  AccountChanged,
  DecideStanding,
  ListAuditEvents,
  SetDebtStanding,
  type AccountStatus,
} from '@berth/contracts';
import { Outbox } from '@berth/messaging';
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
import { AccountsModule } from '../accounts.module.ts';
import { AccountsUnderTest, settings } from '../fixtures/accounts-under-test.ts';

/** Ahead of the database's own time, by which it removes what is long over. */
const clock = new TestClock('2099-11-22T10:00:00.000Z');
const invoiceId = newId('inv');
const owes = { invoiceId, reason: 'Invoice BERTH-2026-000001 was not paid in time.' };
let rabbit: TestBroker;
let mongo: TestDatabase;
let events: Tap;
let app: INestMicroservice;
let accounts: AccountsUnderTest;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  events = await rabbit.bindTap('berth.events');
  app = await serviceAt(clock, AccountsModule.forRoot(settings(rabbit, mongo), mongo.database));
  accounts = new AccountsUnderTest(app, events);
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

/** Billing says it, and it has been heard. */
async function say(accountId: string, sequence: number, debt: typeof owes | null): Promise<void> {
  const inbox = mongo.connection.collection('inbox');
  const heard = await inbox.countDocuments();
  await app
    .get(Transactions)
    .run(() => app.get(Outbox).send(SetDebtStanding, { accountId, sequence, owes: debt }, { accountId }));
  await eventually(async () => expect(await inbox.countDocuments()).toBeGreaterThan(heard));
}
const decide = (accountId: string, status: 'active' | 'suspended') =>
  accounts.bus.ask(DecideStanding, { accountId, status });
const statuses = (id: string): AccountStatus[] =>
  events.messages
    .filter(({ type }) => type === AccountChanged.type)
    .map(({ data }) => AccountChanged.schema.parse(data))
    .filter(({ accountId }) => accountId === id)
    .sort((a, b) => a.sequence - b.sequence)
    .map(({ status }) => status);
const deeds = async (accountId: string) =>
  (await accounts.bus.ask(ListAuditEvents, { accountId, limit: 50 })).items
    .filter(({ actor }) => actor.kind === 'system')
    .map(({ action, changes }) => ({ action, changes }));

describe('an account that owes', () => {
  test('is suspended, and reinstated once it has paid, by the system and with the reason', async () => {
    const { accountId } = await accounts.person();
    await say(accountId, 1, owes);
    await say(accountId, 2, null);
    await eventually(() => expect(statuses(accountId)).toEqual(['active', 'suspended', 'active']));
    expect(await deeds(accountId)).toEqual([
      { action: 'reinstateAfterDebt', changes: null },
      { action: 'suspendForDebt', changes: { reason: owes.reason, invoiceId } },
    ]);
  });

  test('stands by the last word, however late another comes', async () => {
    const { accountId } = await accounts.person();
    await say(accountId, 2, null);
    await say(accountId, 1, owes);
    await eventually(() => expect(statuses(accountId)).toEqual(['active']));
    expect(await deeds(accountId)).toEqual([]);
  });

  test('stays suspended when staff had suspended it before, paid or not', async () => {
    const { accountId } = await accounts.person();
    await decide(accountId, 'suspended');
    await say(accountId, 1, owes);
    await say(accountId, 2, null);
    await eventually(() => expect(statuses(accountId)).toEqual(['active', 'suspended']));
    expect(await deeds(accountId)).toEqual([]);
  });

  test('stays suspended when staff suspend it besides, and is reinstated by them alone', async () => {
    const { accountId } = await accounts.person();
    await say(accountId, 1, owes);
    await decide(accountId, 'suspended');
    await say(accountId, 2, null);
    await eventually(() => expect(statuses(accountId).at(-1)).toBe('suspended'));
    expect(await deeds(accountId)).toHaveLength(1);
    expect(await decide(accountId, 'active')).toMatchObject({ status: 'active' });
  });

  test('that staff have reinstated stays so until it owes again', async () => {
    const { accountId } = await accounts.person();
    await say(accountId, 1, owes);
    await decide(accountId, 'active');
    await say(accountId, 2, null);
    await say(accountId, 3, owes);
    await eventually(() =>
      expect(statuses(accountId)).toEqual(['active', 'suspended', 'active', 'suspended']),
    );
  });

  test('and is not there is no matter for people: it is handled, and nothing is told', async () => {
    const unknown = newId('acc');
    await say(unknown, 1, owes);
    expect(statuses(unknown)).toEqual([]);
  });
});
