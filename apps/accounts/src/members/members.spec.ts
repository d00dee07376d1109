import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AcceptInvitation,
  CreateInvitation,
  CreateToken,
  LeaveAccount,
  ListInvitations,
  ListMembers,
  ListOwnAccounts,
  ReadInvitation,
  RemoveMember,
  RevokeInvitation,
  SignUpInvited,
  SwitchAccount,
  UpdateMember,
  type Role,
} from '@berth/contracts';
import type { INestMicroservice } from '@nestjs/common';
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

const invite = ({ accountId, userId }: Person, email: string, role: Role = 'operator') =>
  accounts.bus.ask(CreateInvitation, { accountId, userId, email, role });
const accept = ({ userId }: Person, invitation: string) =>
  accounts.bus.ask(AcceptInvitation, { userId, invitation });
const list = async ({ accountId }: Person) =>
  (await accounts.bus.ask(ListMembers, { accountId, limit: 10 })).items;
const memberId = async (owner: Person, { userId }: Person) =>
  (await list(owner)).find((member) => member.userId === userId)?.id ?? 'mem_01h455vb4pex5vsknk084sn02q';
const change = async (by: Person, owner: Person, of: Person, role: Role) =>
  accounts.bus.ask(UpdateMember, {
    accountId: owner.accountId,
    userId: by.userId,
    memberId: await memberId(owner, of),
    role,
  });
const remove = async (by: Person, owner: Person, of: Person) =>
  accounts.bus.ask(RemoveMember, {
    accountId: owner.accountId,
    userId: by.userId,
    memberId: await memberId(owner, of),
  });
const leave = (owner: Person, { userId }: Person) =>
  accounts.bus.ask(LeaveAccount, { accountId: owner.accountId, userId });
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );

/** Somebody who has joined the owner's account. */
async function joined(owner: Person, role: Role): Promise<Person> {
  const person = await accounts.person();
  const { token } = await invite(owner, person.email, role);
  await accept(person, token);
  return person;
}

describe('an invitation', () => {
  test('joins the one whose address it is to, once, in the role it says', async () => {
    const [owner, guest] = [await accounts.person(), await accounts.person()];
    const { token, ...invitation } = await invite(owner, guest.email.toUpperCase(), 'billing');
    expect(token).toMatch(/^bri_[0-9A-Za-z]{49}$/);
    expect(await accounts.bus.ask(ListInvitations, { accountId: owner.accountId, limit: 10 })).toEqual({
      items: [invitation],
      nextCursor: null,
    });
    expect(await accounts.bus.ask(ReadInvitation, { invitation: token })).toMatchObject({
      accountName: 'Engines',
      role: 'billing',
    });
    expect(await accept(guest, token)).toMatchObject({
      role: 'billing',
      email: guest.email,
      account: { id: owner.accountId },
    });
    expect((await list(owner)).map(({ email, role }) => [email, role])).toEqual([
      [owner.email, 'owner'],
      [guest.email, 'billing'],
    ]);
    expect(await codeOf(accept(guest, token))).toBe('not_found');
    expect(await codeOf(invite(owner, guest.email))).toBe('already_member');
  });

  test('makes no account for somebody who signs up with it', async () => {
    const owner = await accounts.person();
    const email = `${randomUUID()}@example.com`;
    const { token } = await invite(owner, email, 'viewer');
    const person = { email, password: 'correct horse battery', name: 'Charles' };
    const me = await accounts.bus.ask(SignUpInvited, { ...person, invitation: token });
    expect(me).toMatchObject({ role: 'viewer', account: { id: owner.accountId } });
    const own = await accounts.bus.ask(ListOwnAccounts, { userId: me.user.id });
    expect(own.items.map(({ account }) => account.id)).toEqual([owner.accountId]);
    const { accessToken } = await accounts.logIn(person);
    expect(await accounts.principalOf(accessToken)).toMatchObject({
      accountId: owner.accountId,
      role: 'viewer',
    });
  });

  test('is refused to another address, which is then not signed up either', async () => {
    const [owner, other] = [await accounts.person(), await accounts.person()];
    const { token } = await invite(owner, 'charles@example.com');
    expect(await codeOf(accept(other, token))).toBe('wrong_invitation');
    const person = { email: `${randomUUID()}@example.com`, password: 'correct horse battery', name: 'Eve' };
    expect(await codeOf(accounts.bus.ask(SignUpInvited, { ...person, invitation: token }))).toBe(
      'wrong_invitation',
    );
    expect(await codeOf(accounts.logIn(person))).toBe('wrong_credentials');
  });

  test('is void when it is revoked, when another is sent, and after seven days; nothing stored holds its secret', async () => {
    const [owner, guest] = [await accounts.person(), await accounts.person()];
    const first = await invite(owner, guest.email);
    const second = await invite(owner, guest.email);
    expect(await codeOf(accept(guest, first.token))).toBe('not_found');
    const { accountId } = await accounts.person();
    const revoke = (of: string) =>
      codeOf(accounts.bus.ask(RevokeInvitation, { accountId: of, invitationId: second.id }));
    expect(await revoke(accountId)).toBe('not_found');
    expect(await revoke(owner.accountId)).toBe('done');
    expect(await codeOf(accept(guest, second.token))).toBe('not_found');
    const third = await invite(owner, guest.email);
    clock.advance(7 * 86_400);
    expect(await codeOf(accounts.bus.ask(ReadInvitation, { invitation: third.token }))).toBe('not_found');
    const stored = await mongo.connection.collection('invitations').find().toArray();
    expect(JSON.stringify(stored)).not.toContain(third.token.slice(4));
  });

  test('is no credential', async () => {
    const owner = await accounts.person();
    const { token } = await invite(owner, 'charles@example.com');
    expect(await accounts.principalOf(token)).toBeNull();
  });
});

describe('about members decide', () => {
  test('owners: about everybody', async () => {
    const owner = await accounts.person();
    const admin = await joined(owner, 'admin');
    expect(await change(owner, owner, admin, 'owner')).toMatchObject({ role: 'owner', email: admin.email });
    expect(await change(admin, owner, owner, 'viewer')).toMatchObject({ role: 'viewer' });
  });

  test('admins: about everybody but owners', async () => {
    const owner = await accounts.person();
    const [admin, viewer] = [await joined(owner, 'admin'), await joined(owner, 'viewer')];
    expect(await codeOf(change(admin, owner, viewer, 'operator'))).toBe('done');
    expect(await codeOf(change(admin, owner, viewer, 'owner'))).toBe('forbidden');
    expect(await codeOf(change(admin, owner, owner, 'viewer'))).toBe('forbidden');
    expect(await codeOf(remove(admin, owner, owner))).toBe('forbidden');
    expect(await codeOf(invite({ ...admin, accountId: owner.accountId }, 'a@example.com', 'owner'))).toBe(
      'forbidden',
    );
    expect(await codeOf(remove(admin, owner, viewer))).toBe('done');
  });

  test.each<Role>(['operator', 'billing', 'viewer'])(
    'not %ss, nor strangers, whatever the gateway believes',
    async (role) => {
      const owner = await accounts.person();
      const [member, stranger] = [await joined(owner, role), await accounts.person()];
      for (const by of [member, stranger]) {
        expect(await codeOf(change(by, owner, member, 'admin'))).toBe('forbidden');
        expect(await codeOf(remove(by, owner, member))).toBe('forbidden');
        expect(await codeOf(invite({ ...by, accountId: owner.accountId }, 'a@example.com'))).toBe(
          'forbidden',
        );
      }
    },
  );

  test('nobody about another account’s', async () => {
    const [owner, stranger] = [await accounts.person(), await accounts.person()];
    const member = await joined(owner, 'viewer');
    const id = await memberId(owner, member);
    const { accountId, userId } = stranger;
    expect(await codeOf(accounts.bus.ask(RemoveMember, { accountId, userId, memberId: id }))).toBe(
      'not_found',
    );
  });
});

describe('an account has an owner', () => {
  test('who can neither go, nor be removed, nor become less, while there is no other', async () => {
    const owner = await accounts.person();
    expect(await codeOf(leave(owner, owner))).toBe('last_owner');
    expect(await codeOf(remove(owner, owner, owner))).toBe('last_owner');
    expect(await codeOf(change(owner, owner, owner, 'admin'))).toBe('last_owner');
    await joined(owner, 'owner');
    expect(await codeOf(leave(owner, owner))).toBe('done');
  });

  test('also when two go at once', async () => {
    const owner = await accounts.person();
    const second = await joined(owner, 'owner');
    const outcomes = await Promise.all([leave(owner, owner), leave(owner, second)].map(codeOf));
    expect(outcomes.sort()).toEqual(['done', 'last_owner']);
  });
});

describe('a member who goes', () => {
  test('takes along all they could come in by, and gets an account of their own at the next log-in', async () => {
    const owner = await accounts.person();
    const email = `${randomUUID()}@example.com`;
    const person = { email, password: 'correct horse battery', name: 'Charles' };
    const { token: invitation } = await invite(owner, email, 'admin');
    const { user } = await accounts.bus.ask(SignUpInvited, { ...person, invitation });
    const session = await accounts.logIn(person);
    const { accountId } = owner;
    const token = await accounts.bus.ask(CreateToken, { accountId, userId: user.id, name: 'ci' });
    await leave(owner, { ...owner, userId: user.id });
    for (const credential of [session.accessToken, token.token])
      expect(await accounts.principalOf(credential)).toBeNull();
    await eventually(() =>
      expect(accounts.endingsOf(accountId).sort()).toEqual([session.id, token.id].sort()),
    );
    const again = await accounts.logIn(person);
    const principal = await accounts.principalOf(again.accessToken);
    expect(principal).toMatchObject({ role: 'owner', userId: user.id });
    expect(principal?.accountId).not.toBe(accountId);
  });
});

test('a person in two accounts goes from one to the other, each time with another credential', async () => {
  const owner = await accounts.person();
  const guest = await joined(owner, 'viewer');
  const { id: sessionId, accessToken } = await accounts.logIn(guest);
  expect(await accounts.principalOf(accessToken)).toMatchObject({
    accountId: guest.accountId,
    role: 'owner',
  });
  const { userId } = guest;
  const own = await accounts.bus.ask(ListOwnAccounts, { userId });
  expect(own.items).toMatchObject([
    { account: { id: guest.accountId }, role: 'owner' },
    { account: { id: owner.accountId }, role: 'viewer' },
  ]);
  const there = await accounts.bus.ask(SwitchAccount, { userId, sessionId, accountId: owner.accountId });
  expect(await accounts.principalOf(accessToken)).toBeNull();
  expect(await accounts.principalOf(there.accessToken)).toMatchObject({
    accountId: owner.accountId,
    role: 'viewer',
  });
  const { accountId } = await accounts.person();
  const elsewhere = accounts.bus.ask(SwitchAccount, { userId, sessionId: there.id, accountId });
  expect(await codeOf(elsewhere)).toBe('not_found');
});
