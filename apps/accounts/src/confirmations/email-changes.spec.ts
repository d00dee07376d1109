import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AccountChanged,
  ConfirmEmail,
  ConfirmEmailChange,
  GetMe,
  RequestEmailChange,
} from '@berth/contracts';
import type { INestMicroservice } from '@nestjs/common';
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
import { AccountsUnderTest, secretIn, settings, type Person } from '../fixtures/accounts-under-test.ts';

/** Ahead of the database's own time, by which it removes what is long over. */
const clock = new TestClock('2099-11-22T10:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let events: Tap;
let replicas: INestMicroservice[];
let accounts: AccountsUnderTest;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  events = await rabbit.bindTap('berth.events');
  const config = settings(rabbit, mongo);
  const start = () => serviceAt(clock, AccountsModule.forRoot(config, mongo.database));
  replicas = [await start(), await start()];
  accounts = new AccountsUnderTest(replicas[0]!, events);
});
afterAll(async () => {
  for (const replica of replicas ?? []) await replica.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

const newAddress = () => `${randomUUID()}@example.com`;
const request = async (person: Person, email: string, password = person.password) => {
  const { id: sessionId } = await accounts.logIn(person);
  const { userId } = person;
  return accounts.bus.ask(RequestEmailChange, { userId, sessionId, email, password });
};
const mails = (email: string, many: number) =>
  eventually(async () => {
    const found = await accounts.mailsTo(email);
    expect(found).toHaveLength(many);
    return found;
  });
const confirm = (secret: string) => accounts.bus.ask(ConfirmEmailChange, { secret });
/** The secret of the last of so many mails to an address. */
const secretTo = async (email: string, many = 1) => secretIn((await mails(email, many)).at(-1)?.link);
const userOf = async ({ accountId, userId }: Person) =>
  (await accounts.bus.ask(GetMe, { accountId, userId })).user;
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );

describe('another address', () => {
  test('is theirs once they follow the link that is sent to it; the one before is told', async () => {
    const person = await accounts.person();
    await mails(person.email, 1);
    const email = newAddress();
    await request(person, email);
    const [, notice] = await mails(person.email, 2);
    expect(notice).toMatchObject({ subject: 'Your e-mail address is about to change', link: null });
    const [mail] = await mails(email, 1);
    expect(mail?.link).toMatch(/^http:\/\/localhost:8080\/email-change#brc_[0-9A-Za-z]{49}$/);
    expect((await userOf(person)).email).toBe(person.email);

    expect(await confirm(secretIn(mail?.link))).toEqual({ email });
    expect(await userOf(person)).toMatchObject({ email, emailVerified: true });
    expect(await codeOf(accounts.logIn({ ...person, email: email.toUpperCase() }))).toBe('done');
    expect(await codeOf(accounts.logIn(person))).toBe('wrong_credentials');
    expect(await codeOf(confirm(secretIn(mail?.link)))).toBe('not_found');
  });

  test('takes the password', async () => {
    const person = await accounts.person();
    const email = newAddress();
    expect(await codeOf(request(person, email, 'not the password'))).toBe('wrong_password');
    // What was asked for later has come.
    await request(person, newAddress());
    await mails(person.email, 2);
    expect(await accounts.mailsTo(email)).toEqual([]);
  });

  test('frees an account whose owner mistyped the first, and makes void what was sent there', async () => {
    const person = await accounts.person();
    const first = await secretTo(person.email);
    const email = newAddress();
    await request(person, email);
    await confirm(await secretTo(email));
    await eventually(() => {
      const told = events.messages.filter(({ type }) => type === AccountChanged.type).map(({ data }) => data);
      expect(told).toContainEqual(
        expect.objectContaining({ accountId: person.accountId, emailVerified: true }),
      );
    });
    expect(await codeOf(accounts.bus.ask(ConfirmEmail, { secret: first }))).toBe('not_found');
  });

  test('can be confirmed for an hour', async () => {
    const person = await accounts.person();
    const email = newAddress();
    await request(person, email);
    const secret = await secretTo(email);
    clock.advance(3_600);
    expect(await codeOf(confirm(secret))).toBe('not_found');
    expect((await userOf(person)).email).toBe(person.email);
  });

  test('is given up for the next one that is asked for', async () => {
    const person = await accounts.person();
    const [first, second] = [newAddress(), newAddress()];
    await request(person, first);
    const secret = await secretTo(first);
    await request(person, second);
    const last = await secretTo(second);
    expect(await codeOf(confirm(secret))).toBe('not_found');
    expect(await codeOf(confirm(last))).toBe('done');
    expect((await userOf(person)).email).toBe(second);
  });

  test('that is somebody’s is told to nobody but who reads what is sent to it', async () => {
    const [person, other] = [await accounts.person(), await accounts.person()];
    await mails(other.email, 1);
    expect(await codeOf(request(person, other.email.toUpperCase()))).toBe('done');
    const secret = await secretTo(other.email.toUpperCase());
    expect(await codeOf(confirm(secret))).toBe('email_taken');
    expect((await userOf(person)).email).toBe(person.email);
    expect((await userOf(other)).email).toBe(other.email);
  });

  test('that two confirm at once is one’s, at two replicas', async () => {
    const email = newAddress();
    const people = [await accounts.person(), await accounts.person()];
    for (const [index, person] of people.entries()) {
      await request(person, email);
      await mails(email, index + 1);
    }
    const secrets = (await accounts.mailsTo(email)).map(({ link }) => secretIn(link));
    const outcomes = await Promise.all(secrets.map((secret) => codeOf(confirm(secret))));
    expect(outcomes.sort()).toEqual(['done', 'email_taken']);
    expect(await mongo.connection.collection('users').countDocuments({ emailKey: email })).toBe(1);
  });
});

test('an address that nobody confirms is reserved for nobody', async () => {
  const [person, other] = [await accounts.person(), await accounts.person()];
  const email = newAddress();
  await request(person, email);
  const late = await secretTo(email);
  await request(other, email);
  expect(await codeOf(confirm(await secretTo(email, 2)))).toBe('done');
  expect(await codeOf(confirm(late))).toBe('email_taken');
});
