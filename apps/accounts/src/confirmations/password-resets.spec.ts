import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ChangePassword,
  CreateToken,
  GetMe,
  RequestEmailChange,
  ConfirmEmailChange,
  RequestPasswordReset,
  ResetPassword,
  SendMail,
  type DataOf,
} from '@berth/contracts';
import { Transactions } from '@berth/mongo';
import type { INestMicroservice } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
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
import type { Connection } from 'mongoose';
import { AccountsModule } from '../accounts.module.ts';
import { AccountsUnderTest, secretIn, settings, type Person } from '../fixtures/accounts-under-test.ts';
import { Staff } from '../staff/staff.ts';

/** Ahead of the database's own time, by which it removes what is long over. */
const clock = new TestClock('2099-11-22T10:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let commands: Tap;
let app: INestMicroservice;
let accounts: AccountsUnderTest;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  commands = await rabbit.bindTap('berth.commands');
  const config = settings(rabbit, mongo, { BERTH_VERIFY_EMAIL: 'off' });
  app = await serviceAt(clock, AccountsModule.forRoot(config, mongo.database));
  accounts = new AccountsUnderTest(app, await rabbit.bindTap('berth.events'));
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

/** What mongoose tells of what it asks the database. */
interface Operation {
  collectionName: string;
  method: string;
  params: unknown;
}

const next = 'a stapler battery horse';
let addresses = 0;
/** From another IP address each time, unless one is named. */
const request = (email: string, address = `192.0.2.${(addresses++ % 200) + 1}`) =>
  accounts.bus.ask(RequestPasswordReset, { email, origin: { address, userAgent: 'curl/8' } });
const reset = (secret: string, password = next) =>
  accounts.bus.ask(ResetPassword, {
    secret,
    password,
    origin: { address: '192.0.2.1', userAgent: 'curl/8' },
  });
const mails = (email: string, many: number) =>
  eventually(async () => {
    const found = await accounts.mailsTo(email);
    expect(found).toHaveLength(many);
    return found;
  });
async function secretFor({ email }: Pick<Person, 'email'>, many = 1): Promise<string> {
  await request(email);
  return secretIn((await mails(email, many)).at(-1)?.link);
}
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );
const orders = () =>
  commands.messages
    .filter(({ type }) => type === SendMail.type)
    .map(({ data }) => data as DataOf<typeof SendMail>);

describe('who has forgotten their password', () => {
  test('is sent a link, chooses another, and is out wherever they were in; their tokens stay', async () => {
    const person = await accounts.person();
    const [here, there] = [await accounts.logIn(person), await accounts.logIn(person)];
    const { accountId, userId } = person;
    const { token } = await accounts.bus.ask(CreateToken, { accountId, userId, name: 'ci' });
    const secret = await secretFor(person);
    expect(secret).toMatch(/^brr_[0-9A-Za-z]{49}$/);
    await reset(secret);
    for (const { accessToken } of [here, there]) expect(await accounts.principalOf(accessToken)).toBeNull();
    await eventually(() => expect(accounts.endingsOf(accountId).sort()).toEqual([here.id, there.id].sort()));
    expect(await accounts.principalOf(token)).not.toBeNull();
    expect(await codeOf(accounts.logIn(person))).toBe('wrong_credentials');
    expect(await codeOf(accounts.logIn({ ...person, password: next }))).toBe('done');
    const [, notice] = await mails(person.email, 2);
    expect(notice).toMatchObject({ subject: 'Your password was changed', link: null });
  });

  test('gets in at once after all the wrong ones they tried', async () => {
    const person = await accounts.person();
    for (let times = 0; times < 10; times++)
      await codeOf(accounts.logIn({ ...person, password: 'wrong horse battery' }));
    expect(await codeOf(accounts.logIn(person))).toBe('too_many_attempts');
    await reset(await secretFor(person));
    expect(await codeOf(accounts.logIn({ ...person, password: next }))).toBe('done');
  });

  test('has shown by it that they read what is sent to the address', async () => {
    const person = await accounts.person();
    const { accountId, userId } = person;
    const users = mongo.connection.collection<{ _id: string }>('users');
    await users.updateOne({ _id: userId }, { $set: { emailVerifiedAt: null } });
    // Whoever signed up may have been somebody else, who keeps no way in.
    const { token } = await accounts.bus.ask(CreateToken, { accountId, userId, name: 'back door' });
    await reset(await secretFor(person));
    expect((await accounts.bus.ask(GetMe, { accountId, userId })).user.emailVerified).toBe(true);
    expect(await accounts.principalOf(token)).toBeNull();
  });
});

describe('the link', () => {
  test('is good once', async () => {
    const secret = await secretFor(await accounts.person());
    const both = await Promise.all([codeOf(reset(secret)), codeOf(reset(secret))]);
    expect(both.sort()).toEqual(['done', 'not_found']);
    expect(await codeOf(reset(secret))).toBe('not_found');
  });

  test('is good for an hour', async () => {
    const [early, late] = [await accounts.person(), await accounts.person()];
    const [first, second] = [await secretFor(early), await secretFor(late)];
    clock.advance(3_599);
    expect(await codeOf(reset(first))).toBe('done');
    clock.advance(1);
    expect(await codeOf(reset(second))).toBe('not_found');
    expect(await codeOf(accounts.logIn(late))).toBe('done');
  });

  test('is void when another is sent', async () => {
    const person = await accounts.person();
    const [first, second] = [await secretFor(person), await secretFor(person, 2)];
    expect(await codeOf(reset(first))).toBe('not_found');
    expect(await codeOf(reset(second))).toBe('done');
  });

  test('is void when the password is changed otherwise', async () => {
    const person = await accounts.person();
    const secret = await secretFor(person);
    const { id: sessionId } = await accounts.logIn(person);
    const { userId, password: currentPassword } = person;
    await accounts.bus.ask(ChangePassword, { userId, sessionId, currentPassword, newPassword: next });
    expect(await codeOf(reset(secret, 'an intruder battery horse'))).toBe('not_found');
  });

  test('makes void what somebody else may have asked for in their name: another address', async () => {
    const person = await accounts.person();
    const { userId, password } = person;
    const { id: sessionId } = await accounts.logIn(person);
    const email = `${randomUUID()}@example.com`;
    await accounts.bus.ask(RequestEmailChange, { userId, sessionId, email, password });
    const [change] = await mails(email, 1);
    await reset(await secretFor(person, 2));
    const confirm = accounts.bus.ask(ConfirmEmailChange, { secret: secretIn(change?.link) });
    expect(await codeOf(confirm)).toBe('not_found');
  });

  test('is no credential', async () => {
    expect(await accounts.principalOf(await secretFor(await accounts.person()))).toBeNull();
  });
});

describe('whether somebody has an address', () => {
  /** What the database is asked about the address, and what is sent for it, while something runs. */
  async function workOf(run: () => Promise<unknown>): Promise<string[]> {
    const connection = app.get<Connection>(getConnectionToken(), { strict: false });
    const done: string[] = [];
    const note = ({ collectionName, method, params }: Operation) => {
      if (collectionName === 'outbox' ? method === 'insertOne' : JSON.stringify(params).includes('emailKey'))
        done.push(`${collectionName} ${method}`);
    };
    connection.on('operation-start', note);
    try {
      await run();
    } finally {
      connection.off('operation-start', note);
    }
    return done;
  }

  test('is told neither by the answer nor by what is done for it', async () => {
    const { email, userId } = await accounts.person();
    const nobody = `${randomUUID()}@example.com`;
    const before = orders().length;
    const answers = [await request(email), await request(nobody)];
    expect(answers[0]).toEqual(answers[1]);
    await eventually(() => expect(orders()).toHaveLength(before + 2));
    const [known, unknown] = orders().slice(-2);
    expect(known).toEqual({ kind: 'reset_password', userId });
    expect(unknown).toEqual({ kind: 'reset_password', userId: expect.stringMatching(/^usr_/) });
    await mails(email, 1);
    expect(await accounts.mailsTo(nobody)).toEqual([]);
  });

  test('is told by no query more or less', async () => {
    const { email } = await accounts.person();
    const known = await workOf(() => request(email));
    expect(known).toEqual(['users findOne', 'outbox insertOne']);
    expect(await workOf(() => request(`${randomUUID()}@example.com`))).toEqual(known);
  });
});

describe('links', () => {
  test('are sent to an address three times in a quarter of an hour, and nobody is told', async () => {
    const { email, userId } = await accounts.person();
    for (let times = 0; times < 5; times++) expect(await request(email)).toEqual({});
    const nobody = `${randomUUID()}@example.com`;
    for (let times = 0; times < 5; times++) expect(await request(nobody)).toEqual({});
    await mails(email, 3);
    expect(orders().filter((order) => order.userId === userId)).toHaveLength(3);
  });

  test('are ordered from an address twenty times in a quarter of an hour, for whomever', async () => {
    const from = (n: number) => codeOf(request(`${n}-${randomUUID()}@example.com`, '198.51.100.1'));
    const codes = [];
    for (let n = 0; n < 22; n++) codes.push(await from(n));
    expect(codes.slice(0, 20)).toEqual(Array(20).fill('done'));
    expect(codes.slice(20)).toEqual(['too_many_mails', 'too_many_mails']);
    expect(await codeOf(request(`${randomUUID()}@example.com`, '198.51.100.2'))).toBe('done');
  });

  test('are not sent to staff, who are made and removed by whoever may write to the database', async () => {
    const email = `${randomUUID()}@example.com`;
    const staff = await app
      .get(Transactions, { strict: false })
      .run(() =>
        app.get(Staff, { strict: false }).add({ email, password: 'correct horse battery', name: 'Grace' }),
      );
    await request(email);
    const later = await accounts.person();
    await secretFor(later);
    expect(orders().map(({ userId }) => userId)).toContain(staff._id);
    const handled = () => mongo.connection.collection('inbox').countDocuments();
    await eventually(async () => expect(await handled()).toBe(commands.messages.length));
    expect(await accounts.mailsTo(email)).toEqual([]);
  });
});
