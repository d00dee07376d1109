import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AcceptInvitation,
  AccountChanged,
  ConfirmEmail,
  CreateInvitation,
  GetMe,
  ResendVerification,
  SendInvitationMail,
  SendMail,
  SignUpInvited,
  type DataOf,
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
let commands: Tap;
let app: INestMicroservice;
let accounts: AccountsUnderTest;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  events = await rabbit.bindTap('berth.events');
  commands = await rabbit.bindTap('berth.commands');
  const config = settings(rabbit, mongo);
  app = await serviceAt(clock, AccountsModule.forRoot(config, mongo.database));
  accounts = new AccountsUnderTest(app, events);
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

const mails = (email: string, many: number) =>
  eventually(async () => {
    const found = await accounts.mailsTo(email);
    expect(found).toHaveLength(many);
    return found;
  });
/** The secret of the last of so many mails to somebody. */
const secretOf = async ({ email }: Pick<Person, 'email'>, many = 1) =>
  secretIn((await mails(email, many)).at(-1)?.link);
const confirm = (secret: string) => accounts.bus.ask(ConfirmEmail, { secret });
const resend = ({ userId }: Person) => accounts.bus.ask(ResendVerification, { userId });
const isVerified = async ({ accountId, userId }: Pick<Person, 'accountId' | 'userId'>) =>
  (await accounts.bus.ask(GetMe, { accountId, userId })).user.emailVerified;
/** What the other services were told of an account: with which sequence, and whether its owner is verified. */
const told = (accountId: string) =>
  events.messages
    .filter(({ type }) => type === AccountChanged.type)
    .map(({ data }) => data as DataOf<typeof AccountChanged>)
    .filter((change) => change.accountId === accountId)
    .map(({ sequence, emailVerified }) => [sequence, emailVerified]);
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );

async function verified(): Promise<Person> {
  const person = await accounts.person();
  await confirm(await secretOf(person));
  return person;
}

describe('who signs up', () => {
  test('is sent a link, and not verified before they follow it, which frees their account', async () => {
    const person = await accounts.person();
    expect(person.me.user.emailVerified).toBe(false);
    await eventually(() => expect(told(person.accountId)).toEqual([[1, false]]));
    const [mail] = await mails(person.email, 1);
    expect(mail?.link).toMatch(/^http:\/\/localhost:8080\/verify#brv_[0-9A-Za-z]{49}$/);
    expect(await confirm(secretIn(mail?.link))).toEqual({ email: person.email });
    expect(await isVerified(person)).toBe(true);
    await eventually(() =>
      expect(told(person.accountId)).toEqual([
        [1, false],
        [2, true],
      ]),
    );
  });

  test('is verified at once, and written nothing, where it is not asked for', async () => {
    // On a bus of its own, or the other one could be asked.
    const bus = await broker();
    const [facts, orders] = [await bus.bindTap('berth.events'), await bus.bindTap('berth.commands')];
    const config = settings(bus, mongo, { BERTH_VERIFY_EMAIL: 'off' });
    const open = await serviceAt(clock, AccountsModule.forRoot(config, mongo.database));
    try {
      const { me } = await new AccountsUnderTest(open, facts).person();
      expect(me.user.emailVerified).toBe(true);
      await eventually(() => expect(facts.messages).toHaveLength(1));
      expect(facts.messages).toMatchObject([{ data: { emailVerified: true } }]);
      expect(orders.messages).toEqual([]);
    } finally {
      await open.close();
      await bus.stop();
    }
  });
});

describe('the link', () => {
  test('verifies once', async () => {
    const person = await accounts.person();
    const secret = await secretOf(person);
    const both = await Promise.all([codeOf(confirm(secret)), codeOf(confirm(secret))]);
    expect(both.sort()).toEqual(['done', 'not_found']);
    expect(await codeOf(confirm(secret))).toBe('not_found');
  });

  test('is good for 24 hours', async () => {
    const [early, late] = [await accounts.person(), await accounts.person()];
    const [first, second] = [await secretOf(early), await secretOf(late)];
    clock.advance(24 * 3_600 - 1);
    expect(await codeOf(confirm(first))).toBe('done');
    clock.advance(1);
    expect(await codeOf(confirm(second))).toBe('not_found');
    expect(await isVerified(late)).toBe(false);
  });

  test('is void when another is sent', async () => {
    const person = await accounts.person();
    const first = await secretOf(person);
    await resend(person);
    const second = await secretOf(person, 2);
    expect(await codeOf(confirm(first))).toBe('not_found');
    expect(await codeOf(confirm(second))).toBe('done');
  });

  test.each(['', 'brv_x', `brv_${'0'.repeat(49)}`])('is none: %j', async (secret) => {
    expect(await codeOf(confirm(secret))).not.toBe('done');
  });

  test('is no credential, and its secret is stored nowhere but in the mail', async () => {
    const secret = await secretOf(await accounts.person());
    expect(await accounts.principalOf(secret)).toBeNull();
    for (const { name } of await mongo.connection.listCollections()) {
      if (name === 'kept_mails') continue;
      const stored = await mongo.connection.collection(name).find().toArray();
      expect([name, JSON.stringify(stored).includes(secret.slice(4))]).toEqual([name, false]);
    }
  });
});

describe('sending it again', () => {
  test('is done a few times in a quarter of an hour', async () => {
    const person = await accounts.person();
    for (let again = 0; again < 3; again++) await resend(person);
    await expect(resend(person)).rejects.toMatchObject({
      code: 'too_many_mails',
      extensions: { retryAfterSeconds: expect.any(Number) },
    });
    await mails(person.email, 4);
  });

  test('writes nothing to who is verified', async () => {
    const person = await verified();
    for (let again = 0; again < 5; again++) await resend(person);
    const { userId, ...another } = await accounts.person();
    await secretOf(another);
    const orders = commands.messages.filter(({ type }) => type === SendMail.type);
    const written = orders.map(({ data }) => (data as DataOf<typeof SendMail>).userId);
    expect(written.filter((id) => id === person.userId)).toHaveLength(1);
    expect(written).toContain(userId);
  });
});

test('users and accounts of before it was asked count as verified', async () => {
  const person = await accounts.person();
  const collection = (name: string) => mongo.connection.collection<{ _id: string }>(name);
  await collection('users').updateOne({ _id: person.userId }, { $unset: { emailVerifiedAt: 1 } });
  await collection('accounts').updateOne({ _id: person.accountId }, { $unset: { emailVerified: 1 } });
  expect(await isVerified(person)).toBe(true);
});

describe('an invitation', () => {
  const invite = ({ accountId, userId }: Person, email: string) =>
    accounts.bus.ask(CreateInvitation, { accountId, userId, email, role: 'operator' });
  const newPerson = (email: string) => ({ email, password: 'correct horse battery', name: 'Charles' });

  test('is sent by mail as well, and who joins by that link is verified by it', async () => {
    const owner = await verified();
    const email = `${randomUUID()}@example.com`;
    const { token } = await invite(owner, email);
    const [mail] = await mails(email, 1);
    expect(mail?.link).toMatch(/^http:\/\/localhost:8080\/invitation#bri_[0-9A-Za-z]{49}$/);
    expect(secretIn(mail?.link)).not.toBe(token);
    const me = await accounts.bus.ask(SignUpInvited, {
      ...newPerson(email),
      invitation: secretIn(mail?.link),
    });
    expect(me).toMatchObject({
      role: 'operator',
      account: { id: owner.accountId },
      user: { emailVerified: true },
    });
    expect(await codeOf(accounts.bus.ask(SignUpInvited, { ...newPerson(email), invitation: token }))).toBe(
      'email_taken',
    );
    await mails(email, 1);
  });

  test('verifies nobody by the link that the inviter was shown: it may have come by any way', async () => {
    const owner = await verified();
    const email = `${randomUUID()}@example.com`;
    const { token } = await invite(owner, email);
    await mails(email, 1);
    const me = await accounts.bus.ask(SignUpInvited, { ...newPerson(email), invitation: token });
    expect(me.user.emailVerified).toBe(false);
    const [, verification] = await mails(email, 2);
    expect(await codeOf(confirm(secretIn(verification?.link)))).toBe('done');
  });

  test('verifies somebody who is logged in and has not been before, and their own account', async () => {
    const [owner, guest] = [await verified(), await accounts.person()];
    await mails(guest.email, 1);
    await invite(owner, guest.email);
    const { userId } = guest;
    await accounts.bus.ask(AcceptInvitation, { userId, invitation: await secretOf(guest, 2) });
    expect(await isVerified(guest)).toBe(true);
    await eventually(() => expect(told(guest.accountId)).toContainEqual([2, true]));
  });

  /** The invitations that were ordered to be sent, of these. */
  const ordered = (...ids: string[]) =>
    commands.messages
      .filter(({ type }) => type === SendInvitationMail.type)
      .map(({ data }) => (data as DataOf<typeof SendInvitationMail>).invitationId)
      .filter((id) => ids.includes(id));

  test('is not made by who is not verified themselves', async () => {
    const owner = await accounts.person();
    const email = `${randomUUID()}@example.com`;
    expect(await codeOf(invite(owner, email))).toBe('email_unverified');
    await confirm(await secretOf(owner));
    expect(await codeOf(invite(owner, email))).toBe('done');
  });

  test('is sent to one address three times in a quarter of an hour, whoever invites it', async () => {
    const email = `${randomUUID()}@example.com`;
    for (let times = 1; times <= 3; times++) {
      await invite(await verified(), email);
      await mails(email, times);
    }
    const fourth = await invite(await verified(), email);
    const later = await invite(await verified(), `${randomUUID()}@example.com`);
    await eventually(() => expect(ordered(later.id)).toEqual([later.id]));
    expect(ordered(fourth.id)).toEqual([]);
  });
});
