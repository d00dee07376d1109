import { randomUUID } from 'node:crypto';
import type { INestMicroservice } from '@nestjs/common';
import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AccessEnded,
  AccountChanged,
  Authenticate,
  CreateToken,
  DEFAULT_QUOTA,
  GetMe,
  IssueToken,
  ListTokens,
  LogIn,
  LogOut,
  RevokeToken,
  SendAccountSnapshots,
  SetAccountStanding,
  SignUp,
  type AccountStatus,
  type DataOf,
  type Me,
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
import { AccountsModule } from './accounts.module.ts';
import { Config } from './config.ts';
import { SECRETS_KEY } from './fixtures/accounts-under-test.ts';

const clock = new TestClock('2099-11-22T10:00:00.000Z');
const DAY_SECONDS = 86_400;
const password = 'correct horse battery';

let rabbit: TestBroker;
let mongo: TestDatabase;
let tap: Tap;
let replicas: INestMicroservice[];
let bus: Requests;

beforeAll(async () => {
  rabbit = await broker();
  mongo = await database();
  tap = await rabbit.bindTap('berth.events');
  const environment = {
    AMQP_URL: rabbit.url,
    MONGODB_URI: mongo.uri,
    BERTH_SECRETS_KEY: SECRETS_KEY,
  };
  const start = () => serviceAt(clock, AccountsModule.forRoot(new Config(environment), mongo.database));
  replicas = [await start(), await start()];
  bus = replicas[0]!.get(Requests);
});

afterAll(async () => {
  for (const replica of replicas ?? []) await replica.close();
  await mongo?.stop();
  await rabbit?.stop();
});

/** What is stored, past all rules of the models. */
const collection = (name: string) =>
  mongo.connection.collection<{ _id: string } & Record<string, unknown>>(name);
const changes = () =>
  tap.messages
    .filter(({ type }) => type === AccountChanged.type)
    .map(({ data }) => data as DataOf<typeof AccountChanged>);
/** The credentials of an account that others were told are void. */
const endingsOf = (accountId: string) =>
  tap.messages
    .filter(({ type }) => type === AccessEnded.type)
    .map(({ data }) => AccessEnded.schema.parse(data))
    .filter((ending) => ending.accountId === accountId)
    .map(({ credentialId }) => credentialId);
const changesOf = (accountId: string) => changes().filter((change) => change.accountId === accountId);

const person = () => ({
  email: `${randomUUID()}@example.com`,
  password,
  name: 'Ada',
  accountName: 'Engines',
});
const signUp = (wanted = person()): Promise<Me> => bus.ask(SignUp, wanted);
const principalOf = async (credential: string) => (await bus.ask(Authenticate, { credential })).principal;
async function owner() {
  const { email, ...rest } = person();
  const me = await signUp({ email, ...rest });
  return { email, me, accountId: me.account.id, userId: me.user.id };
}
async function order(
  command: typeof SetAccountStanding | typeof SendAccountSnapshots,
  data: object,
): Promise<void> {
  const app = replicas[0]!;
  await app
    .get(Transactions)
    .run(() => app.get(Outbox).send(command as typeof SetAccountStanding, data as never));
}

describe('signing up', () => {
  test('makes a user and an account they own, and tells the other services', async () => {
    const me = await signUp();
    expect(me).toMatchObject({
      role: 'owner',
      account: { name: 'Engines', status: 'active' },
      limits: DEFAULT_QUOTA,
    });
    expect(await bus.ask(GetMe, { accountId: me.account.id, userId: me.user.id })).toEqual(me);
    await eventually(() => expect(changesOf(me.account.id)).toHaveLength(1));
    expect(changesOf(me.account.id)).toMatchObject([{ sequence: 1, status: 'active', quota: DEFAULT_QUOTA }]);
  });

  test('is refused for an address that is taken, in whatever case', async () => {
    const wanted = person();
    await signUp(wanted);
    const again = { ...wanted, email: wanted.email.toUpperCase() };
    await expect(signUp(again)).rejects.toMatchObject({ code: 'email_taken', status: 409 });
  });

  test('fifty times at once with one key makes one account and answers the same fifty times', async () => {
    const wanted = person();
    const asks = Array.from({ length: 50 }, () =>
      bus.ask(SignUp, wanted, { idempotencyKey: wanted.email, deadlineSeconds: 20 }),
    );
    const answers = await Promise.all(asks);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await collection('users').countDocuments({ email: wanted.email })).toBe(1);
  });

  test('ten times at once without a key makes one account and nine refusals', async () => {
    const wanted = person();
    const asks = Array.from({ length: 10 }, () => bus.ask(SignUp, wanted, { deadlineSeconds: 20 }));
    const results = await Promise.allSettled(asks);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(results).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({ code: 'email_taken' }),
    });
    expect(await collection('users').countDocuments({ email: wanted.email })).toBe(1);
  });

  test('keeps the password nowhere', async () => {
    const wanted = { ...person(), password: `secret ${randomUUID()}` };
    await bus.ask(SignUp, wanted, { idempotencyKey: randomUUID() });
    expect(await everythingStored()).not.toContain(wanted.password);
  });
});

describe('a session', () => {
  test('begins with the address in any case and the right password, and speaks for its user', async () => {
    const { email, me, accountId, userId } = await owner();
    const session = await bus.ask(LogIn, { email: email.toUpperCase(), password });
    expect(session.me).toEqual(me);
    expect(await principalOf(session.accessToken)).toEqual({
      accountId,
      userId,
      role: 'owner',
      actor: { kind: 'user', id: userId },
      sessionId: session.id,
    });
  });

  test('is refused alike for a wrong password and an unknown address', async () => {
    const { email } = await owner();
    const wrong = await bus.ask(LogIn, { email, password: 'wrong' }).catch((error: unknown) => error);
    const unknown = await bus
      .ask(LogIn, { email: 'nobody@example.com', password })
      .catch((error: unknown) => error);
    expect(wrong).toMatchObject({ code: 'wrong_credentials', status: 401 });
    expect(unknown).toEqual(wrong);
  });

  test('ends with the log-out, which may be repeated, and which no other account can bring about', async () => {
    const { email, accountId } = await owner();
    const stranger = await owner();
    const { id: sessionId, accessToken } = await bus.ask(LogIn, { email, password });
    await bus.ask(LogOut, { accountId: stranger.accountId, sessionId });
    expect(await principalOf(accessToken)).not.toBeNull();
    await bus.ask(LogOut, { accountId, sessionId });
    await bus.ask(LogOut, { accountId, sessionId });
    expect(await principalOf(accessToken)).toBeNull();
    await eventually(() => expect(endingsOf(accountId)).toEqual([sessionId]));
  });

  test('ends after 14 days, however much it is used', async () => {
    const { email } = await owner();
    const { accessToken, expiresAt } = await bus.ask(LogIn, { email, password });
    clock.advance(14 * DAY_SECONDS - 1);
    expect(await principalOf(accessToken)).not.toBeNull();
    clock.advance(1);
    expect(clock.now().toISOString()).toBe(expiresAt);
    expect(await principalOf(accessToken)).toBeNull();
  });

  test('a log-in renews a password hash made with weaker parameters', async () => {
    const { email } = await owner();
    const passwordHash = await hash(password, { memoryCost: 8_192, timeCost: 2 });
    await collection('users').updateOne({ email }, { $set: { passwordHash } });
    await bus.ask(LogIn, { email, password });
    expect(await collection('users').findOne({ email })).toMatchObject({
      passwordHash: expect.stringContaining('m=19456,t=2,p=1'),
    });
    await bus.ask(LogIn, { email, password });
  });
});

describe('an API token', () => {
  test('speaks for its account with the role of who made it', async () => {
    const { accountId, userId } = await owner();
    const { id, token, hint } = await bus.ask(CreateToken, { accountId, userId, name: 'ci' });
    expect(token.startsWith(hint)).toBe(true);
    expect(await principalOf(token)).toEqual({
      accountId,
      userId,
      role: 'owner',
      actor: { kind: 'token', id },
    });
  });

  test('shows its secret once: a repeat names the token, and nothing stored holds it', async () => {
    const { accountId, userId } = await owner();
    const wanted = { accountId, userId, name: 'ci' };
    const options = { idempotencyKey: randomUUID(), accountId };
    const { id, token } = await bus.ask(CreateToken, wanted, options);
    await expect(bus.ask(CreateToken, wanted, options)).rejects.toMatchObject({
      code: 'already_created',
      status: 409,
      extensions: { id },
    });
    expect(await everythingStored()).not.toContain(token.slice(8));
  });

  test('is listed newest first, page by page, to its own account only', async () => {
    const { accountId, userId } = await owner();
    const stranger = await owner();
    for (const name of ['first', 'second', 'third']) {
      await bus.ask(CreateToken, { accountId, userId, name });
    }
    const page = await bus.ask(ListTokens, { accountId, limit: 2 });
    expect(page.items.map(({ name }) => name)).toEqual(['third', 'second']);
    const rest = await bus.ask(ListTokens, { accountId, limit: 2, cursor: page.nextCursor ?? undefined });
    expect(rest).toMatchObject({ items: [{ name: 'first' }], nextCursor: null });
    expect(JSON.stringify([page, rest])).not.toMatch(/digest|"token"/);
    expect(await bus.ask(ListTokens, { accountId: stranger.accountId, limit: 2 })).toEqual({
      items: [],
      nextCursor: null,
    });
    await expect(bus.ask(ListTokens, { accountId, limit: 2, cursor: 'x' })).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
  });

  test('is void once revoked; another account’s revoking it answers as if it were not there', async () => {
    const { accountId, userId } = await owner();
    const stranger = await owner();
    const { id: tokenId, token } = await bus.ask(CreateToken, { accountId, userId, name: 'ci' });
    const foreign = bus
      .ask(RevokeToken, { accountId: stranger.accountId, tokenId })
      .catch((error: unknown) => error);
    const absent = bus
      .ask(RevokeToken, { accountId, tokenId: newId('tok') })
      .catch((error: unknown) => error);
    expect(await foreign).toMatchObject({ code: 'not_found', status: 404 });
    expect(await foreign).toEqual(await absent);
    expect(await principalOf(token)).not.toBeNull();
    await bus.ask(RevokeToken, { accountId, tokenId });
    expect(await principalOf(token)).toBeNull();
    await eventually(() => expect(endingsOf(accountId)).toEqual([tokenId]));
  });

  test('is void from its expiry on, and cannot be made expired', async () => {
    const { accountId, userId } = await owner();
    const at = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000).toISOString();
    const { token } = await bus.ask(CreateToken, { accountId, userId, name: 'ci', expiresAt: at(60) });
    expect(await principalOf(token)).not.toBeNull();
    clock.advance(60);
    expect(await principalOf(token)).toBeNull();
    await expect(
      bus.ask(CreateToken, { accountId, userId, name: 'ci', expiresAt: at(0) }),
    ).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/expiresAt', detail: 'must lie in the future' }],
    });
  });

  test('notes its use to the minute', async () => {
    const { accountId, userId } = await owner();
    const { token } = await bus.ask(CreateToken, { accountId, userId, name: 'ci' });
    const lastUsedAt = async () => (await bus.ask(ListTokens, { accountId, limit: 1 })).items[0]?.lastUsedAt;
    expect(await lastUsedAt()).toBeNull();
    const first = clock.now().toISOString();
    await principalOf(token);
    clock.advance(59);
    await principalOf(token);
    expect(await lastUsedAt()).toBe(first);
    clock.advance(1);
    await principalOf(token);
    expect(await lastUsedAt()).toBe(clock.now().toISOString());
  });
});

describe('an API token with scopes and networks', () => {
  const heldTo = { scopes: ['read' as const, 'billing' as const], networks: ['192.0.2.0/24', '2001:db8::7'] };

  test('is shown with them, listed with them, and speaks for no more', async () => {
    const { accountId, userId } = await owner();
    const wanted = {
      accountId,
      userId,
      name: 'report',
      ...heldTo,
      scopes: [...heldTo.scopes, 'read' as const],
    };
    const { id, token, ...made } = await bus.ask(IssueToken, wanted);
    expect(made).toMatchObject(heldTo);
    expect((await bus.ask(ListTokens, { accountId, limit: 1 })).items).toMatchObject([{ id, ...heldTo }]);
    const { restricted } = await bus.ask(Authenticate, { credential: token });
    const actor = { kind: 'token', id };
    expect(restricted).toEqual({ accountId, userId, role: 'owner', actor, ...heldTo });
  });

  test.each([{ scopes: heldTo.scopes }, { networks: heldTo.networks }])(
    'of which only one, %j, is nobody to a gateway that would not hold it to that',
    async (one) => {
      const { accountId, userId } = await owner();
      const { token } = await bus.ask(IssueToken, { accountId, userId, name: 'report', ...one });
      expect(await bus.ask(Authenticate, { credential: token })).toMatchObject({
        principal: null,
        restricted: one,
      });
    },
  );

  test('is void once revoked, like any other', async () => {
    const { accountId, userId } = await owner();
    const { id, token } = await bus.ask(IssueToken, { accountId, userId, name: 'report', ...heldTo });
    await bus.ask(RevokeToken, { accountId, tokenId: id });
    expect(await bus.ask(Authenticate, { credential: token })).toEqual({ principal: null, expiresAt: null });
  });

  test('without any is like those made before there were scopes, in the database too', async () => {
    const { accountId, userId } = await owner();
    const { id, token } = await bus.ask(IssueToken, { accountId, userId, name: 'all', networks: [] });
    const before = await bus.ask(CreateToken, { accountId, userId, name: 'all' });
    expect(await principalOf(token)).toMatchObject({ role: 'owner', actor: { id } });
    for (const stored of await collection('tokens').find({ accountId }).toArray())
      expect(Object.keys(stored)).not.toContainEqual(expect.stringMatching(/scopes|networks/));
    const { items } = await bus.ask(ListTokens, { accountId, limit: 2 });
    expect(items).toMatchObject([
      { id: before.id, scopes: null, networks: [] },
      { id, scopes: null, networks: [] },
    ]);
  });
});

test.each(['', 'brt_x', `brt_${'0'.repeat(49)}`, '{"$ne":1}'])(
  'the credential %j is nobody’s',
  async (credential) => {
    expect(await bus.ask(Authenticate, { credential })).toEqual({ principal: null, expiresAt: null });
  },
);

describe('an account’s standing', () => {
  const standing = async (accountId: string, status: AccountStatus) => {
    await order(SetAccountStanding, { accountId, status });
    await eventually(() => expect(changesOf(accountId).at(-1)).toMatchObject({ status }));
  };

  test('suspended still authenticates; closed does not, nor logs in', async () => {
    const { email, accountId, userId } = await owner();
    const { token } = await bus.ask(CreateToken, { accountId, userId, name: 'ci' });
    await standing(accountId, 'suspended');
    expect(await principalOf(token)).not.toBeNull();
    expect((await bus.ask(LogIn, { email, password })).me.account.status).toBe('suspended');
    await standing(accountId, 'closed');
    expect(await principalOf(token)).toBeNull();
    await expect(bus.ask(LogIn, { email, password })).rejects.toMatchObject({ code: 'wrong_credentials' });
  });

  test('is told with a growing sequence, and only when it changes', async () => {
    const { accountId } = await owner();
    const quota = { servers: 1, vcpu: 2, diskGib: 3 };
    await standing(accountId, 'suspended');
    await order(SetAccountStanding, { accountId, status: 'suspended' });
    await order(SetAccountStanding, { accountId, quota });
    await eventually(() => expect(changesOf(accountId).at(-1)).toMatchObject({ status: 'suspended', quota }));
    expect(
      changesOf(accountId)
        .map(({ sequence }) => sequence)
        .sort(),
    ).toEqual([1, 2, 3]);
  });
});

test('a snapshot tells every account’s standing once, with the sequence it has, however many there are', async () => {
  const { accountId } = await owner();
  const createdAt = new Date();
  const many = Array.from({ length: 450 }, () => newId('acc'));
  await collection('accounts').insertMany(
    many.map((_id) => ({ _id, name: 'x', status: 'active', quota: DEFAULT_QUOTA, createdAt, version: 6 })),
  );
  await order(SendAccountSnapshots, { requestedBy: 'provisioning' });
  const told = () => changes().filter(({ sequence }) => sequence === 7);
  await eventually(() => expect(told().length).toBeGreaterThanOrEqual(many.length));
  expect(
    told()
      .map((change) => change.accountId)
      .sort(),
  ).toEqual(many.sort());
  await eventually(() => expect(changesOf(accountId).map(({ sequence }) => sequence)).toEqual([1, 1]));
});

test('a flood of log-ins does not keep others waiting', async () => {
  const { accountId, userId } = await owner();
  const { token } = await bus.ask(CreateToken, { accountId, userId, name: 'ci' });
  const wrong = (n: number) => ({ email: `${n}@flood.example.com`, password: 'wrong' });
  const flood = Promise.allSettled(
    Array.from({ length: 300 }, (_, n) => bus.ask(LogIn, wrong(n), { deadlineSeconds: 20 })),
  );
  const start = performance.now();
  expect(await principalOf(token)).not.toBeNull();
  expect(performance.now() - start).toBeLessThan(2_000);
  const codes = (await flood).map((result) =>
    result.status === 'rejected' ? result.reason.code : 'logged in',
  );
  expect(new Set(codes)).toEqual(new Set(['wrong_credentials', 'overloaded']));
});

async function everythingStored(): Promise<string> {
  const names = [
    'users',
    'accounts',
    'memberships',
    'sessions',
    'tokens',
    'invitations',
    'attempts',
    'idempotency',
    'outbox',
    'inbox',
  ];
  return JSON.stringify(await Promise.all(names.map((name) => collection(name).find().toArray())));
}
