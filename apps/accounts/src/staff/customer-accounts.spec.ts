import type { INestMicroservice } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AcceptInvitation,
  AccountChanged,
  CreateInvitation,
  DecideQuota,
  DecideStanding,
  DEFAULT_QUOTA,
  FindAccounts,
  GetAccount,
  SetAccountStanding,
  SignUp,
  type InputOf,
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
import { settings } from '../fixtures/accounts-under-test.ts';

let rabbit: TestBroker;
let mongo: TestDatabase;
let tap: Tap;
let app: INestMicroservice;
let bus: Requests;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  tap = await rabbit.bindTap('berth.events', AccountChanged.type);
  const config = settings(rabbit, mongo, { BERTH_VERIFY_EMAIL: 'off' });
  app = await serviceAt(
    new TestClock('2099-11-22T10:00:00.000Z'),
    AccountsModule.forRoot(config, mongo.database),
  );
  bus = app.get(Requests);
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

const signedUp = (email: string, accountName: string) =>
  bus.ask(SignUp, { email, password: 'correct horse battery', name: 'Ada', accountName });
const find = async (filter: Omit<InputOf<typeof FindAccounts>, 'limit'>) =>
  (await bus.ask(FindAccounts, { ...filter, limit: 10 })).items.map(({ name }) => name);
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );

describe('accounts', () => {
  let guestId: string;

  beforeAll(async () => {
    const owner = await signedUp('Ada@lovelace.example', 'Engines (50%)');
    const guest = await signedUp('grace@navy.example', 'Compilers');
    await signedUp('adam@smith.example', 'Pins .* and needles');
    guestId = guest.account.id;
    const decider = { accountId: owner.account.id, userId: owner.user.id };
    const invited = { ...decider, email: guest.user.email, role: 'operator' } as const;
    const { token: invitation } = await bus.ask(CreateInvitation, invited);
    await bus.ask(AcceptInvitation, { userId: guest.user.id, invitation });
    await bus.ask(DecideStanding, { accountId: guestId, status: 'suspended' });
  });

  test.each([
    ['a part of the name, in any case', 'NGINES', ['Engines (50%)']],
    ['a name with characters that mean something elsewhere', '(50%', ['Engines (50%)']],
    ['what would match everything as a pattern', '.*', ['Pins .* and needles']],
    ['the beginning of an owner’s address, in any case', 'ADA', ['Pins .* and needles', 'Engines (50%)']],
    ['a member’s whole address', 'grace@navy.example', ['Compilers', 'Engines (50%)']],
    ['the end of an address', 'navy.example', []],
  ])('are found by %s', async (_, q, names) => {
    expect(await find({ q })).toEqual(names);
  });

  test('are found by their id and their standing, with who owns them', async () => {
    expect(await find({ q: guestId })).toEqual(['Compilers']);
    expect(await find({ status: 'suspended' })).toEqual(['Compilers']);
    expect(await find({ q: 'ada', status: 'suspended' })).toEqual([]);
    const { items } = await bus.ask(FindAccounts, { q: 'engines', limit: 10 });
    expect(items).toMatchObject([
      { status: 'active', owners: [{ name: 'Ada', email: 'Ada@lovelace.example' }] },
    ]);
  });

  test('come newest first, in pages', async () => {
    const first = await bus.ask(FindAccounts, { limit: 2 });
    const second = await bus.ask(FindAccounts, { limit: 2, cursor: first.nextCursor ?? '' });
    const names = [first, second].map(({ items }) => items.map(({ name }) => name));
    expect(names).toEqual([['Pins .* and needles', 'Compilers'], ['Engines (50%)']]);
    expect(second.nextCursor).toBeNull();
    expect(await codeOf(bus.ask(FindAccounts, { limit: 2, cursor: 'there' }))).toBe('invalid_cursor');
  });

  test('are read with what they may have; one that is not there is not found', async () => {
    const found = await bus.ask(GetAccount, { accountId: guestId });
    expect(found).toMatchObject({ name: 'Compilers', status: 'suspended', quota: DEFAULT_QUOTA });
    expect(await codeOf(bus.ask(GetAccount, { accountId: newId('acc') }))).toBe('not_found');
  });
});

describe('a decision about what an account may have', () => {
  const quota = { servers: 50, vcpu: 400, diskGib: 20_000 };
  const told = (id: string) =>
    tap.messages
      .map(({ data }) => AccountChanged.schema.parse(data))
      .filter(({ accountId }) => accountId === id)
      .sort((a, b) => a.sequence - b.sequence)
      .map(({ quota: { servers }, status }) => `${servers} ${status}`);

  test('is carried out and told once, and leaves the standing as it is', async () => {
    const { id: accountId } = (await signedUp('quota@example.com', 'Grown')).account;
    await bus.ask(DecideStanding, { accountId, status: 'suspended' });
    for (let count = 0; count < 2; count++)
      expect(await bus.ask(DecideQuota, { accountId, quota })).toMatchObject({ status: 'suspended', quota });
    await bus.ask(DecideStanding, { accountId, status: 'active' });
    const changes = ['20 active', '20 suspended', '50 suspended', '50 active'];
    await eventually(() => expect(told(accountId)).toEqual(changes));
  });

  test('is refused for an account that is closed or not there', async () => {
    const { id: accountId } = (await signedUp('closed@example.com', 'Gone')).account;
    await app
      .get(Transactions)
      .run(() => app.get(Outbox).send(SetAccountStanding, { accountId, status: 'closed' }));
    await eventually(() => expect(told(accountId)).toContain('20 closed'));
    expect(await codeOf(bus.ask(DecideQuota, { accountId, quota }))).toBe('invalid_state');
    expect(await codeOf(bus.ask(DecideQuota, { accountId: newId('acc'), quota }))).toBe('not_found');
  });
});
