import type { INestMicroservice } from '@nestjs/common';
import { getModelToken } from '@nestjs/mongoose';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AcceptInvitation,
  AccountChanged,
  AccountDeleted,
  Authenticate,
  CloseAccount,
  CreateInvitation,
  CreateToken,
  DecideStanding,
  GetAccount,
  GetMe,
  ListAuditEvents,
  ListOwnAccounts,
  ReadInvitation,
  RecordAuditEvent,
  ReopenAccount,
  SendAccountSnapshots,
  ServersGone,
  SetAccountStanding,
  SignUp,
  stuckIn,
  type DataOf,
  type EventContract,
} from '@berth/contracts';
import { Outbox, Stuck } from '@berth/messaging';
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
import type { Model } from 'mongoose';
import { AccountModel, type Account } from '../accounts/account.model.ts';
import { AccountsModule } from '../accounts.module.ts';
import { AccountsUnderTest, settings, type Person } from '../fixtures/accounts-under-test.ts';

const DAY_SECONDS = 86_400;
/** Ahead of the database's own time, by which it removes what is long over. */
const clock = new TestClock('2099-11-22T10:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let events: Tap;
let replicas: INestMicroservice[];
let accounts: AccountsUnderTest;

const start = () => {
  const config = settings(rabbit, mongo, { BERTH_VERIFY_EMAIL: 'off', BERTH_CLOSING_GRACE_DAYS: '30' });
  return serviceAt(clock, AccountsModule.forRoot(config, mongo.database));
};

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  events = await rabbit.bindTap('berth.events');
  replicas = [await start(), await start()];
  accounts = new AccountsUnderTest(replicas[0]!, events);
});
afterAll(async () => {
  for (const replica of replicas ?? []) await replica.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );
const close = (
  { accountId, userId, password }: Person,
  given: { password?: string; accountName?: string } = {},
) => accounts.bus.ask(CloseAccount, { accountId, userId, password, accountName: 'Engines', ...given });
const reopen = ({ accountId, userId }: Person) => accounts.bus.ask(ReopenAccount, { accountId, userId });
const accountOf = async ({ accountId, userId }: Person) =>
  (await accounts.bus.ask(GetMe, { accountId, userId })).account;
const told = <Contract extends EventContract>(contract: Contract, accountId: string): DataOf<Contract>[] =>
  events.messages
    .filter(({ type }) => type === contract.type)
    .map(({ data }) => contract.schema.parse(data) as DataOf<Contract> & { accountId: string })
    .filter((each) => each.accountId === accountId);
const lastTold = (accountId: string) => told(AccountChanged, accountId).at(-1);
const send = async (write: (outbox: Outbox) => Promise<void>) => {
  const app = replicas[0]!;
  await app.get(Transactions).run(() => write(app.get(Outbox)));
};
/** What provisioning tells once the last server is terminated. */
const tellServersGone = async ({ accountId }: Person, { requestedAt }: { requestedAt: string }) => {
  const at = clock.now().toISOString();
  await send((outbox) => outbox.publish(ServersGone, { accountId, closingSince: requestedAt, at }));
};
const stored = async ({ accountId }: Person) =>
  replicas[0]!
    .get<Model<Account>>(getModelToken(AccountModel.name))
    .findById(accountId)
    .lean<Account | null>();
const serversAreGone = async (person: Person, closing: { requestedAt: string }) => {
  await tellServersGone(person, closing);
  await eventually(async () => expect((await stored(person))?.closing?.serversGoneAt).toBeTruthy());
};
const member = async (owner: Person, role: 'owner' | 'admin' | 'viewer'): Promise<Person> => {
  const guest = await accounts.person();
  const { accountId, userId } = owner;
  const { token } = await accounts.bus.ask(CreateInvitation, { accountId, userId, email: guest.email, role });
  await accounts.bus.ask(AcceptInvitation, { userId: guest.userId, invitation: token });
  return { ...guest, accountId };
};
/** What `collection.find` has of an account, under whatever name it stands there. */
const leftOf = async ({ accountId, userId }: Person) => {
  const filters = {
    memberships: { accountId },
    tokens: { accountId },
    sessions: { accountId },
    invitations: { accountId },
    audit_events: { accountId },
    users: { _id: userId },
    mailed_links: { userId },
  };
  const counts: Record<string, number> = {};
  for (const [name, filter] of Object.entries(filters))
    counts[name] = await mongo.connection.collection(name).countDocuments(filter as object);
  return counts;
};
const NOTHING = {
  ...{ memberships: 0, tokens: 0, sessions: 0, invitations: 0 },
  ...{ audit_events: 0, users: 0, mailed_links: 0 },
};
const isDeleted = (person: Person) =>
  eventually(async () => expect(await leftOf(person)).toEqual(NOTHING), { within: 20_000 });

describe('to close an account', () => {
  test('takes the password and the name; then all its members see until when it can be opened again', async () => {
    const owner = await accounts.person();
    const viewer = await member(owner, 'viewer');
    const closing = await close(owner);
    expect(closing).toEqual({
      requestedAt: clock.now().toISOString(),
      deletesAt: new Date(clock.now().getTime() + 30 * DAY_SECONDS * 1000).toISOString(),
    });
    expect(await accountOf(viewer)).toMatchObject({ status: 'active', closing });
    await eventually(() => expect(lastTold(owner.accountId)).toMatchObject({ status: 'suspended', closing }));
  });

  test('is not done with another password, whose tries are counted, nor by another name', async () => {
    const owner = await accounts.person();
    expect(await codeOf(close(owner, { accountName: 'engines' }))).toBe('invalid_request');
    expect(await codeOf(close(owner, { password: 'wrong' }))).toBe('wrong_password');
    for (let n = 0; n < 9; n++) await codeOf(close(owner, { password: 'wrong' }));
    expect(await codeOf(close(owner))).toBe('too_many_attempts');
    expect((await accountOf(owner)).closing).toBeUndefined();
  });

  test('is for owners: accounts looks the role up itself', async () => {
    const owner = await accounts.person();
    const admin = await member(owner, 'admin');
    expect(await codeOf(close(admin))).toBe('forbidden');
    expect(await codeOf(close({ ...owner, accountId: newId('acc') }))).toBe('forbidden');
    await close(owner);
    expect(await codeOf(reopen(admin))).toBe('forbidden');
    expect((await accountOf(owner)).closing).toBeDefined();
  });

  test('twice is to close it once: the same time, and one mail to each owner', async () => {
    const owner = await accounts.person();
    const second = await member(owner, 'owner');
    const closing = await close(owner);
    clock.advance(60);
    expect(await close(second)).toEqual(closing);
    for (const { email } of [owner, second])
      await eventually(async () => {
        const mails = await accounts.mailsTo(email);
        expect(mails.map(({ subject }) => subject)).toContain('The account “Engines” is closing');
      });
    const [mail] = await accounts.mailsTo(owner.email);
    expect(mail).toMatchObject({ link: 'http://localhost:8080/account' });
    expect(mail?.text).toContain('open it again');
    expect(await accounts.mailsTo(owner.email)).toHaveLength(1);
  });
});

describe('an account that is closing', () => {
  test('lets its members and tokens in', async () => {
    const owner = await accounts.person();
    const { accountId, userId } = owner;
    const { token } = await accounts.bus.ask(CreateToken, { accountId, userId, name: 'ci' });
    await close(owner);
    const { accessToken } = await accounts.logIn(owner);
    expect(await accounts.principalOf(accessToken)).toMatchObject({ accountId });
    expect(await accounts.principalOf(token)).toMatchObject({ accountId });
  });

  test('is opened again by an owner, and not deleted', async () => {
    const owner = await accounts.person();
    const closing = await close(owner);
    await serversAreGone(owner, closing);
    expect((await reopen(owner)).closing).toBeUndefined();
    expect((await reopen(owner)).closing).toBeUndefined();
    await eventually(() => expect(lastTold(owner.accountId)).toMatchObject({ status: 'active' }));
    expect(lastTold(owner.accountId)).not.toHaveProperty('closing');
    const other = await accounts.person();
    await serversAreGone(other, await close(other));
    clock.advance(31 * DAY_SECONDS);
    await isDeleted(other);
    expect(await accountOf(owner)).toMatchObject({ status: 'active' });
  });

  test('that staff have suspended is suspended when it is open again, and the other way round', async () => {
    const owner = await accounts.person();
    const { accountId } = owner;
    await accounts.bus.ask(DecideStanding, { accountId, status: 'suspended' });
    await close(owner);
    await reopen(owner);
    expect(await accountOf(owner)).toMatchObject({ status: 'suspended' });
    await close(owner);
    await accounts.bus.ask(DecideStanding, { accountId, status: 'active' });
    const { status, closing } = await accounts.bus.ask(GetAccount, { accountId });
    expect({ status, closing }).toEqual({ status: 'active', closing: expect.anything() });
    await eventually(() => expect(lastTold(accountId)).toMatchObject({ status: 'suspended' }));
  });

  test('tells its owners once more, three days before', async () => {
    const owner = await accounts.person();
    await close(owner);
    clock.advance(27 * DAY_SECONDS);
    const near = 'The account “Engines” is about to be deleted';
    await eventually(async () => {
      const subjects = (await accounts.mailsTo(owner.email)).map(({ subject }) => subject);
      expect(subjects.filter((subject) => subject === near)).toHaveLength(1);
    });
    expect(await stored(owner)).toMatchObject({ closing: { remindedAt: clock.now() } });
  });
});

describe('when the grace period is over', () => {
  test('all is deleted but its name, and its owner’s address is free again', async () => {
    const owner = await accounts.person();
    const { accountId, userId, email } = owner;
    const { token } = await accounts.bus.ask(CreateToken, { accountId, userId, name: 'ci' });
    const invited = { accountId, userId, email: 'guest@example.com', role: 'viewer' } as const;
    const { token: invitation } = await accounts.bus.ask(CreateInvitation, invited);
    const closing = await close(owner);
    await serversAreGone(owner, closing);
    clock.advance(30 * DAY_SECONDS - 1);
    const { accessToken } = await accounts.logIn(owner);
    expect(await accounts.principalOf(accessToken)).not.toBeNull();
    clock.advance(1);
    await isDeleted(owner);
    for (const credential of [accessToken, token])
      expect(await accounts.bus.ask(Authenticate, { credential })).toMatchObject({ principal: null });
    expect(await codeOf(accounts.bus.ask(ReadInvitation, { invitation }))).toBe('not_found');
    expect(await codeOf(accounts.logIn(owner))).toBe('wrong_credentials');
    const deletedAt = clock.now();
    expect(await stored(owner)).toMatchObject({
      _id: accountId,
      name: 'Engines',
      status: 'closed',
      deletedAt,
    });
    await eventually(() => {
      expect(lastTold(accountId)).toMatchObject({ status: 'closed' });
      expect(told(AccountDeleted, accountId)).toEqual([{ accountId, at: deletedAt.toISOString() }]);
    });
    const again = { email, password: owner.password, name: 'Ada', accountName: 'Engines' };
    expect((await accounts.bus.ask(SignUp, again)).user.id).not.toBe(userId);
  });

  test('people who belong to another account stay in that', async () => {
    const owner = await accounts.person();
    const guest = await accounts.person();
    const { token } = await accounts.bus.ask(CreateInvitation, {
      ...{ accountId: owner.accountId, userId: owner.userId, email: guest.email, role: 'admin' },
    });
    await accounts.bus.ask(AcceptInvitation, { userId: guest.userId, invitation: token });
    await serversAreGone(owner, await close(owner));
    clock.advance(31 * DAY_SECONDS);
    await isDeleted(owner);
    const { items } = await accounts.bus.ask(ListOwnAccounts, { userId: guest.userId });
    expect(items.map(({ account }) => account.id)).toEqual([guest.accountId]);
    expect(await accounts.logIn(guest)).toHaveProperty('accessToken');
  });

  test('it waits for the last server, and staff see that it does', async () => {
    const owner = await accounts.person();
    const { accountId } = owner;
    const first = await close(owner);
    await reopen(owner);
    clock.advance(60);
    const closing = await close(owner);
    // Of the closing that was taken back.
    await tellServersGone(owner, first);
    clock.advance(30 * DAY_SECONDS + 3_600);
    const stuck = () => accounts.bus.ask(stuckIn('accounts'), { limit: 200 });
    await eventually(async () =>
      expect((await stuck()).items.find(({ id }) => id === accountId)).toMatchObject({
        ...{ kind: 'account', state: 'closing', accountId, stuckSince: closing.deletesAt },
      }),
    );
    expect(await accountOf(owner)).toMatchObject({ status: 'active', closing });
    const before = lastTold(accountId)?.sequence ?? 0;
    await replicas[0]!.get(Stuck, { strict: false }).nudge(accountId);
    await eventually(() => expect(lastTold(accountId)?.sequence).toBeGreaterThan(before));
    await tellServersGone(owner, closing);
    await isDeleted(owner);
    expect((await stuck()).items.map(({ id }) => id)).not.toContain(accountId);
  });

  test('what is told late does not begin its trail anew, nor is it ever in good standing again', async () => {
    const owner = await accounts.person();
    const { accountId } = owner;
    await serversAreGone(owner, await close(owner));
    clock.advance(31 * DAY_SECONDS);
    await isDeleted(owner);
    const other = await accounts.person();
    const launched = (of: string) => ({
      ...{ id: newId('aud'), at: clock.now().toISOString(), accountId: of, action: 'launchServer' },
      actor: { kind: 'user' as const, id: owner.userId, userId: owner.userId },
      ...{ target: null, outcome: 'done' as const, status: 202, code: null, requestId: null, changes: null },
      ...{ address: null, userAgent: null },
    });
    await send((outbox) => outbox.send(RecordAuditEvent, launched(accountId)));
    await send((outbox) => outbox.send(RecordAuditEvent, launched(other.accountId)));
    const trailOf = async (of: string) =>
      (await accounts.bus.ask(ListAuditEvents, { accountId: of, action: 'launchServer', limit: 10 })).items;
    await eventually(async () => expect(await trailOf(other.accountId)).toHaveLength(1));
    await send((outbox) => outbox.send(SetAccountStanding, { accountId, status: 'active' }));
    await send((outbox) => outbox.send(SendAccountSnapshots, { requestedBy: 'provisioning' }));
    await eventually(() => expect(told(AccountDeleted, accountId)).toHaveLength(2));
    const items = await trailOf(accountId);
    expect({ items, status: (await stored(owner))?.status }).toEqual({ items: [], status: 'closed' });
    clock.advance(DAY_SECONDS);
    await eventually(async () => expect(await stored(owner)).not.toHaveProperty('isErasing'));
  });

  test('what a crash left undone is taken up', async () => {
    const owner = await accounts.person();
    const { accountId, userId } = owner;
    await accounts.bus.ask(CreateToken, { accountId, userId, name: 'ci' });
    // As a process leaves it that dies just after it has begun.
    await replicas[0]!
      .get<Model<Account>>(getModelToken(AccountModel.name))
      .updateOne({ _id: accountId }, { $set: { status: 'closed', deletedAt: clock.now(), isErasing: true } });
    await isDeleted(owner);
    expect(await codeOf(accounts.logIn(owner))).toBe('wrong_credentials');
  });
});
