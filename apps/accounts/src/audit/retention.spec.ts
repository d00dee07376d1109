import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { ListAuditEvents } from '@berth/contracts';
import { newId, Transactions } from '@berth/mongo';
import { broker, database, serviceAt, TestClock, type TestBroker, type TestDatabase } from '@berth/testing';
import { AccountsModule } from '../accounts.module.ts';
import { AccountsUnderTest, settings } from '../fixtures/accounts-under-test.ts';
import { AuditTrail } from './audit-trail.ts';
import { AuditRetention } from './retention.ts';

const clock = new TestClock('2099-01-01T00:00:00.000Z');
const DAY_SECONDS = 86_400;
let rabbit: TestBroker;
let mongo: TestDatabase;
let app: INestMicroservice;
let accounts: AccountsUnderTest;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  const events = await rabbit.bindTap('berth.events');
  const config = settings(rabbit, mongo, { BERTH_AUDIT_RETENTION_DAYS: '100' });
  app = await serviceAt(clock, AccountsModule.forRoot(config, mongo.database));
  accounts = new AccountsUnderTest(app, events);
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

const note = (accountId: string, action: string) =>
  app.get(Transactions, { strict: false }).run(() =>
    app.get(AuditTrail, { strict: false }).note({
      ...{ accountId, action },
      actor: { kind: 'system', id: 'spec', userId: null },
    }),
  );
const sweep = () => app.get(AuditRetention, { strict: false }).sweep();

test('what is older than the trail is kept goes, of every account, and nothing else', async () => {
  const [ada, grace] = [await accounts.person(), await accounts.person()];
  const actions = async ({ accountId }: { accountId: string }) =>
    (await accounts.bus.ask(ListAuditEvents, { accountId, limit: 50 })).items.map(({ action }) => action);
  clock.advance(DAY_SECONDS);
  await note(ada.accountId, 'later');
  clock.advance(99 * DAY_SECONDS - 1);
  expect(await sweep()).toBe(0);
  clock.advance(2);
  expect(await sweep()).toBe(2);
  expect([await actions(ada), await actions(grace)]).toEqual([['later'], []]);
  clock.advance(DAY_SECONDS);
  expect(await sweep()).toBe(1);
  expect(await sweep()).toBe(0);
});

test('more than goes at once goes all the same', async () => {
  const at = clock.now();
  const old = { at, actor: { kind: 'system', id: 'spec', name: null }, action: 'old', outcome: 'done' };
  const entries = Array.from({ length: 2_500 }, () => ({
    ...old,
    _id: newId('aud'),
    accountId: newId('acc'),
  }));
  await mongo.connection.collection<{ _id: string }>('audit_events').insertMany(entries);
  clock.advance(101 * DAY_SECONDS);
  expect(await sweep()).toBe(2_500);
});
