import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import {
  AcceptInvitation,
  ConfirmEmail,
  CreateInvitation,
  SendInvoiceMail,
  type InputOf,
} from '@berth/contracts';
import { Outbox } from '@berth/messaging';
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
import { AccountsModule } from '../accounts.module.ts';
import { AccountsUnderTest, secretIn, settings, type Person } from '../fixtures/accounts-under-test.ts';

/** Ahead of the database's own time, by which it removes what is long over. */
const clock = new TestClock('2099-11-22T10:00:00.000Z');
const invoiceId = newId('inv');
let rabbit: TestBroker;
let mongo: TestDatabase;
let app: INestMicroservice;
let accounts: AccountsUnderTest;
let owner: Person;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  app = await serviceAt(clock, AccountsModule.forRoot(settings(rabbit, mongo), mongo.database));
  accounts = new AccountsUnderTest(app, await rabbit.bindTap('berth.events'));
  owner = await accounts.person();
  await verify(owner);
});
afterAll(async () => {
  await app?.close();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

async function verify({ email }: Person): Promise<void> {
  await eventually(async () => expect(await accounts.mailsTo(email)).toHaveLength(1));
  const [mail] = await accounts.mailsTo(email);
  await accounts.bus.ask(ConfirmEmail, { secret: secretIn(mail?.link) });
}

async function member(role: 'billing' | 'operator'): Promise<Person> {
  const person = await accounts.person();
  const { accountId, userId } = owner;
  const { token } = await accounts.bus.ask(CreateInvitation, {
    accountId,
    userId,
    email: person.email,
    role,
  });
  await accounts.bus.ask(AcceptInvitation, { invitation: token, userId: person.userId });
  return person;
}

const send = (more: Partial<InputOf<typeof SendInvoiceMail>>) =>
  app.get(Transactions).run(() =>
    app.get(Outbox).send(SendInvoiceMail, {
      ...{ kind: 'invoice_issued', accountId: owner.accountId, invoiceId, number: 'BERTH-2026-000007' },
      ...{ currency: 'EUR', total: '119.00', outstanding: '94.00', dueAt: '2026-12-06T00:00:00.000Z' },
      ...{ suspendsAt: null, profileEmail: null },
      ...more,
    }),
  );
const about = async (email: string) =>
  (await accounts.mailsTo(email)).filter(({ subject }) => subject.includes('BERTH-'));

test('owners, billing members and the address of the profile are written to, each once, and nobody else', async () => {
  const [billing, operator] = [await member('billing'), await member('operator')];
  await send({ profileEmail: 'books@example.com' });
  await eventually(async () => {
    for (const email of [owner.email, billing.email, 'books@example.com'])
      expect(await about(email)).toHaveLength(1);
  });
  expect(await about(operator.email)).toEqual([]);

  const [mail] = await about(billing.email);
  expect(mail).toMatchObject({
    subject: 'Invoice BERTH-2026-000007',
    text: expect.stringContaining('over 119.00 EUR'),
    link: expect.stringMatching(new RegExp(`/invoices/${invoiceId}$`)),
  });
  expect(mail?.text).toContain('94.00 EUR are due by 6 December 2026');
  expect(mail?.text).toContain('Engines');
  // What may be anybody's address is sent no word of a stranger.
  expect((await about('books@example.com'))[0]?.text).not.toContain('Engines');

  await send({ kind: 'payment_reminder', suspendsAt: '2026-12-27T00:00:00.000Z', profileEmail: owner.email });
  await eventually(async () => expect(await about(billing.email)).toHaveLength(2));
  await eventually(async () => expect(await about(owner.email)).toHaveLength(2));
  const reminder = (await about(owner.email)).at(-1);
  expect(reminder?.subject).toBe('Invoice BERTH-2026-000007 is past due');
  expect(reminder?.text).toContain('not paid by 27 December 2026, the account is suspended');
});

test('an invoice that is paid and a credit note ask for nothing', async () => {
  const other = await accounts.person();
  const { accountId } = other;
  await send({ accountId, outstanding: '0.00' });
  await send({
    accountId,
    kind: 'credit_note_issued',
    number: 'BERTH-CN-2026-000001',
    total: '-12.00',
    dueAt: null,
  });
  await eventually(async () => expect(await about(other.email)).toHaveLength(2));
  const texts = (await about(other.email)).map(({ text }) => text).join('\n');
  expect(texts).toContain('Nothing is left to pay');
  expect(texts).toContain('over -12.00 EUR');
  expect(texts).not.toContain('due by');
});
