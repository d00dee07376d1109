import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ChangePassword, EndSession, EndSessions, ListSessions, LogIn, UpdateMe } from '@berth/contracts';
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
  const config = settings(rabbit, mongo);
  app = await serviceAt(clock, AccountsModule.forRoot(config, mongo.database));
  accounts = new AccountsUnderTest(app, events);
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

const listOf = ({ userId }: Person, sessionId: string, query: { cursor?: string; limit?: number } = {}) =>
  accounts.bus.ask(ListSessions, { userId, sessionId, limit: 10, ...query });

describe('the sessions of a user', () => {
  test('are listed newest first, with where they came from, when they were used, and which one asks', async () => {
    const person = await accounts.person();
    const first = await accounts.logIn(person, '192.0.2.1');
    const second = await accounts.logIn(person, '2001:db8::1');
    await accounts.logIn(await accounts.person());
    await accounts.principalOf(first.accessToken);
    const { items } = await listOf(person, first.id);
    const now = clock.now().toISOString();
    expect(items).toEqual([
      {
        id: second.id,
        createdAt: now,
        lastUsedAt: null,
        expiresAt: second.expiresAt,
        origin: { address: '2001:db8::1', userAgent: 'curl/8' },
        current: false,
      },
      expect.objectContaining({ id: first.id, lastUsedAt: now, current: true }),
    ]);
    expect(JSON.stringify(items)).not.toMatch(/brs_|digest/);
  });

  test('come in pages, without those that are over', async () => {
    const person = await accounts.person();
    const over = await accounts.logIn(person);
    clock.advance(14 * 86_400);
    const ids = [];
    for (let n = 0; n < 3; n++) ids.unshift((await accounts.logIn(person)).id);
    const { items, nextCursor } = await listOf(person, over.id, { limit: 2 });
    const rest = await listOf(person, over.id, { limit: 2, cursor: nextCursor ?? '' });
    expect([...items, ...rest.items].map(({ id }) => id)).toEqual(ids);
    expect(rest.nextCursor).toBeNull();
    await expect(listOf(person, over.id, { cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  test('are ended one by one by their user alone, and everybody hears of it', async () => {
    const [person, stranger] = [await accounts.person(), await accounts.person()];
    const session = await accounts.logIn(person);
    const end = ({ userId }: Person) => accounts.bus.ask(EndSession, { userId, endedId: session.id });
    await expect(end(stranger)).rejects.toMatchObject({ code: 'not_found' });
    expect(await accounts.principalOf(session.accessToken)).not.toBeNull();
    await end(person);
    expect(await accounts.principalOf(session.accessToken)).toBeNull();
    await eventually(() => expect(accounts.endingsOf(person.accountId)).toEqual([session.id]));
    await expect(end(person)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('are ended all at once', async () => {
    const [person, stranger] = [await accounts.person(), await accounts.person()];
    const own = [await accounts.logIn(person), await accounts.logIn(person)];
    const others = await accounts.logIn(stranger);
    await accounts.bus.ask(EndSessions, { userId: person.userId });
    for (const { accessToken } of own) expect(await accounts.principalOf(accessToken)).toBeNull();
    expect(await accounts.principalOf(others.accessToken)).not.toBeNull();
    await eventually(() =>
      expect(accounts.endingsOf(person.accountId).sort()).toEqual(own.map(({ id }) => id).sort()),
    );
  });
});

describe('a new password', () => {
  const newPassword = 'a stapler, a horse';

  test('is taken for the present one, and ends every other session', async () => {
    const person = await accounts.person();
    const here = await accounts.logIn(person);
    const elsewhere = await accounts.logIn(person);
    const { userId, password: currentPassword } = person;
    await accounts.bus.ask(ChangePassword, { userId, sessionId: here.id, currentPassword, newPassword });
    expect(await accounts.principalOf(here.accessToken)).not.toBeNull();
    expect(await accounts.principalOf(elsewhere.accessToken)).toBeNull();
    await expect(accounts.logIn(person)).rejects.toMatchObject({ code: 'wrong_credentials' });
    await accounts.logIn({ ...person, password: newPassword });
  });

  test('is refused for another one, and nothing is ended', async () => {
    const person = await accounts.person();
    const here = await accounts.logIn(person);
    const elsewhere = await accounts.logIn(person);
    const change = accounts.bus.ask(ChangePassword, {
      userId: person.userId,
      sessionId: here.id,
      currentPassword: 'not this one',
      newPassword,
    });
    await expect(change).rejects.toMatchObject({ code: 'wrong_password', status: 403 });
    expect(await accounts.principalOf(elsewhere.accessToken)).not.toBeNull();
    await accounts.logIn(person);
  });
});

describe('a password may be tried ten times in a quarter of an hour', () => {
  const wrong = (email: string, address?: string) =>
    accounts.logIn({ email, password: 'wrong' }, address).catch(({ code }: { code: string }) => code);

  test.each([
    ['of a user', async () => (await accounts.person()).email],
    ['of an address that nobody has', () => 'nobody.at.all@example.com'],
  ])('%s', async (_, emailOf) => {
    const email = await emailOf();
    const tries = [];
    for (let n = 0; n < 12; n++) tries.push(await wrong(n % 2 ? email : email.toUpperCase()));
    expect(tries).toEqual([
      ...Array.from({ length: 10 }, () => 'wrong_credentials'),
      'too_many_attempts',
      'too_many_attempts',
    ]);
  });

  test('then the right one is refused as well, and says how long; from elsewhere it is let in', async () => {
    const person = await accounts.person();
    for (let n = 0; n < 10; n++) await wrong(person.email);
    const refusal = await accounts.logIn(person).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'too_many_attempts', status: 429 });
    const { retryAfterSeconds } = (refusal as { extensions: { retryAfterSeconds: number } }).extensions;
    expect(retryAfterSeconds).toBeGreaterThan(800);
    expect(retryAfterSeconds).toBeLessThanOrEqual(900);
    await accounts.logIn(person, '198.51.100.7');
  });

  test('however many are tried at once', async () => {
    const { email } = await accounts.person();
    const tries = await Promise.all(Array.from({ length: 30 }, () => wrong(email)));
    expect(tries.filter((code) => code === 'wrong_credentials')).toHaveLength(10);
  });

  test('from many addresses together a hundred times', async () => {
    const { email } = await accounts.person();
    const tries: unknown[] = [];
    for (let n = 0; n < 11; n++) {
      const from = Array.from({ length: 10 }, () => wrong(email, `198.51.100.${n}`));
      tries.push(...(await Promise.all(from)));
    }
    expect(tries.filter((code) => code === 'wrong_credentials')).toHaveLength(100);
  });

  test('and a right one counts for nothing', async () => {
    const person = await accounts.person();
    for (let n = 0; n < 12; n++) expect((await accounts.logIn(person)).accessToken).toMatch(/^brs_/);
  });
});

test('a gateway of 0.1.0, which says of no address, is counted as one', async () => {
  const { email } = await accounts.person();
  const tries = [];
  for (let n = 0; n < 11; n++) {
    const attempt = accounts.bus.ask(LogIn, { email, password: 'wrong' });
    tries.push(await attempt.catch(({ code }: { code: string }) => code));
  }
  expect(tries.at(-2)).toBe('wrong_credentials');
  expect(tries.at(-1)).toBe('too_many_attempts');
});

test('a user is called what they say', async () => {
  const { userId, me } = await accounts.person();
  expect(await accounts.bus.ask(UpdateMe, { userId, name: 'Ada King' })).toEqual({
    ...me.user,
    name: 'Ada King',
  });
});
