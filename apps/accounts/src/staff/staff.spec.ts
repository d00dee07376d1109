import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { INestMicroservice } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AccountChanged,
  Authenticate,
  BeginSession,
  CreateToken,
  DecideStanding,
  GetStaffMe,
  IssueToken,
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
import { staffCommand, WrongUsage } from './staff.command.ts';

const password = 'correct horse battery';

let rabbit: TestBroker;
let mongo: TestDatabase;
let tap: Tap;
let app: INestMicroservice;
let bus: Requests;

beforeAll(async () => {
  rabbit = await broker();
  mongo = await database();
  tap = await rabbit.bindTap('berth.events');
  const clock = new TestClock('2026-11-22T10:00:00.000Z');
  app = await serviceAt(clock, AccountsModule.forRoot(new Config(environment()), mongo.database));
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

test.each([[[]], [['add']], [['add', 'x']], [['dismiss', 'a@example.com']], [['add', 'a@example.com', 'b']]])(
  'the command %j is not understood, and says how it is used',
  async (args) => {
    await expect(staff(args)).rejects.toBeInstanceOf(WrongUsage);
    await expect(staff(args)).rejects.toThrow('Usage: staff add');
  },
);

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
