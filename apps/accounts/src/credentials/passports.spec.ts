import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { Authenticate, GetMe, IssueToken, RevokeToken } from '@berth/contracts';
import { broker, database, serviceAt, TestClock, type TestBroker, type TestDatabase } from '@berth/testing';
import { AccountsModule } from '../accounts.module.ts';
import { AccountsUnderTest, settings, type Person } from '../fixtures/accounts-under-test.ts';

const pair = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  publicKeyEncoding: { format: 'der', type: 'spki' },
});
let rabbit: TestBroker;
let mongo: TestDatabase;
let app: INestMicroservice;
let accounts: AccountsUnderTest;
let ada: Person;
let credential: string;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  const config = settings(rabbit, mongo, {
    BERTH_PASSPORT_KEY: pair.privateKey.toString('base64'),
    BERTH_PASSPORT_PUBLIC_KEYS: pair.publicKey.toString('base64'),
  });
  // Whatever the service takes for now: passports go by the machine's time, as the deadlines of requests do.
  const clock = new TestClock('2099-11-22T10:00:00.000Z');
  app = await serviceAt(clock, AccountsModule.forRoot(config, mongo.database));
  accounts = new AccountsUnderTest(app, { messages: [] });
  ada = await accounts.person();
  credential = (await accounts.logIn(ada)).accessToken;
});
afterAll(async () => {
  await app?.close();
  await mongo?.stop();
  await rabbit?.stop();
});

const passportOf = async (shown: string) =>
  (await accounts.bus.ask(Authenticate, { credential: shown })).passports?.['accounts'];
const meWith = ({ accountId, userId }: Pick<Person, 'accountId' | 'userId'>, passport?: string) =>
  accounts.bus.ask(GetMe, { accountId, userId }, { passport });

test('a credential comes with what shows the services whose it is', async () => {
  expect(await meWith(ada, await passportOf(credential))).toMatchObject({ user: { id: ada.userId } });
});

test('without it nobody is answered, not even about themselves', async () => {
  await expect(meWith(ada)).rejects.toMatchObject({ code: 'dependency_unavailable' });
});

test('one’s own shows nothing of another', async () => {
  const grace = await accounts.person();
  await expect(meWith(grace, await passportOf(credential))).rejects.toMatchObject({ code: 'forbidden' });
});

test('that of an API token allows what the token does, and a void one has none', async () => {
  const { accountId, userId } = ada;
  const order = { accountId, userId, name: 'billing', scopes: ['servers' as const] };
  const { id, token } = await accounts.bus.ask(IssueToken, order, { passport: await passportOf(credential) });
  const passport = await passportOf(token);
  await expect(accounts.bus.ask(IssueToken, order, { passport })).rejects.toMatchObject({
    code: 'forbidden',
  });
  await accounts.bus.ask(RevokeToken, { accountId, tokenId: id }, { passport: await passportOf(credential) });
  expect(await passportOf(token)).toBeUndefined();
});

test('nothing that accounts signs is good for another service', async () => {
  const { passports } = await accounts.bus.ask(Authenticate, { credential });
  await expect(meWith(ada, passports?.['dns'])).rejects.toMatchObject({ code: 'dependency_unavailable' });
});
