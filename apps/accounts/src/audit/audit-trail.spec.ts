import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { getConnectionToken, getModelToken } from '@nestjs/mongoose';
import {
  CreateToken,
  ListAuditEvents,
  ListStaffDeeds,
  RecordAuditEvent,
  RevokeToken,
  STAFF_ACCOUNT_ID,
  type AuditFilter,
  type InputOf,
} from '@berth/contracts';
import { Commands } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
import {
  broker,
  database,
  eventually,
  serviceAt,
  TestClock,
  type TestBroker,
  type TestDatabase,
} from '@berth/testing';
import type { Connection, Model } from 'mongoose';
import { AccountsModule } from '../accounts.module.ts';
import { AccountsUnderTest, settings, type Person } from '../fixtures/accounts-under-test.ts';
import { Staff } from '../staff/staff.ts';
import { AuditEventModel, type StoredAuditEvent } from './audit-event.model.ts';

type Entry = InputOf<typeof RecordAuditEvent>;

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

const entryBy = (
  { accountId, userId }: Pick<Person, 'accountId' | 'userId'>,
  more: Partial<Entry> = {},
): Entry => ({
  ...{ id: newId('aud'), at: clock.now().toISOString(), accountId },
  actor: { kind: 'user', id: userId, userId },
  ...{ action: 'updateServer', target: { type: 'server', id: newId('srv') } },
  ...{ outcome: 'unknown', status: null, code: null },
  ...{ requestId: 'req-1', address: '192.0.2.1', userAgent: 'curl/8', changes: { 'na.me$': 'Orders' } },
  ...more,
});
const done = (entry: Entry): Entry => ({ ...entry, outcome: 'done', status: 200 });
const tell = (entry: Entry) => app.get(Commands, { strict: false }).send(RecordAuditEvent, entry);
const list = (
  { accountId }: Pick<Person, 'accountId'>,
  query: AuditFilter & { cursor?: string; limit?: number } = {},
) => accounts.bus.ask(ListAuditEvents, { accountId, limit: 50, ...query });
/** Without what accounts itself has written down of the sign-up. */
const trailOf = async (person: Pick<Person, 'accountId'>) =>
  (await list(person)).items.filter(({ action }) => action !== 'signUp');
const handled = () =>
  eventually(async () => expect(await rabbit.queue('accounts.commands')).toMatchObject({ messages: 0 }));

describe('an entry', () => {
  test('is unknown until it is told what came of it, and says who it was by name', async () => {
    const ada = await accounts.person();
    const entry = entryBy(ada);
    await tell(entry);
    const { actor: _, ...same } = entry;
    const shown = { ...same, actor: { kind: 'user', id: ada.userId, name: 'Ada' } };
    await eventually(async () => expect(await trailOf(ada)).toEqual([shown]));
    await tell(done(entry));
    await eventually(async () =>
      expect(await trailOf(ada)).toEqual([{ ...shown, outcome: 'done', status: 200 }]),
    );
  });

  test.each<[string, (entry: Entry) => Entry[]]>([
    ['the outcome first', (entry) => [done(entry), entry]],
    ['each twice', (entry) => [entry, entry, done(entry), done(entry)]],
    ['each twice, the outcomes first', (entry) => [done(entry), done(entry), entry, entry]],
    [
      'another outcome afterwards',
      (entry) => [entry, done(entry), { ...entry, outcome: 'failed', status: 500 }],
    ],
  ])('stands there once, with one outcome: told %s', async (_, messages) => {
    const ada = await accounts.person();
    for (const message of messages(entryBy(ada))) {
      await tell(message);
      await handled();
    }
    await eventually(async () =>
      expect(await trailOf(ada)).toMatchObject([{ outcome: 'done', status: 200 }]),
    );
  });

  test('and what came of it may be told at once, many at a time', async () => {
    const ada = await accounts.person();
    const entries = Array.from({ length: 20 }, () => entryBy(ada));
    await Promise.all(entries.flatMap((entry) => [tell(entry), tell(done(entry))]));
    await eventually(async () => {
      const trail = await trailOf(ada);
      expect(trail).toHaveLength(20);
      expect(new Set(trail.map(({ outcome }) => outcome))).toEqual(new Set(['done']));
    });
  });

  test('costs little: what is told in one moment is written together, without a note that it was handled', async () => {
    const ada = await accounts.person();
    const entries = Array.from({ length: 20 }, () => entryBy(ada));
    const commands: string[] = [];
    const connection = app.get<Connection>(getConnectionToken(), { strict: false });
    connection.set('debug', (collection: string, method: string) => commands.push(`${collection}.${method}`));
    await Promise.all(entries.flatMap((entry) => [tell(entry), tell(done(entry))]));
    await eventually(async () =>
      expect((await trailOf(ada)).filter(({ outcome }) => outcome === 'done')).toHaveLength(20),
    );
    connection.set('debug', false);
    const writes = commands.filter((command) => /^(?:audit_events|inbox)\.(?:insert|update)/.test(command));
    expect(writes.length).toBeGreaterThan(0);
    expect(writes.length).toBeLessThan(20);
  });

  test('nobody knows the outcome of remains so, with what was answered', async () => {
    const ada = await accounts.person();
    const entry = entryBy(ada);
    await tell(entry);
    await tell({ ...entry, status: 503, code: 'outcome_unknown' });
    await eventually(async () =>
      expect(await trailOf(ada)).toMatchObject([
        { outcome: 'unknown', status: 503, code: 'outcome_unknown' },
      ]),
    );
  });

  test('keeps the name of a token that is revoked since', async () => {
    const ada = await accounts.person();
    const { accountId, userId } = ada;
    const { id } = await accounts.bus.ask(CreateToken, { accountId, userId, name: 'nightly import' });
    await tell(entryBy(ada, { actor: { kind: 'token', id, userId } }));
    await eventually(async () => expect(await trailOf(ada)).toHaveLength(1));
    await accounts.bus.ask(RevokeToken, { accountId, tokenId: id });
    expect(await trailOf(ada)).toMatchObject([{ actor: { kind: 'token', id, name: 'nightly import' } }]);
    expect((await list(ada, { actor: id })).items).toHaveLength(1);
    expect((await list(ada, { actor: userId })).items).toHaveLength(2);
  });
});

describe('the trail', () => {
  test('only grows', async () => {
    const ada = await accounts.person();
    const entry = done(entryBy(ada));
    await tell(entry);
    const before = await eventually(async () => {
      const trail = await trailOf(ada);
      expect(trail).toHaveLength(1);
      return trail;
    });
    const events = app.get<Model<StoredAuditEvent>>(getModelToken(AuditEventModel.name), { strict: false });
    const one = { _id: entry.id, accountId: ada.accountId };
    const change = { $set: { outcome: 'failed' as const } };
    const document = await events.findOne(one);
    document?.set('outcome', 'failed');
    const ways: (() => Promise<unknown>)[] = [
      () => events.deleteOne(one),
      () => events.deleteMany({ accountId: ada.accountId }),
      () => events.findOneAndDelete(one),
      () => events.updateOne(one, change),
      () => events.updateMany({ accountId: ada.accountId }, change),
      () => events.findOneAndUpdate(one, change),
      () => events.replaceOne(one, {}),
      () => events.findOneAndReplace(one, {}),
      () => events.bulkWrite([{ updateOne: { filter: one, update: change } }]),
      () => events.bulkWrite([{ deleteOne: { filter: one } }]),
      () => document?.save() ?? Promise.resolve(),
    ];
    for (const way of ways) await expect(way()).rejects.toThrow('only grows');
    await events.updateOne({ ...one, outcome: 'unknown' }, change);
    expect(await trailOf(ada)).toEqual(before);
  });

  test('is read in pages, newest first, and by person, action, outcome and time', async () => {
    const ada = await accounts.person();
    const begun = clock.now().getTime();
    const at = (second: number) => new Date(begun + second * 1000).toISOString();
    // Two of one moment each.
    const entries = [0, 1, 2, 3, 4, 5].map((n) =>
      done(entryBy(ada, { at: at(Math.floor(n / 2)), action: n % 2 ? 'pauseServer' : 'updateServer' })),
    );
    entries.push({ ...entryBy(ada, { at: at(3), action: 'launchServer' }), outcome: 'denied', status: 403 });
    for (const entry of entries) await tell(entry);
    await eventually(async () => expect(await trailOf(ada)).toHaveLength(7));
    const newestFirst = entries.toSorted((a, b) => (a.at + a.id < b.at + b.id ? 1 : -1)).map(({ id }) => id);

    const pages: string[] = [];
    for (let cursor: string | undefined; pages.length < 7;) {
      const { items, nextCursor } = await list(ada, { limit: 2, ...(cursor && { cursor }) });
      pages.push(...items.filter(({ action }) => action !== 'signUp').map(({ id }) => id));
      if (nextCursor === null) break;
      cursor = nextCursor;
    }
    expect(pages).toEqual(newestFirst);

    const found = async (filter: AuditFilter) => (await list(ada, filter)).items.map(({ action }) => action);
    expect(await found({ action: 'pauseServer' })).toHaveLength(3);
    expect(await found({ outcome: 'denied' })).toEqual(['launchServer']);
    expect(await found({ actor: ada.userId, outcome: 'done', action: 'updateServer' })).toHaveLength(3);
    expect(await found({ actor: newId('usr') })).toEqual([]);
    expect(await found({ from: at(1), to: at(2) })).toHaveLength(2);
    expect(await found({ from: at(3) })).toEqual(['launchServer']);
    for (const cursor of ['x', '', Buffer.from('2026 aud_1').toString('base64url')])
      await expect(list(ada, { cursor })).rejects.toMatchObject({ code: 'invalid_cursor', status: 400 });
  });

  test('of one account has nothing of another, whatever is asked', async () => {
    const [ada, grace] = [await accounts.person(), await accounts.person()];
    await tell(done(entryBy(ada)));
    await eventually(async () => expect(await trailOf(ada)).toHaveLength(1));
    const { nextCursor } = await list(ada, { limit: 1 });
    expect(await trailOf(grace)).toEqual([]);
    expect((await list(grace, { actor: ada.userId })).items).toEqual([]);
    const { items } = await list(grace, { cursor: nextCursor ?? '' });
    expect(items.every(({ accountId }) => accountId === grace.accountId)).toBe(true);
  });
});

describe('what staff do', () => {
  const staffMember = (name: string) =>
    app
      .get(Transactions, { strict: false })
      .run(() =>
        app
          .get(Staff, { strict: false })
          .add({ email: `${newId('usr')}@vendor.example`, password: 'correct horse battery', name }),
      );
  const deedsOf = async (userId: string) =>
    (await accounts.bus.ask(ListStaffDeeds, { userId, limit: 50 })).items;

  test('is in the trail of the account that it turned out to concern, and among their own deeds', async () => {
    const ada = await accounts.person();
    const { _id: userId } = await staffMember('Sue');
    const actor = { kind: 'staff', id: userId, userId } as const;
    const nudge = entryBy({ accountId: STAFF_ACCOUNT_ID, userId }, { actor, action: 'nudge' });
    await tell(nudge);
    await eventually(async () =>
      expect(await deedsOf(userId)).toMatchObject([{ accountId: STAFF_ACCOUNT_ID }]),
    );
    expect(await trailOf(ada)).toEqual([]);
    await tell({ ...done(nudge), accountId: ada.accountId });
    await eventually(async () =>
      expect(await trailOf(ada)).toMatchObject([
        { action: 'nudge', outcome: 'done', actor: { kind: 'staff', id: userId, name: 'Sue' } },
      ]),
    );
    expect(await deedsOf(userId)).toMatchObject([{ accountId: ada.accountId }]);
  });

  test('shows no address of theirs, though they are called by it', async () => {
    const ada = await accounts.person();
    const { _id: userId } = await staffMember('sue@vendor.example');
    await tell(entryBy(ada, { actor: { kind: 'staff', id: userId, userId } }));
    await eventually(async () => expect(await trailOf(ada)).toMatchObject([{ actor: { name: 'sue' } }]));
    expect(JSON.stringify(await trailOf(ada))).not.toContain('@');
  });
});
