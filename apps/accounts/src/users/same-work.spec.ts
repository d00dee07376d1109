import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { parseOptions } from '@node-rs/argon2';
import { ProblemError } from '@berth/messaging';
import { broker, database, serviceAt, TestClock, type TestBroker, type TestDatabase } from '@berth/testing';
import type { Connection } from 'mongoose';
import { AccountsModule } from '../accounts.module.ts';
import { ClosingSweep } from '../closing/closing-sweep.ts';
import { AccountsUnderTest, settings } from '../fixtures/accounts-under-test.ts';
import { Hashing } from './hashing.ts';
import { Users } from './users.ts';

/** Whoever measures how long a refusal takes measures what is done for it: for an address that nobody has it must be the same. */
let rabbit: TestBroker;
let mongo: TestDatabase;
let app: INestMicroservice;
let accounts: AccountsUnderTest;
/** What was done since it was last emptied, in order. */
const steps: string[] = [];

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  const events = await rabbit.bindTap('berth.events');
  // Nothing is mailed meanwhile.
  const config = settings(rabbit, mongo, { BERTH_VERIFY_EMAIL: 'off' });
  app = await serviceAt(
    new TestClock('2099-11-22T10:00:00.000Z'),
    AccountsModule.forRoot(config, mongo.database),
  );
  accounts = new AccountsUnderTest(app, events);
  // Nor does anybody else read accounts.
  await app.get(ClosingSweep, { strict: false }).onModuleDestroy();
  app
    .get<Connection>(getConnectionToken(), { strict: false })
    .set('debug', (collection: string, method: string, ...args: unknown[]) => {
      if (OF_A_LOG_IN.includes(collection)) steps.push(`${collection}.${method} ${shapeOf(args)}`);
    });
});
beforeEach(() => {
  steps.splice(0);
  const verify = Hashing.prototype.verify;
  jest.spyOn(Hashing.prototype, 'verify').mockImplementation(function (this: Hashing, stored, password) {
    const { memoryCost, timeCost, parallelism } = parseOptions(stored);
    steps.push(`hash ${memoryCost} ${timeCost} ${parallelism}, ${stored.length} characters`);
    return verify.call(this, stored, password);
  });
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

/** Others are for what the service does by itself meanwhile. */
const OF_A_LOG_IN = [
  ...['users', 'password_attempts', 'attempts', 'second_factors', 'staff', 'memberships', 'accounts'],
  'sessions',
];

/** The names in a command, without whose it is: what an index finds by it costs the same. */
const shapeOf = (args: unknown[]): string =>
  JSON.stringify(args[0], (_name, value: unknown) => (typeof value === 'string' ? 'text' : value)).replaceAll(
    /from\.[0-9a-f]{32}/g,
    'from.digest',
  );

const tried = (email: string, password: string) =>
  app
    .get(Users, { strict: false })
    .identify({ email, password, origin: { address: '192.0.2.1', userAgent: 'curl/8' } })
    .then(
      () => 'let in',
      (error: unknown) => (error instanceof ProblemError ? error.body : String(error)),
    );

test('a wrong password and an address that nobody has: the same answer after the same steps', async () => {
  const { email } = await accounts.person();
  for (let attempt = 1; attempt <= 12; attempt++) {
    steps.splice(0);
    const answer = await tried(email, 'wrong');
    const taken = steps.splice(0);
    expect(await tried(`nobody-${email}`, 'wrong')).toEqual(answer);
    expect(steps).toEqual(taken);
    expect(answer).toMatchObject({ code: attempt <= 10 ? 'wrong_credentials' : 'too_many_attempts' });
    expect(taken.filter((step) => step.startsWith('hash 19456 2 1'))).toHaveLength(attempt <= 10 ? 1 : 0);
    expect(taken.some((step) => step.startsWith('password_attempts.'))).toBe(true);
  }
});

test('and the steps are seen: those of the right password are others', async () => {
  const { email, password } = await accounts.person();
  steps.splice(0);
  await tried(email, 'wrong');
  const taken = steps.splice(0);
  expect(await tried(email, password)).toBe('let in');
  expect(steps).not.toEqual(taken);
});

test('and who is let in costs the database no more than what has to be known of them', async () => {
  const person = await accounts.person();
  steps.splice(0);
  await accounts.logIn(person);
  expect(steps.map((step) => step.split(' ')[0])).toEqual([
    'password_attempts.findOneAndUpdate',
    'users.findOne',
    'hash',
    'password_attempts.updateOne',
    'second_factors.findOne',
    'memberships.find',
    'accounts.find',
    'sessions.insertOne',
  ]);
});
