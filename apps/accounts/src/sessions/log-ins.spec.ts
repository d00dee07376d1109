import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import {
  AcceptInvitation,
  CreateInvitation,
  ListAuditEvents,
  SetAccountStanding,
  STAFF_ACCOUNT_ID,
  SwitchAccount,
} from '@berth/contracts';
import { Commands } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import {
  broker,
  database,
  eventually,
  serviceAt,
  TestClock,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import { AccountsModule } from '../accounts.module.ts';
import { AccountsUnderTest, settings, type Person } from '../fixtures/accounts-under-test.ts';
import { Staff } from '../staff/staff.ts';

const clock = new TestClock('2099-11-22T10:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let app: INestMicroservice;
let accounts: AccountsUnderTest;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  const events = await rabbit.bindTap('berth.events');
  const config = settings(rabbit, mongo, { BERTH_VERIFY_EMAIL: 'off' });
  app = await serviceAt(clock, AccountsModule.forRoot(config, mongo.database));
  accounts = new AccountsUnderTest(app, events);
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

/** Newest first. */
const trailOf = async (accountId: string) =>
  (await accounts.bus.ask(ListAuditEvents, { accountId, limit: 50 })).items;
const tryWrong = ({ email }: Pick<Person, 'email'>, address = '198.51.100.7') =>
  accounts.logIn({ email, password: 'wrong' }, address).catch(({ code }: { code: string }) => code);

describe('in the trail of an account', () => {
  test('are its sign-up and the log-ins to it, with where they came from', async () => {
    const { accountId, userId, ...person } = await accounts.person();
    const session = await accounts.logIn(person, '2001:db8::1');
    const actor = { kind: 'user', id: userId, name: 'Ada' };
    expect(await trailOf(accountId)).toMatchObject([
      {
        ...{ action: 'logIn', outcome: 'done', actor, address: '2001:db8::1', userAgent: 'curl/8' },
        target: { type: 'session', id: session.id },
      },
      { action: 'signUp', outcome: 'done', actor, changes: { name: 'Ada', accountName: 'Engines' } },
    ]);
    expect(JSON.stringify(await trailOf(accountId))).not.toMatch(/brs_|correct horse/);
  });

  test('are log-ins that failed: a wrong password each time, too many once', async () => {
    const person = await accounts.person();
    for (let n = 0; n < 13; n++) await tryWrong(person);
    await eventually(async () => {
      const failed = (await trailOf(person.accountId)).filter(({ outcome }) => outcome === 'denied');
      expect(failed.map(({ code }) => code).sort()).toEqual([
        'too_many_attempts',
        ...Array.from({ length: 10 }, () => 'wrong_credentials'),
      ]);
      for (const entry of failed)
        expect(entry).toMatchObject({
          action: 'logIn',
          address: '198.51.100.7',
          actor: { id: person.userId },
        });
    });
  });

  test('is who came in by going on from another account', async () => {
    const [ada, grace] = [await accounts.person(), await accounts.person()];
    const invited = {
      accountId: ada.accountId,
      userId: ada.userId,
      email: grace.email,
      role: 'viewer',
    } as const;
    const { token: invitation } = await accounts.bus.ask(CreateInvitation, invited);
    await accounts.bus.ask(AcceptInvitation, { invitation, userId: grace.userId });
    const { id: sessionId } = await accounts.logIn(grace);
    await accounts.bus.ask(SwitchAccount, { accountId: ada.accountId, userId: grace.userId, sessionId });
    expect((await trailOf(ada.accountId))[0]).toMatchObject({
      ...{ action: 'switchAccount', outcome: 'done', actor: { id: grace.userId } },
      address: '192.0.2.1',
    });
  });

  test('is what an operator decided about it', async () => {
    const { accountId } = await accounts.person();
    const quota = { servers: 1, vcpu: 2, diskGib: 3 };
    await app.get(Commands, { strict: false }).send(SetAccountStanding, { accountId, quota });
    await eventually(async () =>
      expect((await trailOf(accountId))[0]).toMatchObject({
        ...{ action: 'setAccountStanding', actor: { kind: 'system', id: 'operator' }, changes: { quota } },
      }),
    );
  });
});

test('log-ins of staff are in the trail of no customer', async () => {
  const login = { email: 'sue@vendor.example', password: 'correct horse battery' };
  await app
    .get(Transactions, { strict: false })
    .run(() => app.get(Staff, { strict: false }).add({ ...login, name: 'Sue' }));
  await accounts.logIn(login);
  await tryWrong(login);
  await eventually(async () =>
    expect(await trailOf(STAFF_ACCOUNT_ID)).toMatchObject([
      { action: 'logIn', outcome: 'denied', actor: { kind: 'staff', name: 'Sue' } },
      { action: 'logIn', outcome: 'done', actor: { kind: 'staff', name: 'Sue' } },
    ]),
  );
});

test('who tries an address that nobody has leaves nothing behind', async () => {
  const entries = () => mongo.connection.collection('audit_events').countDocuments();
  const person = await accounts.person();
  const before = await entries();
  expect(await tryWrong({ email: 'nobody.at.all@example.com' })).toBe('wrong_credentials');
  await tryWrong(person);
  // What the second left is there, so whatever the first did is done.
  await eventually(async () => expect(await entries()).toBe(before + 1));
});
