import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { IssueToken, RevokeToken, type InputOf } from '@berth/contracts';
import { broker, database, serviceAt, TestClock, type TestBroker, type TestDatabase } from '@berth/testing';
import { AccountsModule } from '../accounts.module.ts';
import { AccountsUnderTest, settings, type Person } from '../fixtures/accounts-under-test.ts';

type Wanted = Partial<InputOf<typeof IssueToken>>;

const clock = new TestClock('2099-11-22T10:00:00.000Z');
const [SOON, LATER] = ['2099-12-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z'];
const MAKER = { expiresAt: SOON, scopes: ['admin' as const], networks: ['192.0.2.0/24'] };
let rabbit: TestBroker;
let mongo: TestDatabase;
let app: INestMicroservice;
let accounts: AccountsUnderTest;
let ada: Person;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  const events = await rabbit.bindTap('berth.events');
  app = await serviceAt(clock, AccountsModule.forRoot(settings(rabbit, mongo), mongo.database));
  accounts = new AccountsUnderTest(app, events);
  ada = await accounts.person();
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

const issue = ({ accountId, userId }: Person, wanted: Wanted, makerId?: string) =>
  accounts.bus.ask(
    IssueToken,
    { accountId, userId, name: 'ci', ...wanted },
    makerId === undefined ? {} : { accountId, actor: { kind: 'token', id: makerId } },
  );
/** What a token is held to that is made with one that is held to `MAKER`. */
async function made(wanted: Wanted, maker: Wanted = MAKER) {
  const { id } = await issue(ada, maker);
  const { expiresAt, scopes, networks } = await issue(ada, wanted, id);
  return { expiresAt, scopes, networks };
}
const errorsOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'none',
    ({ code, errors }: { code: string; errors?: { pointer: string }[] }) => [
      code,
      ...(errors ?? []).map(({ pointer }) => pointer),
    ],
  );

test('a token that is made with a token is held to what that one is', async () => {
  expect(await made({})).toEqual(MAKER);
  expect(await made({ expiresAt: null, networks: [] })).toEqual(MAKER);
  expect(await made({}, {})).toEqual({ expiresAt: null, scopes: null, networks: [] });
});

test('it may be held to less, and not to more', async () => {
  const less = {
    expiresAt: '2099-11-23T00:00:00.000Z',
    scopes: ['read' as const],
    networks: ['192.0.2.128/25'],
  };
  expect(await made(less)).toEqual(less);
  expect(await made(less, {})).toEqual(less);
  expect(await errorsOf(made({ expiresAt: LATER }))).toEqual(['invalid_request', '/expiresAt']);
  const networks = ['192.0.2.7', '192.0.0.0/16'];
  expect(await errorsOf(made({ networks }))).toEqual(['invalid_request', '/networks/1']);
});

test('what is made in a session is held to what is asked for alone', async () => {
  const { expiresAt, networks } = await issue(ada, { expiresAt: LATER });
  expect({ expiresAt, networks }).toEqual({ expiresAt: LATER, networks: [] });
});

test('with a token that was revoked meanwhile, or is another account’s, none is made', async () => {
  const { id } = await issue(ada, MAKER);
  const grace = await accounts.person();
  expect(await errorsOf(issue(grace, {}, id))).toEqual(['unauthenticated']);
  await accounts.bus.ask(RevokeToken, { accountId: ada.accountId, tokenId: id });
  expect(await errorsOf(issue(ada, {}, id))).toEqual(['unauthenticated']);
});
