import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { Readable } from 'node:stream';
import type { INestMicroservice } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AccountChanged,
  Authenticate,
  BeginSession,
  BeginTotp,
  ConfirmTotp,
  CreateToken,
  DecideStanding,
  GetStaffMe,
  IssueToken,
  ListAuditEvents,
  LogIn,
  SetAccountStanding,
  SignUp,
  STAFF_ACCOUNT_ID,
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
import { AccountsModule } from '../accounts.module.ts';
import { Config } from '../config.ts';
import { SECRETS_KEY } from '../fixtures/accounts-under-test.ts';
import { Authenticator } from '../fixtures/authenticator.ts';
import { staffCommand, WrongUsage } from './staff.command.ts';

const password = 'correct horse battery';
const clock = new TestClock('2099-11-22T10:00:00.000Z');

let rabbit: TestBroker;
let mongo: TestDatabase;
let tap: Tap;
let app: INestMicroservice;
let bus: Requests;

beforeAll(async () => {
  rabbit = await broker();
  mongo = await database();
  tap = await rabbit.bindTap('berth.events');
  const config = new Config({ ...environment(), BERTH_SECRETS_KEY: SECRETS_KEY });
  app = await serviceAt(clock, AccountsModule.forRoot(config, mongo.database));
  bus = app.get(Requests);
});
afterAll(async () => {
  await app?.close();
  await mongo?.stop();
  await rabbit?.stop();
});

const environment = () => ({ AMQP_URL: rabbit.url, MONGODB_URI: mongo.uri });
const newEmail = () => `${randomUUID()}@example.com`;
const staff = (args: string[], stdin = '') =>
  staffCommand(args, environment(), Readable.from([stdin]), mongo.database);
async function newStaff() {
  const email = newEmail();
  await staff(['add', email, '--password-stdin'], `${password}\n`);
  return email;
}
const sessionOf = (email: string) => bus.ask(BeginSession, { email, password });
const customer = (email = newEmail()) =>
  bus.ask(SignUp, { email, password, name: 'Ada', accountName: 'Engines' });

describe('somebody of the staff', () => {
  test('logs in, and is known as staff and as nobody else', async () => {
    const { id: sessionId, accessToken } = await sessionOf(await newStaff());
    const known = await bus.ask(Authenticate, { credential: accessToken });
    expect(known.principal).toBeNull();
    expect(known.staff).toMatchObject({ accountId: STAFF_ACCOUNT_ID, role: 'staff', sessionId });
  });

  test('gets a password that is printed once, when none is given', async () => {
    const email = newEmail();
    const printed = /once: (\S+)$/.exec(await staff(['add', email, '--name', 'Grace']))?.[1] ?? '';
    const { accessToken } = await bus.ask(BeginSession, { email, password: printed });
    const { staff: who } = await bus.ask(Authenticate, { credential: accessToken });
    expect(await bus.ask(GetStaffMe, { userId: who?.userId ?? '' })).toMatchObject({
      user: { email, name: 'Grace' },
      account: { id: STAFF_ACCOUNT_ID },
      role: 'staff',
      limits: { servers: 0, vcpu: 0, diskGib: 0 },
    });
  });

  test('may have API tokens, which speak for staff', async () => {
    const { accessToken } = await sessionOf(await newStaff());
    const { staff: who } = await bus.ask(Authenticate, { credential: accessToken });
    const owner = { accountId: STAFF_ACCOUNT_ID, userId: who?.userId ?? '' };
    const { id, token } = await bus.ask(CreateToken, { ...owner, name: 'night shift' });
    const { staff: same } = await bus.ask(Authenticate, { credential: token });
    expect(same).toEqual({ ...owner, role: 'staff', actor: { kind: 'token', id } });
    const reading = await bus.ask(IssueToken, { ...owner, name: 'watch', scopes: ['read'] });
    const { staff: watch, restricted } = await bus.ask(Authenticate, { credential: reading.token });
    expect(watch).toMatchObject({ role: 'staff', scopes: ['read'] });
    expect(restricted).toBeUndefined();
  });

  test('is a stranger to gateways that know nothing of staff', async () => {
    const email = await newStaff();
    await expect(bus.ask(LogIn, { email, password })).rejects.toMatchObject({ code: 'wrong_credentials' });
  });

  test('is nobody once removed, with all they hold', async () => {
    const email = await newStaff();
    const { accessToken } = await sessionOf(email);
    await staff(['remove', email.toUpperCase()]);
    expect(await bus.ask(Authenticate, { credential: accessToken })).toEqual({
      principal: null,
      expiresAt: null,
    });
    await expect(sessionOf(email)).rejects.toMatchObject({ code: 'wrong_credentials' });
    await expect(staff(['remove', email])).rejects.toThrow(`${email} is not of the staff`);
    await staff(['add', email]);
  });

  test('is no customer, nor becomes one', async () => {
    const { user } = await customer();
    await expect(staff(['add', user.email])).rejects.toThrow('There is an account with this e-mail address');
    await expect(customer(await newStaff())).rejects.toMatchObject({ code: 'email_taken' });
    await expect(staff(['remove', user.email])).rejects.toThrow('is not of the staff');
    expect((await bus.ask(LogIn, { email: user.email, password })).me.role).toBe('owner');
  });
});

/** Sets up an app that nobody has. */
async function protect(email: string): Promise<string> {
  const { id: sessionId, accessToken } = await sessionOf(email);
  const { staff: member, principal } = await bus.ask(Authenticate, { credential: accessToken });
  const userId = (member ?? principal)?.userId ?? '';
  const { secret } = await bus.ask(BeginTotp, { userId, sessionId, password });
  const code = new Authenticator(secret, clock).code();
  await bus.ask(ConfirmTotp, { userId, sessionId, code });
  return userId;
}

describe('a second factor, whose app and recovery codes are lost', () => {
  test.each([
    ['somebody of the staff', newStaff],
    ['a customer', async () => (await customer()).user.email],
  ])('is removed by the command, and %s logs in by the password alone', async (_, emailOf) => {
    const email = await emailOf();
    await protect(email);
    await expect(sessionOf(email)).rejects.toMatchObject({ code: 'second_factor_required' });
    const printed = await staff(['remove-second-factor', email.toUpperCase()]);
    expect(printed).toContain('logs in by the password alone');
    await sessionOf(email);
    const again = staff(['remove-second-factor', email]);
    await expect(again).rejects.toThrow(`${email} has no second factor`);
  });

  test('is shown to who has it, and goes with them', async () => {
    const email = await newStaff();
    const userId = await protect(email);
    expect(await bus.ask(GetStaffMe, { userId })).toMatchObject({ secondFactor: { totp: true } });
    const factors = mongo.connection.collection<{ _id: string }>('second_factors');
    expect(await factors.countDocuments({ _id: userId })).toBe(1);
    await staff(['remove', email]);
    expect(await factors.countDocuments({ _id: userId })).toBe(0);
  });

  test('of nobody is none', async () => {
    const nobody = newEmail();
    await expect(staff(['remove-second-factor', nobody])).rejects.toThrow(`${nobody} has no second factor`);
  });
});

describe('in the audit trail of the staff, with who ran it, is what the command', () => {
  const trailOf = async (accountId: string) =>
    (await bus.ask(ListAuditEvents, { accountId, limit: 200 })).items.filter(
      ({ actor }) => actor.id === 'operator',
    );
  const operator = process.env['SUDO_USER']
    ? `${process.env['SUDO_USER']} as ${userInfo().username}`
    : userInfo().username;

  test('adds and removes', async () => {
    const email = await newStaff();
    const { staff: member } = await bus.ask(Authenticate, {
      credential: (await sessionOf(email)).accessToken,
    });
    await staff(['remove', email]);
    const target = { type: 'user', id: member?.userId };
    const about = (await trailOf(STAFF_ACCOUNT_ID)).filter((entry) => entry.target?.id === member?.userId);
    expect(about).toMatchObject([
      { action: 'removeStaff', outcome: 'done', actor: { kind: 'system' }, target, changes: { operator } },
      { action: 'addStaff', outcome: 'done', actor: { kind: 'system' }, target, changes: { operator } },
    ]);
  });

  test('lifts for a customer, whose own trail tells it without the name', async () => {
    const { user, account } = await customer();
    await protect(user.email);
    await staff(['remove-second-factor', user.email]);
    const entry = { action: 'removeSecondFactor', target: { type: 'user', id: user.id } };
    expect(await trailOf(account.id)).toMatchObject([{ ...entry, changes: null }]);
    expect((await trailOf(STAFF_ACCOUNT_ID))[0]).toMatchObject({ ...entry, changes: { operator } });
  });

  test('does not do is not in it', async () => {
    const before = (await trailOf(STAFF_ACCOUNT_ID)).length;
    await expect(staff(['remove', newEmail()])).rejects.toThrow('is not of the staff');
    await expect(staff(['add', (await customer()).user.email])).rejects.toThrow('There is an account');
    expect(await trailOf(STAFF_ACCOUNT_ID)).toHaveLength(before);
  });
});

test.each([
  [[]],
  [['add']],
  [['remove-second-factor']],
  [['add', 'x']],
  [['dismiss', 'a@example.com']],
  [['add', 'a@example.com', 'b']],
])('the command %j is not understood, and says how it is used', async (args) => {
  await expect(staff(args)).rejects.toBeInstanceOf(WrongUsage);
  await expect(staff(args)).rejects.toThrow('Usage: staff add');
});

test('a password too short for customers is too short for staff', async () => {
  await expect(staff(['add', newEmail(), '--password-stdin'], 'short')).rejects.toThrow('password');
});

describe('a decision about an account’s standing', () => {
  const changesOf = (id: string) =>
    tap.messages
      .filter(({ type }) => type === AccountChanged.type)
      .map(({ data }) => AccountChanged.schema.parse(data))
      .filter(({ accountId }) => accountId === id)
      .sort((a, b) => a.sequence - b.sequence)
      .map(({ status }) => status);

  test('is carried out once and told once, however often it is made', async () => {
    const { id: accountId } = (await customer()).account;
    for (const status of ['suspended', 'suspended', 'active', 'active'] as const) {
      expect(await bus.ask(DecideStanding, { accountId, status })).toMatchObject({ id: accountId, status });
    }
    await eventually(() => expect(changesOf(accountId)).toEqual(['active', 'suspended', 'active']));
  });

  test('finds nothing where there is no account', async () => {
    const unknown = bus.ask(DecideStanding, { accountId: newId('acc'), status: 'active' });
    await expect(unknown).rejects.toMatchObject({ code: 'not_found', status: 404 });
  });

  test('does not open a closed account again', async () => {
    const { id: accountId } = (await customer()).account;
    await app
      .get(Transactions)
      .run(() => app.get(Outbox).send(SetAccountStanding, { accountId, status: 'closed' }));
    await eventually(() => expect(changesOf(accountId)).toContain('closed'));
    await expect(bus.ask(DecideStanding, { accountId, status: 'active' })).rejects.toMatchObject({
      code: 'invalid_state',
      status: 409,
    });
  });
});
