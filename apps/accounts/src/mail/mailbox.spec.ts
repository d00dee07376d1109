import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ListKeptMails, SendMail } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
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
import { AccountsUnderTest, settings } from '../fixtures/accounts-under-test.ts';

/** Ahead of the database's own time, by which it removes what is long over. */
const clock = new TestClock('2099-11-22T10:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let app: INestMicroservice;
let accounts: AccountsUnderTest;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  const config = settings(rabbit, mongo);
  app = await serviceAt(clock, AccountsModule.forRoot(config, mongo.database));
  accounts = new AccountsUnderTest(app, await rabbit.bindTap('berth.events'));
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

test('without a mail server the newest 200 mails are kept, and those before make room', async () => {
  const { userId, email } = await accounts.person();
  const write = () => app.get(Outbox, { strict: false }).send(SendMail, { kind: 'password_changed', userId });
  await app.get(Transactions, { strict: false }).run(async () => {
    for (let times = 0; times < 210; times++) await write();
  });
  // Each is handled once, the one of the sign-up too.
  await eventually(
    async () => expect(await mongo.connection.collection('inbox').countDocuments()).toBe(211),
    { within: 25_000 },
  );
  await eventually(async () =>
    expect(await mongo.connection.collection('kept_mails').countDocuments()).toBe(200),
  );
  const { items } = await accounts.bus.ask(ListKeptMails, {});
  expect(items).toHaveLength(200);
  expect(items.map(({ id }) => id)).toEqual(
    items
      .map(({ id }) => id)
      .sort()
      .reverse(),
  );
  expect(items[0]).toMatchObject({ to: email, subject: 'Your password was changed', link: null });
});
