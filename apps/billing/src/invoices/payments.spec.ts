import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PayInvoice, WithdrawCredit } from '@berth/contracts';
import { Requests } from '@berth/messaging';
import { newId } from '@berth/mongo';
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
import { Closings } from './closings.ts';

const clock = new TestClock('2026-03-01T00:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let taps: Record<'events' | 'usage' | 'commands', Tap>;
let billing: BillingUnderTest;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  taps = {
    events: await rabbit.bindTap('berth.events'),
    usage: await rabbit.bindTap('berth.usage'),
    commands: await rabbit.bindTap('berth.commands'),
  };
  const start = () => serviceAt(clock, BillingModule.forRoot(settings(rabbit, mongo), mongo.database));
  billing = new BillingUnderTest(clock, start);
  await billing.replica();
  await billing.publish(PRICES);
});
afterAll(async () => {
  await billing?.stop();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

/** An account with one server that runs for a hundred minutes around the change of price, fifty before and fifty after. */
async function customer(): Promise<string> {
  const accountId = await billing.account();
  await billing.server(
    accountId,
    ['running', '2026-03-14T23:10:00Z'],
    ['terminated', '2026-03-15T00:50:00Z'],
  );
  return accountId;
}
const AFTER_GRACE = '2026-04-04T00:00:10Z';
const told = (tap: keyof typeof taps, accountId: string) =>
  taps[tap].messages
    .filter(({ data }) => (data as { accountId?: string }).accountId === accountId)
    .map(({ type }) => type);

describe('credit', () => {
  test('is taken after tax, what expires soonest first, then the oldest, and only as much as is needed', async () => {
    const accountId = await customer();
    billing.clock.set('2026-03-20T00:00:00Z');
    const oldest = await billing.grant(accountId, '0.20');
    billing.clock.set('2026-03-20T01:00:00Z');
    const withdrawn = await billing.grant(accountId, '5');
    await billing.ask(WithdrawCredit, { accountId, creditId: withdrawn.id });
    const expired = await billing.grant(accountId, '5', { expiresAt: '2026-03-25T00:00:00Z' });
    const large = await billing.grant(accountId, '10');
    const soon = await billing.grant(accountId, '1', { expiresAt: '2026-05-01T00:00:00Z' });
    await billing.sweepAt(AFTER_GRACE);
    expect(await billing.invoice(accountId)).toMatchObject({
      total: '1.78',
      credits: [
        { creditId: soon.id, reason: 'Thanks 1', amount: '1.00' },
        { creditId: oldest.id, amount: '0.20' },
        { creditId: large.id, amount: '0.58' },
      ],
      amountDue: '0.00',
      status: 'paid',
      payments: [],
      paidAt: expect.any(String),
    });
    const { items, available } = await billing.credits(accountId);
    expect(available).toBe('9.42');
    expect(new Map(items.map(({ id, remaining }) => [id, remaining]))).toEqual(
      new Map([
        [soon.id, '0'],
        [large.id, '9.42'],
        [expired.id, '0'],
        [withdrawn.id, '0'],
        [oldest.id, '0'],
      ]),
    );
    await expect(billing.ask(WithdrawCredit, { accountId, creditId: soon.id })).rejects.toMatchObject({
      code: 'invalid_state',
    });
  });

  test('is never taken twice by two months that are closed at once', async () => {
    const accountId = await customer();
    await billing.server(
      accountId,
      ['running', '2026-02-10T00:00:00Z'],
      ['terminated', '2026-02-10T02:30:00Z'],
    );
    await billing.grant(accountId, '2');
    billing.clock.set(AFTER_GRACE);
    const closings = billing.app.get(Closings);
    await Promise.all(['2026-02', '2026-03'].map((month) => closings.close(accountId, month)));
    const invoices = await billing.invoices(accountId);
    const due = invoices.map(({ amountDue }) => Number(amountDue)).reduce((sum, each) => sum + each, 0);
    // 1.78 and 1.78, without 2.
    expect(due.toFixed(2)).toBe('1.56');
    expect((await billing.credits(accountId)).available).toBe('0');
  });
});

describe('staff', () => {
  test('close a month by hand when it is over, and hear why not when it cannot be', async () => {
    const accountId = await billing.account('closed');
    billing.clock.set('2026-03-31T23:59:59Z');
    await billing.server(
      accountId,
      ['running', '2026-03-31T22:00:00Z'],
      ['terminated', '2026-03-31T23:00:00Z'],
    );
    await expect(billing.close(accountId, '2026-03')).rejects.toMatchObject({
      code: 'period_open',
      status: 409,
      detail: '2026-03 is over at 2026-04-01T00:00:00.000Z.',
    });
    billing.clock.set('2026-04-01T00:00:00Z');
    expect(await billing.close(accountId, '2026-03')).toMatchObject({ subtotal: '1.20', status: 'issued' });
    await expect(billing.close(accountId, '2026-03')).rejects.toMatchObject({ code: 'invalid_state' });
    await expect(billing.close(accountId, '2026-02')).rejects.toMatchObject({
      code: 'invalid_state',
      detail: 'Nothing was used in 2026-02.',
    });
    await expect(billing.close(newId('acc'), '2026-02')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('note what was paid, once, and not in the future', async () => {
    const accountId = await customer();
    await billing.sweepAt(AFTER_GRACE);
    const { id: invoiceId } = await billing.invoice(accountId);
    const tomorrow = { invoiceId, reference: 'r', at: '2026-04-05T00:00:00Z' };
    await expect(billing.ask(PayInvoice, tomorrow)).rejects.toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/at', detail: 'must not lie in the future' }],
    });
    expect(await billing.pay(invoiceId, 'statement 7')).toMatchObject({
      status: 'paid',
      outstanding: '0.00',
      payments: [
        {
          amount: '1.78',
          reference: 'statement 7',
          at: expect.stringMatching(/^2026-04-04T00:00:1/),
          notedBy: { kind: 'user' },
        },
      ],
      paidAt: expect.stringMatching(/^2026-04-04T00:00:1/),
    });
    await expect(billing.pay(invoiceId)).rejects.toMatchObject({
      code: 'invalid_state',
      detail: 'It is paid.',
    });
    await expect(billing.void(invoiceId)).rejects.toMatchObject({ code: 'invalid_state' });
    await expect(billing.pay(newId('inv'))).rejects.toMatchObject({ code: 'not_found' });
    await eventually(() =>
      expect(told('events', accountId)).toEqual(['berth.invoice.issued.v1', 'berth.invoice.paid.v1']),
    );
  });

  test('note payments in parts, until nothing is left, and none beyond', async () => {
    const accountId = await customer();
    await billing.sweepAt(AFTER_GRACE);
    const { id: invoiceId } = await billing.invoice(accountId);
    const at = '2026-04-02T09:00:00.000Z';
    const first = await billing.ask(PayInvoice, {
      invoiceId,
      amount: '1.7',
      reference: 'short by a fee',
      at,
    });
    expect(first).toMatchObject({ status: 'issued', amountDue: '1.78', outstanding: '0.08', paidAt: null });
    expect(first.payments).toMatchObject([{ amount: '1.70', at, reference: 'short by a fee' }]);
    for (const [amount, detail] of [
      ['0.09', 'must not be more than is left to pay: 0.08 USD'],
      ['0.001', 'must be whole in the minor unit of USD'],
    ] as const)
      await expect(billing.pay(invoiceId, 'x', amount)).rejects.toMatchObject({
        code: 'invalid_request',
        errors: [{ pointer: '/amount', detail }],
      });
    await expect(billing.void(invoiceId)).rejects.toMatchObject({ code: 'invalid_state' });
    expect(told('events', accountId)).not.toContain('berth.invoice.paid.v1');
    const second = await billing.pay(invoiceId, 'the rest');
    expect(second).toMatchObject({ status: 'paid', outstanding: '0.00', paidAt: expect.any(String) });
    expect(second.payments.map(({ amount }) => amount)).toEqual(['1.70', '0.08']);
    await eventually(() =>
      expect(told('events', accountId)).toEqual(['berth.invoice.issued.v1', 'berth.invoice.paid.v1']),
    );
  });

  test('note parts at once, of which none takes what another has, and one under a key is noted once', async () => {
    const accountId = await customer();
    await billing.sweepAt(AFTER_GRACE);
    const { id: invoiceId } = await billing.invoice(accountId);
    const parts = await Promise.allSettled(
      ['a', 'b', 'c'].map((from) => billing.pay(invoiceId, from, '0.80')),
    );
    expect(parts.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const rest = { invoiceId, reference: 'again', amount: '0.05' };
    const options = { actor: { kind: 'user', id: newId('usr') }, idempotencyKey: 'again' } as const;
    const ask = () => billing.app.get(Requests).ask(PayInvoice, rest, options);
    expect(await ask()).toEqual(await ask());
    expect(await billing.invoice(accountId)).toMatchObject({ outstanding: '0.13', status: 'issued' });
  });

  test('pay and void at once, and one of both comes too late', async () => {
    const accountId = await customer();
    await billing.sweepAt(AFTER_GRACE);
    const { id } = await billing.invoice(accountId);
    const both = await Promise.allSettled([billing.pay(id), billing.void(id)]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'invalid_state' },
    });
  });

  test('make an invoice void, which gives credit back and lets the month be closed again under another number', async () => {
    const accountId = await customer();
    await billing.grant(accountId, '1');
    await billing.sweepAt(AFTER_GRACE);
    const first = await billing.invoice(accountId);
    expect(first.amountDue).toBe('0.78');
    expect(await billing.void(first.id, 'Wrong address')).toMatchObject({
      status: 'void',
      outstanding: '0.00',
      voided: { reason: 'Wrong address' },
    });
    expect((await billing.credits(accountId)).available).toBe('1');
    // Not by itself: what was wrong has to be put right first.
    await billing.sweepAt('2026-04-05T00:00:00Z');
    expect(await billing.invoices(accountId)).toHaveLength(1);
    const second = await billing.close(accountId, '2026-03');
    expect(second).toMatchObject({ total: '1.78', amountDue: '0.78', status: 'issued' });
    expect(second.number).not.toBe(first.number);
    expect((await billing.invoices(accountId)).map(({ status }) => status)).toEqual(['issued', 'void']);
    await eventually(() => expect(told('usage', accountId)).toContain('berth.usage.invoice-voided.v1'));
  });
});
