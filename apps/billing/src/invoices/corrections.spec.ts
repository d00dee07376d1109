import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DecideTerms, ListInvoiceLineUsage } from '@berth/contracts';
import { Transactions } from '@berth/mongo';
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
import { BillingUnderTest, price, PRICES, settings } from '../fixtures/billing-under-test.ts';
import { ClosingSweep } from './closing-sweep.ts';
import { monthsBack } from './correctable.ts';
import { Corrections } from './corrections.ts';

const clock = new TestClock('2026-03-01T00:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let usage: Tap;
let billing: BillingUnderTest;
let accountId: string;
let serverId: string;

beforeAll(async () => {
  [rabbit, mongo] = await Promise.all([broker(), database()]);
  usage = await rabbit.bindTap('berth.usage', 'berth.usage.invoiced.v1');
  const start = () => serviceAt(clock, BillingModule.forRoot(settings(rabbit, mongo), mongo.database));
  billing = new BillingUnderTest(clock, start);
  await billing.replica();
  await billing.publish(PRICES);
});
afterAll(async () => {
  await billing?.stop();
  await Promise.all([rabbit?.stop(), mongo?.stop()]);
});

/** Runs from 21:00 on the last of March, as far as is known: three hours at two cents. */
beforeEach(async () => {
  clock.set('2026-03-31T21:00:00Z');
  accountId = await billing.account();
  serverId = await billing.server(accountId, ['running', '2026-03-31T21:00:00Z']);
});

const JUST_AFTER = '2026-04-01T00:00:30Z';
const AFTER_GRACE = '2026-04-04T00:00:10Z';

/** It was terminated at that time, which is heard of now. */
async function heardLate(at: string): Promise<void> {
  await billing.becomes(serverId, accountId, ['terminated', at]);
  await billing.noteLate(accountId, '2026-03');
}
const closedInMarch = async () => {
  await billing.sweepAt(JUST_AFTER);
  return billing.close(accountId, '2026-03');
};

describe('a month that comes to less than was invoiced', () => {
  test('gets a credit note, with a number of its own and the tax of its invoice, that lowers what is due', async () => {
    const invoice = await closedInMarch();
    expect(invoice).toMatchObject({ subtotal: '3.60', total: '4.28' });
    clock.set('2026-04-01T00:01:00Z');
    await heardLate('2026-03-31T22:00:00Z');
    await billing.sweepAt('2026-04-01T00:02:00Z');
    await billing.sweepAt('2026-04-01T00:03:00Z');

    const [note, lowered] = await billing.invoices(accountId);
    expect(note).toMatchObject({
      kind: 'credit_note',
      status: 'issued',
      number: expect.stringMatching(/^BERTH-CN-2026-\d{6}$/),
      month: '2026-03',
      subtotal: '-2.40',
      tax: { rate: '19', amount: '-0.46' },
      total: '-2.86',
      amountDue: '0.00',
      corrects: { id: invoice.id, number: invoice.number },
    });
    expect(lowered).toMatchObject({
      ...{ id: invoice.id, status: 'issued', total: '4.28', amountDue: '4.28', outstanding: '1.42' },
      reductions: [{ creditNote: { id: note?.id, number: note?.number }, amount: '2.86' }],
    });
    expect((await billing.invoices(accountId)).length).toBe(2);
    const { lines } = await billing.invoice(accountId);
    expect(lines).toMatchObject([
      {
        kind: 'correction',
        description: `Correction of 2026-03, invoice ${invoice.number}: Compute small in eu-central-1`,
        ...{ quantity: -120, amount: '-2.40', corrects: { number: invoice.number } },
      },
      { kind: 'correction', meter: 'disk', quantity: -1200, amount: '0.00' },
    ]);
    await eventually(() =>
      expect(usage.messages.map(({ data }) => (data as { number: string }).number)).toContain(note?.number),
    );

    // Which records it was made of: the reversals, and what is true instead.
    const ask = { accountId, invoiceId: note?.id ?? '', line: 1, limit: 50 };
    const { items } = await billing.ask(ListInvoiceLineUsage, ask);
    expect(items.reduce((sum, { counted }) => sum + counted, 0)).toBe(-120);
    expect(items.some(({ reverses }) => reverses !== null)).toBe(true);
    const first = await billing.ask(ListInvoiceLineUsage, { ...ask, invoiceId: invoice.id });
    expect(first.items.reduce((sum, { counted }) => sum + counted, 0)).toBe(180);

    // That it was corrected is in the way of making it void.
    await expect(billing.void(invoice.id)).rejects.toMatchObject({
      code: 'invalid_state',
      detail: expect.stringContaining('2026-03 was corrected since'),
    });
  });

  test('that is paid gives credit instead, and one that is paid in part both', async () => {
    const paid = await closedInMarch();
    await billing.pay(paid.id);
    clock.set('2026-04-01T00:01:00Z');
    await heardLate('2026-03-31T22:00:00Z');
    await billing.sweepAt('2026-04-01T00:02:00Z');
    expect(await billing.credits(accountId)).toMatchObject({
      available: '2.86',
      items: [{ amount: '2.86', reason: expect.stringMatching(/^Credit note BERTH-CN-/), expiresAt: null }],
    });
  });

  test('that lowers what is due to nothing is paid by it', async () => {
    await billing.grant(accountId, '4');
    const invoice = await closedInMarch();
    expect(invoice).toMatchObject({ amountDue: '0.28', status: 'issued' });
    clock.set('2026-04-01T00:01:00Z');
    await heardLate('2026-03-31T22:00:00Z');
    await billing.sweepAt('2026-04-01T00:02:00Z');
    const [, settled] = await billing.invoices(accountId);
    expect(settled).toMatchObject({ status: 'paid', outstanding: '0.00', payments: [] });
    expect(settled?.paidAt).toEqual(expect.any(String));
    // 2.86 without 0.28.
    expect((await billing.credits(accountId)).available).toBe('2.58');
  });

  test('is corrected once, by however many replicas at once', async () => {
    await closedInMarch();
    clock.set('2026-04-01T00:01:00Z');
    await heardLate('2026-03-31T22:00:00Z');
    const second = await billing.replica();
    const corrections = [billing.app, second].map((app) => app.get(Corrections));
    const month = { accountId, month: '2026-03' };
    await Promise.all([...corrections, ...corrections].map((each) => each.correct(month)));
    expect((await billing.invoices(accountId)).map(({ kind }) => kind)).toEqual(['credit_note', 'invoice']);
  });

  test('leaves nothing behind when it fails, and is corrected by the next sweep', async () => {
    await closedInMarch();
    clock.set('2026-04-01T00:01:00Z');
    await heardLate('2026-03-31T22:00:00Z');
    const failing = billing.app.get(Transactions).run(async () => {
      await billing.app.get(Corrections).correct({ accountId, month: '2026-03' });
      throw new Error('the process ends');
    });
    await expect(failing).rejects.toThrow('the process ends');
    expect(await billing.invoices(accountId)).toHaveLength(1);
    await billing.app.get(ClosingSweep).sweep();
    expect(await billing.invoices(accountId)).toHaveLength(2);
  });
});

describe('a month that comes to more than was invoiced', () => {
  test('is put right on the next invoice, even when nothing else is on that', async () => {
    clock.set('2026-03-31T22:00:00Z');
    await billing.becomes(serverId, accountId, ['terminated', '2026-03-31T22:00:00Z']);
    const invoice = await closedInMarch();
    expect(invoice.subtotal).toBe('1.20');
    // A server is heard of that nobody knew.
    clock.set('2026-04-01T00:05:00Z');
    const other = await billing.server(accountId);
    await billing.becomes(other, accountId, ['running', '2026-03-31T23:00:00Z']);
    await billing.becomes(other, accountId, ['terminated', '2026-03-31T23:30:00Z']);
    await billing.sweepAt('2026-04-01T00:06:00Z');
    await billing.sweepAt('2026-05-03T00:00:00Z');
    expect(await billing.invoices(accountId)).toHaveLength(1);

    await billing.sweepAt('2026-05-04T00:00:10Z');
    const next = await billing.invoice(accountId);
    expect(next).toMatchObject({ month: '2026-04', kind: 'invoice', subtotal: '0.60' });
    expect(next.lines).toMatchObject([
      {
        kind: 'correction',
        month: '2026-03',
        description: `Correction of 2026-03, invoice ${invoice.number}: Compute small in eu-central-1`,
        quantity: 30,
      },
      { kind: 'correction', month: '2026-03', meter: 'disk', quantity: 300 },
    ]);
    await billing.sweepAt('2026-06-04T00:00:10Z');
    expect(await billing.invoices(accountId)).toHaveLength(2);

    // Of what is void nothing was said.
    await billing.void(next.id);
    await billing.sweepAt('2026-06-04T01:00:00Z');
    await billing.sweepAt('2026-07-04T00:00:10Z');
    expect(await billing.invoice(accountId)).toMatchObject({ month: '2026-06', subtotal: '0.60' });
  });

  test('though nothing was used in it as far as was known', async () => {
    const idle = await billing.account();
    clock.set(AFTER_GRACE);
    const late = await billing.server(idle);
    await billing.noteLate(idle, '2026-03');
    await billing.sweepAt(AFTER_GRACE);
    expect(await billing.invoices(idle)).toEqual([]);
    await billing.becomes(late, idle, ['running', '2026-03-31T23:00:00Z']);
    await billing.becomes(late, idle, ['terminated', '2026-03-31T23:30:00Z']);
    await billing.sweepAt('2026-04-04T00:01:00Z');
    await billing.sweepAt('2026-05-04T00:00:10Z');
    const { lines } = await billing.invoice(idle);
    expect(lines[0]).toMatchObject({
      ...{ kind: 'correction', corrects: null, amount: '0.60' },
      description: 'Correction of 2026-03: Compute small in eu-central-1',
    });
  });
});

describe('a month that was invoiced in a currency which the account is not billed in any more', () => {
  const EUROS = [
    price('0.01', '2026-02-01T00:00:00Z', 'small', 'EUR'),
    price('0.04', '2026-02-01T00:00:00Z', 'large', 'EUR'),
    price('0', '2026-02-01T00:00:00Z', null, 'EUR'),
  ];
  const fromApril = { currency: 'EUR', activeFrom: '2026-04-01T00:00:00Z' };
  beforeEach(async () => {
    await billing.publish([...PRICES, ...EUROS], 2);
    await billing.ask(DecideTerms, { accountId, basedOnSequence: 0, currencies: [fromApril] });
  });

  test('and comes to more, gets an invoice of its own in that currency, once', async () => {
    const invoice = await closedInMarch();
    expect(invoice).toMatchObject({ currency: 'USD', subtotal: '3.60' });
    await billing.grant(accountId, '100');
    const late = await billing.server(accountId);
    await billing.becomes(late, accountId, ['running', '2026-03-31T23:00:00Z']);
    await billing.becomes(late, accountId, ['terminated', '2026-03-31T23:30:00Z']);
    await billing.sweepAt('2026-04-01T00:02:00Z');
    await billing.sweepAt('2026-04-01T00:03:00Z');
    const [own, ...former] = await billing.invoices(accountId);
    expect(former.map(({ id }) => id)).toEqual([invoice.id]);
    expect(await billing.invoice(accountId)).toMatchObject({
      ...{ kind: 'invoice', status: 'issued', month: '2026-03', currency: 'USD', subtotal: '0.60' },
      lines: [
        { kind: 'correction', amount: '0.60', corrects: { id: invoice.id } },
        { meter: 'disk', amount: '0.00' },
      ],
      // Credit was given in euros.
      ...{ credits: [], amountDue: '0.71' },
    });
    expect(own?.number).not.toBe(invoice.number);

    // What it comes to less afterwards is taken back from the invoice of the month.
    await heardLate('2026-03-31T22:00:00Z');
    await billing.sweepAt('2026-04-01T00:04:00Z');
    expect(await billing.invoice(accountId)).toMatchObject({
      ...{ kind: 'credit_note', currency: 'USD', subtotal: '-2.40', corrects: { id: invoice.id } },
    });
    await billing.sweepAt('2026-05-04T00:00:10Z');
    expect(await billing.invoices(accountId)).toHaveLength(3);
  });
});

test('a transition that was missing when the month was closed, and ended it earlier, is put right when it comes', async () => {
  clock.set('2026-03-31T22:00:00Z');
  billing.skip(serverId);
  clock.set('2026-04-01T00:10:00Z');
  await billing.becomes(serverId, accountId, ['terminated', '2026-04-01T00:10:00Z']);
  await billing.noteLate(accountId, '2026-03');
  await billing.sweepAt(AFTER_GRACE);
  expect(await billing.invoice(accountId)).toMatchObject({ subtotal: '3.60' });
  // Not while it is missing.
  await billing.sweepAt('2026-04-05T00:00:00Z');
  expect(await billing.invoices(accountId)).toHaveLength(1);
  await billing.fill(serverId, accountId, 2, ['paused', '2026-03-31T22:30:00Z']);
  await billing.sweepAt('2026-04-05T00:01:00Z');
  expect(await billing.invoice(accountId)).toMatchObject({ kind: 'credit_note', subtotal: '-1.80' });
});

test('what is heard of more than a year later is recorded, and not corrected', async () => {
  expect(monthsBack('2026-11')).toBe('2025-11');
  expect(monthsBack('2026-01')).toBe('2025-01');
  await closedInMarch();
  const due = async (at: string) => {
    const found: string[] = [];
    for await (const closing of billing.app.get(Corrections).due(new Date(at)))
      if (closing.accountId === accountId) found.push(closing.month);
    return found;
  };
  await billing.noteLate(accountId, '2026-03');
  expect(await due('2027-03-31T23:59:59Z')).toEqual(['2026-03']);
  expect(await due('2027-04-01T00:00:00Z')).toEqual([]);
});
