import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  InvoicePastDue,
  SendInvoiceMail,
  SetBillingProfile,
  SetDebtStanding,
  type Invoice,
} from '@berth/contracts';
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
import { BillingModule } from '../billing.module.ts';
import { BillingUnderTest, PRICES, settings } from '../fixtures/billing-under-test.ts';
import { Dunning } from './dunning.ts';

const clock = new TestClock('2026-03-01T00:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let events: Tap;
let commands: Tap;
let billing: BillingUnderTest;
let accountId: string;
let invoice: Invoice;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  events = await rabbit.bindTap('berth.events', InvoicePastDue.type);
  commands = await rabbit.bindTap('berth.commands');
  const start = () => serviceAt(clock, BillingModule.forRoot(settings(rabbit, mongo), mongo.database));
  billing = new BillingUnderTest(clock, start);
  await billing.replica();
  await billing.publish(PRICES);
});
afterAll(async () => {
  await billing?.stop();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

/** An invoice of 1.19 that is due on the 18th of April at midnight. */
beforeEach(async () => {
  clock.set('2026-04-04T00:00:00Z');
  accountId = await billing.account();
  invoice = await invoiceFor('2026-03');
});

async function invoiceFor(month: string): Promise<Invoice> {
  const [start, end] = [`${month}-01T00:00:00Z`, `${month}-01T01:40:00Z`];
  await billing.server(accountId, ['running', start], ['terminated', end]);
  return billing.close(accountId, month);
}

const sent = (type: string) =>
  commands.messages
    .filter((message) => message.type === type)
    .map(({ data }) => data as Record<string, unknown>)
    .filter((data) => data['accountId'] === accountId);
const mails = () => sent(SendInvoiceMail.type).map(({ kind }) => kind);
const standings = () =>
  sent(SetDebtStanding.type)
    .map((data) => SetDebtStanding.schema.parse(data))
    .sort((a, b) => a.sequence - b.sequence)
    .map(({ owes }) => owes);
const pastDue = () =>
  events.messages.filter(({ data }) => (data as { accountId: string }).accountId === accountId).length;

test('who has not paid is reminded after a day and a week, and suspended after three, each once', async () => {
  await billing.sweepAt('2026-04-18T00:00:00Z');
  expect(pastDue()).toBe(0);
  await billing.sweepAt('2026-04-18T00:00:01Z');
  await eventually(() => expect(pastDue()).toBe(1));
  expect(mails()).toEqual(['invoice_issued']);

  for (const at of [
    '2026-04-19T00:00:00Z',
    '2026-04-20T00:00:00Z',
    '2026-04-25T00:00:00Z',
    '2026-05-08T23:59:59Z',
  ])
    await billing.sweepAt(at);
  await eventually(() => expect(mails()).toEqual(['invoice_issued', 'payment_reminder', 'payment_reminder']));
  expect(sent(SendInvoiceMail.type)[1]).toMatchObject({
    ...{ number: invoice.number, outstanding: '1.19', currency: 'USD', profileEmail: null },
    suspendsAt: '2026-05-09T00:00:00.000Z',
  });
  expect(standings()).toEqual([]);

  await billing.sweepAt('2026-05-09T00:00:00Z');
  await billing.sweepAt('2026-05-20T00:00:00Z');
  const reason = `Invoice ${invoice.number} was not paid in time.`;
  await eventually(() => expect(standings()).toEqual([{ invoiceId: invoice.id, reason }]));
  expect({ mails: mails().length, pastDue: pastDue() }).toEqual({ mails: 3, pastDue: 1 });
});

test('after a long time in which nothing ran, one word stands for all, and two replicas say it once', async () => {
  clock.set('2026-04-30T00:00:00Z');
  const second = await billing.replica();
  const replicas = [billing.app, second].map((app) => app.get(Dunning));
  const one = { _id: invoice.id, accountId };
  await Promise.all([...replicas, ...replicas].map((dunning) => dunning.proceed(one)));
  await eventually(() => expect(mails()).toEqual(['invoice_issued', 'payment_reminder']));
  await billing.sweepAt('2026-05-01T00:00:00Z');
  expect(mails()).toHaveLength(2);
});

test('the suspension is lifted when all that is past due is paid, also when two are paid at once', async () => {
  const other = await invoiceFor('2026-02');
  await billing.sweepAt('2026-05-10T00:00:00Z');
  await eventually(() => expect(standings()).toHaveLength(1));
  await Promise.all([billing.pay(invoice.id), billing.pay(other.id)]);
  await eventually(() => expect(standings()).toEqual([expect.anything(), null]));

  // A third that is not due yet keeps nobody suspended, and is asked for anew.
  const third = await invoiceFor('2026-01');
  await billing.sweepAt('2026-06-20T00:00:00Z');
  await eventually(() => expect(standings()).toHaveLength(3));
  await billing.void(third.id);
  await eventually(() => expect(standings().at(-1)).toBeNull());
});

test('what is left of an invoice that is paid in part is asked for, and its part lifts nothing', async () => {
  await billing.pay(invoice.id, 'a part', '1');
  await billing.sweepAt('2026-04-20T00:00:00Z');
  await eventually(() => expect(mails()).toEqual(['invoice_issued', 'payment_reminder']));
  expect(sent(SendInvoiceMail.type)[1]).toMatchObject({ outstanding: '0.19' });
  await billing.sweepAt('2026-05-10T00:00:00Z');
  await eventually(() => expect(standings()).toHaveLength(1));
  await billing.pay(invoice.id, 'another', '0.10');
  await billing.pay(invoice.id, 'the last', '0.09');
  await eventually(() => expect(standings()).toEqual([expect.anything(), null]));
});

test('one of two that is paid lifts nothing', async () => {
  await invoiceFor('2026-02');
  await billing.sweepAt('2026-05-10T00:00:00Z');
  await billing.pay(invoice.id);
  await billing.sweepAt('2026-05-11T00:00:00Z');
  await eventually(() => expect(standings()).toHaveLength(1));
  expect(standings()).toHaveLength(1);
});

test('the address of the billing profile is written to, as it was when the invoice was issued', async () => {
  const profile = { legalName: 'Reeder', addressLines: ['Dock 1'], country: 'DE', taxId: null };
  await billing.ask(SetBillingProfile, { accountId, ...profile, email: 'pay@example.com' });
  const { number } = await invoiceFor('2026-02');
  await eventually(() =>
    expect(sent(SendInvoiceMail.type).find((mail) => mail['number'] === number)).toMatchObject({
      profileEmail: 'pay@example.com',
    }),
  );
});
