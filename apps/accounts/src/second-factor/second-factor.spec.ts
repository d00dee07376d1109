import type { INestMicroservice } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  BeginSession,
  BeginTotp,
  ChangePassword,
  ConfirmTotp,
  EndSessions,
  GetMe,
  GetSecondFactor,
  ListMembers,
  LogIn,
  RemoveTotp,
  RenewRecoveryCodes,
} from '@berth/contracts';
import { Requests } from '@berth/messaging';
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
import { Authenticator } from '../fixtures/authenticator.ts';

const clock = new TestClock('2099-11-22T10:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let replicas: INestMicroservice[];
let accounts: AccountsUnderTest;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  const events = await rabbit.bindTap('berth.events');
  const config = settings(rabbit, mongo);
  const start = () => serviceAt(clock, AccountsModule.forRoot(config, mongo.database));
  replicas = [await start(), await start()];
  accounts = new AccountsUnderTest(replicas[0] as INestMicroservice, events);
});
afterAll(async () => {
  for (const replica of replicas ?? []) await replica.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});
// A code of an earlier test is of an earlier moment.
beforeEach(() => clock.advance(300));

/** Somebody with an authenticator app, in the session that set it up. */
interface Protected extends Person {
  app: Authenticator;
  recoveryCodes: string[];
  sessionId: string;
}

const begin = ({ userId, password }: Person, sessionId: string) =>
  accounts.bus.ask(BeginTotp, { userId, sessionId, password });
const confirm = ({ userId }: Person, sessionId: string, code: string) =>
  accounts.bus.ask(ConfirmTotp, { userId, sessionId, code });

/** Their next code is of half a minute later. */
async function protect(person: Person): Promise<Protected> {
  const { id: sessionId } = await accounts.logIn(person);
  const app = new Authenticator((await begin(person, sessionId)).secret, clock);
  const { recoveryCodes } = await confirm(person, sessionId, app.code());
  clock.advance(30);
  return { ...person, app, recoveryCodes, sessionId };
}
const somebody = async () => protect(await accounts.person());
const detailsOf = ({ userId }: Person) => accounts.bus.ask(GetSecondFactor, { userId });
const logIn = ({ email, password }: Person, code?: string) =>
  accounts.logIn({ email, password, ...(code !== undefined && { code }) });
const codeOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );

describe('setting up an authenticator app', () => {
  test('takes the password again, and changes nothing by itself', async () => {
    const person = await accounts.person();
    const { id } = await accounts.logIn(person);
    await expect(begin({ ...person, password: 'not this one' }, id)).rejects.toMatchObject({
      code: 'wrong_password',
      status: 403,
    });
    const { secret, uri, expiresAt } = await begin(person, id);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(uri).toContain(`secret=${secret}`);
    expect(uri).toContain(encodeURIComponent(person.email));
    expect(expiresAt).toBe(new Date(clock.now().getTime() + 600_000).toISOString());
    expect(await detailsOf(person)).toEqual({ totp: null, recoveryCodesLeft: 0 });
    await logIn(person);
  });

  test('is done by a code of it, answers recovery codes, and ends the other sessions', async () => {
    const person = await accounts.person();
    const [here, elsewhere] = [await accounts.logIn(person), await accounts.logIn(person)];
    const app = new Authenticator((await begin(person, here.id)).secret, clock);
    for (const wrong of [app.wrongCode(), '٠٠٥٩٢٤', '🏴‍☠️🏴‍☠️', '      ', 'not a code at all'])
      expect(await codeOf(confirm(person, here.id, wrong))).toBe('wrong_code');
    const { recoveryCodes } = await confirm(person, here.id, app.code());
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes)
      expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(await detailsOf(person)).toEqual({
      totp: { since: clock.now().toISOString() },
      recoveryCodesLeft: 10,
    });
    expect(await accounts.principalOf(here.accessToken)).not.toBeNull();
    expect(await accounts.principalOf(elsewhere.accessToken)).toBeNull();
    await eventually(() => expect(accounts.endingsOf(person.accountId)).toEqual([elsewhere.id]));
  });

  test('is over after ten minutes', async () => {
    const person = await accounts.person();
    const { id } = await accounts.logIn(person);
    const app = new Authenticator((await begin(person, id)).secret, clock);
    clock.advance(600);
    expect(await codeOf(confirm(person, id, app.code()))).toBe('setup_over');
    await logIn(person);
  });

  test('is of the session that began it, and of the last one to begin', async () => {
    const person = await accounts.person();
    const [here, elsewhere] = [await accounts.logIn(person), await accounts.logIn(person)];
    const first = new Authenticator((await begin(person, here.id)).secret, clock);
    expect(await codeOf(confirm(person, elsewhere.id, first.code()))).toBe('setup_over');
    const second = new Authenticator((await begin(person, here.id)).secret, clock);
    expect(await codeOf(confirm(person, here.id, first.code()))).toBe('wrong_code');
    await confirm(person, here.id, second.code());
    expect(await codeOf(confirm(person, here.id, second.code(30)))).toBe('setup_over');
  });

  test('is not begun by who has one', async () => {
    const person = await somebody();
    await expect(begin(person, person.sessionId)).rejects.toMatchObject({
      code: 'second_factor_exists',
      status: 409,
    });
    await logIn(person, person.app.code());
  });
});

describe('a log-in of somebody with a second factor', () => {
  test('is asked for a code once the password is right, and is let in with it', async () => {
    const person = await somebody();
    await expect(logIn(person)).rejects.toMatchObject({ code: 'second_factor_required', status: 401 });
    const wrong = logIn({ ...person, password: 'not this one' }, person.app.code());
    await expect(wrong).rejects.toMatchObject({ code: 'wrong_credentials', status: 401 });
    await expect(logIn(person, person.app.wrongCode())).rejects.toMatchObject({
      code: 'wrong_second_factor',
      status: 401,
    });
    for (const wrong of ['٠٠٥٩٢٤', '🏴‍☠️🏴‍☠️', '      ', 'not a code at all'])
      expect(await codeOf(logIn(person, wrong))).toBe('wrong_second_factor');
    const { accessToken } = await logIn(person, ` ${person.app.code().replace(/(...)/, '$1 ')} `);
    expect(await accounts.principalOf(accessToken)).toMatchObject({ userId: person.userId });
  });

  test('takes a code once, and then none of before it', async () => {
    const person = await somebody();
    const [used, before] = [person.app.code(), person.app.code(-30)];
    await logIn(person, used);
    expect(await codeOf(logIn(person, used))).toBe('wrong_second_factor');
    expect(await codeOf(logIn(person, before))).toBe('wrong_second_factor');
    clock.advance(30);
    expect(await codeOf(logIn(person, used))).toBe('wrong_second_factor');
    await logIn(person, person.app.code());
  });

  test('does not take the code that set it up', async () => {
    const person = await somebody();
    expect(await codeOf(logIn(person, person.app.code(-30)))).toBe('wrong_second_factor');
  });

  test.each(['the same code of the app', 'the same recovery code'])(
    'is let in once of eight who come at once, at two replicas, with %s',
    async (which) => {
      const { app, recoveryCodes, email, password } = await somebody();
      const code = which.endsWith('app') ? app.code() : (recoveryCodes[4] ?? '');
      const asks = Array.from({ length: 8 }, (_, n) =>
        (replicas[n % 2] as INestMicroservice)
          .get(Requests)
          .ask(BeginSession, { email, password, code }, { deadlineSeconds: 20 }),
      );
      const ends = await Promise.all(asks.map(codeOf));
      expect(ends.filter((end) => end === 'done')).toHaveLength(1);
      expect(ends.filter((end) => end === 'wrong_second_factor')).toHaveLength(7);
    },
  );

  test.each([-30, 30])('takes a code of a clock that is wrong by %i s', async (seconds) => {
    const person = await somebody();
    clock.advance(30);
    expect(await codeOf(logIn(person, person.app.code(seconds)))).toBe('done');
  });

  test.each([-60, 60])('takes none of a clock that is wrong by %i s', async (seconds) => {
    const person = await somebody();
    clock.advance(60);
    expect(await codeOf(logIn(person, person.app.code(seconds)))).toBe('wrong_second_factor');
  });

  test('takes each recovery code once, however it is written, and nobody else’s', async () => {
    const [person, other] = [await somebody(), await somebody()];
    const [first = '', second = ''] = person.recoveryCodes;
    expect(await codeOf(logIn(other, first))).toBe('wrong_second_factor');
    await logIn(person, first);
    expect(await codeOf(logIn(person, first))).toBe('wrong_second_factor');
    await logIn(person, second.replaceAll('-', ' ').toLowerCase());
    expect(await detailsOf(person)).toMatchObject({ recoveryCodesLeft: 8 });
  });

  test('by a gateway of 0.1.0, which knows of no code, is refused like a stranger’s', async () => {
    const { email, password } = await somebody();
    await expect(accounts.bus.ask(LogIn, { email, password })).rejects.toMatchObject({
      code: 'wrong_credentials',
    });
  });

  test('needs the code with a new password as well', async () => {
    const person = await somebody();
    const { userId, sessionId, password: currentPassword } = person;
    const newPassword = 'a stapler, a horse';
    await accounts.bus.ask(ChangePassword, { userId, sessionId, currentPassword, newPassword });
    const changed = { ...person, password: newPassword };
    expect(await codeOf(logIn(changed))).toBe('second_factor_required');
    await logIn(changed, person.app.code());
  });
});

describe('a code may be tried twenty times a day', () => {
  const from = ({ email, password, app }: Protected, address: string) =>
    codeOf(accounts.logIn({ email, password, code: app.wrongCode() }, address));

  const STRANGE = '203.0.113.9';

  test('from wherever and at once; then only a recovery code lets in from where nobody knows them', async () => {
    const person = await somebody();
    const { email, password, app, recoveryCodes } = person;
    const tries = await Promise.all(Array.from({ length: 25 }, (_, n) => from(person, `198.51.100.${n}`)));
    expect(tries.filter((code) => code === 'wrong_second_factor')).toHaveLength(20);
    expect(tries.filter((code) => code === 'too_many_attempts')).toHaveLength(5);
    const elsewhere = (code: string | undefined) =>
      accounts.logIn({ email, password, code: code ?? '' }, STRANGE);
    const refusal = await elsewhere(app.code()).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'too_many_attempts', status: 429 });
    const { retryAfterSeconds } = (refusal as { extensions: { retryAfterSeconds: number } }).extensions;
    expect(retryAfterSeconds).toBeGreaterThan(86_000);
    expect(retryAfterSeconds).toBeLessThanOrEqual(86_400);
    await elsewhere(recoveryCodes[0]);
  });

  test('nobody elsewhere uses up the tries of who is logged in, there or at their address; each has twenty', async () => {
    const person = await somebody();
    const { userId, password, app } = person;
    for (let n = 0; n < 21; n++) await from(person, STRANGE);
    expect(await from(person, STRANGE)).toBe('too_many_attempts');
    await logIn(person, app.code());
    for (let n = 0; n < 20; n++) expect(await from(person, '192.0.2.1')).toBe('wrong_second_factor');
    expect(await from(person, '192.0.2.1')).toBe('too_many_attempts');
    clock.advance(30);
    const remove = (code: string) => codeOf(accounts.bus.ask(RemoveTotp, { userId, password, code }));
    for (let n = 0; n < 20; n++) expect(await remove(app.wrongCode())).toBe('wrong_code');
    expect(await remove(app.code())).toBe('too_many_attempts');
  });

  test('where one has logged out nobody is known any more', async () => {
    const person = await somebody();
    const { userId } = person;
    await accounts.bus.ask(EndSessions, { userId });
    for (let n = 0; n < 20; n++) await from(person, STRANGE);
    expect(await from(person, '192.0.2.1')).toBe('too_many_attempts');
  });

  test('a right one counts for nothing, nor does a password without one', async () => {
    const person = await somebody();
    for (let n = 0; n < 12; n++) {
      expect(await codeOf(logIn(person))).toBe('second_factor_required');
      clock.advance(30);
      await logIn(person, person.app.code());
    }
    for (let n = 0; n < 20; n++) expect(await from(person, '192.0.2.1')).toBe('wrong_second_factor');
    expect(await from(person, '192.0.2.1')).toBe('too_many_attempts');
  });
});

describe('who has a second factor', () => {
  test('is shown with it to themselves, and to who decides about members', async () => {
    const person = await somebody();
    const { accountId, userId } = person;
    expect(await accounts.bus.ask(GetMe, { accountId, userId })).toMatchObject({
      secondFactor: { totp: true },
    });
    const members = async (secondFactors?: boolean) =>
      (await accounts.bus.ask(ListMembers, { accountId, limit: 10, secondFactors })).items;
    expect(await members(true)).toMatchObject([{ userId, secondFactor: { totp: true } }]);
    expect(Object.keys((await members())[0] ?? {})).not.toContain('secondFactor');
    const without = await accounts.person();
    expect(without.me.secondFactor).toEqual({ totp: false });
  });

  test('gets new recovery codes for both factors, and the old ones are void', async () => {
    const person = await somebody();
    const { userId, password, app } = person;
    const renew = (given: { password: string; code: string }) =>
      accounts.bus.ask(RenewRecoveryCodes, { userId, ...given });
    expect(await codeOf(renew({ password: 'not this one', code: app.code() }))).toBe('wrong_password');
    expect(await codeOf(renew({ password, code: app.wrongCode() }))).toBe('wrong_code');
    const { recoveryCodes } = await renew({ password, code: app.code() });
    expect(recoveryCodes).toHaveLength(10);
    expect(await codeOf(logIn(person, person.recoveryCodes[0]))).toBe('wrong_second_factor');
    await logIn(person, recoveryCodes[0]);
  });

  test('is rid of it for both factors, of which one may be a recovery code', async () => {
    const person = await somebody();
    const { userId, password, app, recoveryCodes } = person;
    const remove = (given: { password: string; code: string }) =>
      accounts.bus.ask(RemoveTotp, { userId, ...given });
    expect(await codeOf(remove({ password: 'not this one', code: app.code() }))).toBe('wrong_password');
    expect(await codeOf(remove({ password, code: app.wrongCode() }))).toBe('wrong_code');
    expect(await detailsOf(person)).toMatchObject({ recoveryCodesLeft: 10 });
    await remove({ password, code: recoveryCodes[0] ?? '' });
    expect(await detailsOf(person)).toEqual({ totp: null, recoveryCodesLeft: 0 });
    await logIn(person);
    expect(await codeOf(remove({ password, code: recoveryCodes[1] ?? '' }))).toBe('no_second_factor');
    const again = await protect(person);
    expect(await codeOf(logIn(person, recoveryCodes[1]))).toBe('wrong_second_factor');
    await logIn(person, again.app.code());
  });
});

test('neither a secret nor a recovery code is in the database, nor anywhere that a message waits', async () => {
  const person = await accounts.person();
  const { id } = await accounts.logIn(person);
  const pending = (await begin(person, id)).secret;
  const { app, recoveryCodes } = await somebody();
  const collections = await mongo.connection.listCollections();
  const stored = await Promise.all(
    collections.map(({ name }) => mongo.connection.collection(name).find().toArray()),
  );
  const all = JSON.stringify(stored);
  expect(all).toContain('sealedSecret');
  for (const secret of [pending, app.secret]) {
    const bytes = bytesOf(secret);
    for (const form of [secret, secret.toLowerCase(), bytes.toString('hex'), bytes.toString('base64')])
      expect(all).not.toContain(form);
  }
  for (const code of recoveryCodes) {
    expect(all).not.toContain(code);
    expect(all).not.toContain(code.replaceAll('-', ''));
  }
});

/** RFC 4648, section 6. */
function bytesOf(base32: string): Buffer {
  const bits = [...base32]
    .map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
