import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  GetInvoice,
  Invoice,
  InvoiceSummary,
  ListInvoiceLineUsage,
  ListInvoices,
  SetAccountTax,
  SetBillingProfile,
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
import type { Model } from 'mongoose';
import { BillingModule } from '../billing.module.ts';
import { BillingUnderTest, price, PRICES, settings } from '../fixtures/billing-under-test.ts';
import { Metering } from '../usage/metering.ts';
import { Closings } from './closings.ts';
import { ClosingSweep } from './closing-sweep.ts';
import { ClosingModel, type ClosingDocument } from './closing.model.ts';
import { Drafts } from './drafts.ts';
import { InvoiceModel, type StoredInvoice } from './invoice.model.ts';
import { Invoices } from './invoices.ts';

const clock = new TestClock('2026-03-01T00:00:00.000Z');
let rabbit: TestBroker;
let mongo: TestDatabase;
let taps: Record<'events' | 'usage' | 'commands', Tap>;
let billing: BillingUnderTest;
/** Runs something as if nothing were under way: in no transaction but its own. */
const outside = AsyncLocalStorage.snapshot();

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
const stored = () => billing.app.get<Model<StoredInvoice>>(`${InvoiceModel.name}Model`, { strict: false });
const AFTER_GRACE = '2026-04-04T00:00:10Z';
const told = (tap: keyof typeof taps, accountId: string) =>
  taps[tap].messages
    .filter(({ data }) => (data as { accountId?: string }).accountId === accountId)
    .map(({ type }) => type);

describe('a month that is closed', () => {
  test('makes an invoice once its grace period is over: a line for each price, tax, and when it is to be paid', async () => {
    const accountId = await customer();
    await billing.sweepAt('2026-04-03T23:59:59Z');
    expect(await billing.invoices(accountId)).toEqual([]);

    await billing.sweepAt(AFTER_GRACE);
    const invoice = await billing.invoice(accountId);
    expect(Invoice.parse(invoice)).toEqual(invoice);
    expect(invoice).toMatchObject({
      kind: 'invoice',
      status: 'issued',
      number: expect.stringMatching(/^BERTH-2026-\d{6}$/),
      month: '2026-03',
      currency: 'USD',
      dueAt: '2026-04-18T00:00:10.000Z',
      buyer: { accountId, name: null },
      seller: { name: 'Berth on your machine', country: 'DE' },
      subtotal: '1.50',
      tax: { rate: '19', reverseCharge: false, note: null, amount: '0.28' },
      total: '1.78',
      credits: [],
      amountDue: '1.78',
      outstanding: '1.78',
      documents: null,
    });
    const compute = {
      meter: 'compute',
      region: 'eu-central-1',
      size: 'small',
      unit: 'minute',
      kind: 'usage',
    };
    expect(invoice.lines.slice(0, 2)).toMatchObject([
      {
        ...compute,
        ...{
          n: 1,
          description: 'Compute small in eu-central-1',
          quantity: 50,
          unitPrice: '0.01',
          amount: '0.50',
        },
        periods: [{ from: '2026-03-01T00:00:00.000Z', to: '2026-03-15T00:00:00.000Z' }],
      },
      {
        ...compute,
        ...{ n: 2, quantity: 50, unitPrice: '0.02', amount: '1.00' },
        periods: [{ from: '2026-03-15T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' }],
      },
    ]);
    // What costs nothing was used all the same.
    expect(invoice.lines[2]).toMatchObject({
      n: 3,
      meter: 'disk',
      size: null,
      quantity: 1000,
      amount: '0.00',
    });
    await eventually(() => expect(told('events', accountId)).toEqual(['berth.invoice.issued.v1']));
    await eventually(() => expect(told('usage', accountId)).toContain('berth.usage.invoiced.v1'));
    await eventually(() =>
      expect(told('commands', accountId)).toEqual(['berth.accounts.send-invoice-mail.v1']),
    );
  });

  test('stays as it is when it is swept again, and makes nothing where nothing was used', async () => {
    const [idle, accountId] = [await billing.account(), await customer()];
    await billing.server(idle, ['running', '2026-04-02T00:00:00Z'], ['terminated', '2026-04-02T00:01:00Z']);
    await billing.sweepAt(AFTER_GRACE);
    await billing.sweepAt('2026-04-04T01:00:00Z');
    expect(await billing.invoices(accountId)).toHaveLength(1);
    expect(await billing.invoices(idle)).toEqual([]);
  });

  test('is closed once, however many do it at once, in however many replicas', async () => {
    const second = await billing.replica();
    const accountId = await customer();
    billing.clock.set(AFTER_GRACE);
    const closings = [billing.app, second].map((each) => each.get(Closings));
    const ten = Array.from({ length: 10 }, (_, index) => closings[index % 2]?.close(accountId, '2026-03'));
    const made = await Promise.all(ten);
    expect(new Set(made.map((invoice) => invoice?.number)).size).toBe(1);
    expect(await billing.invoices(accountId)).toHaveLength(1);
    expect(await stored().countDocuments({ accountId })).toBe(1);
  });

  test('is issued from the draft that a crash has left, and from a new one when something was recorded since', async () => {
    const [accountId, changed] = [await customer(), await customer()];
    billing.clock.set(AFTER_GRACE);
    const left = await billing.app.get(Drafts).make(accountId, '2026-03');
    await billing.app.get(Drafts).make(changed, '2026-03');
    // Nobody is shown a draft.
    expect(await billing.invoices(accountId)).toEqual([]);
    const draft = 'draft' in left ? left.draft._id : '';
    await expect(billing.ask(GetInvoice, { accountId, invoiceId: draft })).rejects.toMatchObject({
      code: 'not_found',
    });

    await billing.server(
      changed,
      ['running', '2026-03-01T00:00:00Z'],
      ['terminated', '2026-03-01T00:10:00Z'],
    );
    await billing.app.get(ClosingSweep).sweep();
    expect((await billing.invoice(accountId)).id).toBe(draft);
    expect((await billing.invoice(changed)).subtotal).toBe('1.60');
    expect(await stored().countDocuments({ accountId: changed })).toBe(1);
  });

  test('takes turns with a settlement of the same month: what is recorded is on the invoice, or known to be later', async () => {
    const [before, after] = [await customer(), await customer()];
    billing.clock.set(AFTER_GRACE);
    const closings = billing.app.get(Closings);
    let closing: Promise<unknown> = Promise.resolve();
    await billing.transaction(async () => {
      await billing.noteLate(before, '2026-03');
      // Begins while the settlement is under way, outside of its transaction.
      closing = outside(() => closings.close(before, '2026-03'));
      await setImmediate();
    });
    await closing;
    await closings.close(after, '2026-03');
    await billing.noteLate(after, '2026-03');
    const states = await billing.app
      .get<Model<ClosingDocument>>(`${ClosingModel.name}Model`, { strict: false })
      .find({ accountId: { $in: [before, after] } })
      .setOptions({ crossTenant: true })
      .lean<ClosingDocument[]>();
    const correctionOf = (id: string) => states.find(({ accountId }) => accountId === id)?.correction;
    expect({ before: correctionOf(before), after: correctionOf(after) }).toEqual({
      before: null,
      after: 'to_compare',
    });
    // Nothing has become other: it is compared, and that is all.
    await billing.app.get(ClosingSweep).sweep();
    expect(await billing.invoices(after)).toHaveLength(1);
  });

  test('waits while hours of it are to be recorded, but not for a transition that is missing', async () => {
    const [late, waiting] = [await billing.account(), await billing.account()];
    billing.clock.set('2026-03-10T00:00:00Z');
    await billing.server(late, ['running', '2026-03-10T00:00:00Z']);
    const settle = jest.spyOn(Metering.prototype, 'settle').mockRejectedValue(new Error('no hour is cut'));
    billing.clock.set(AFTER_GRACE);
    await billing.noteLate(late, '2026-03');
    await billing.app.get(ClosingSweep).sweep();
    expect(await billing.invoices(late)).toEqual([]);
    await expect(billing.close(late, '2026-03')).rejects.toMatchObject({ code: 'period_open' });

    settle.mockRestore();
    const serverId = await billing.server(waiting, ['running', '2026-03-31T23:00:00Z']);
    billing.skip(serverId);
    await billing.becomes(serverId, waiting, ['terminated', '2026-04-02T00:00:00Z']);
    await billing.sweepAt(AFTER_GRACE);
    expect((await billing.invoice(late)).lines.length).toBeGreaterThan(0);
    expect((await billing.invoice(waiting)).subtotal).toBe('1.20');
  });
});

describe('numbers', () => {
  test('have no gap and no double, however many invoices are issued at once and fail', async () => {
    const before = await numbers();
    const accounts: string[] = [];
    for (let index = 0; index < 6; index++) accounts.push(await customer());
    billing.clock.set(AFTER_GRACE);
    const closings = billing.app.get(Closings);
    const failing = billing.transaction(async () => {
      await closings.close(accounts[0] ?? '', '2026-03');
      throw new Error('after the number was given');
    });
    await expect(failing).rejects.toThrow('after the number');
    await Promise.all(accounts.map((accountId) => closings.close(accountId, '2026-03')));
    const after = await numbers();
    expect(after).toHaveLength(before.length + 6);
    expect(after).toEqual(after.map((_, index) => index + 1));
  });

  async function numbers(): Promise<number[]> {
    const all = await stored()
      .find({ kind: 'invoice' })
      .setOptions({ crossTenant: true })
      .lean<StoredInvoice[]>();
    return all.map(({ number }) => Number(number?.slice(-6))).sort((a, b) => a - b);
  }
});

describe('an invoice that is issued', () => {
  test('does not change: what is written on it is refused, whoever writes, and what becomes of it is not', async () => {
    const accountId = await customer();
    await billing.sweepAt(AFTER_GRACE);
    const { id: _id } = await billing.invoice(accountId);
    const one = { _id, accountId };
    const refused = /An invoice that is issued does not change/;
    await expect(stored().updateOne(one, { $set: { total: '0.00' } })).rejects.toThrow(refused);
    await expect(stored().updateOne(one, { $set: { 'lines.0.amount': '0.00' } })).rejects.toThrow(refused);
    await expect(stored().updateOne(one, { $unset: { number: 1 } })).rejects.toThrow(refused);
    await expect(stored().updateOne(one, { total: '0.00' } as never)).rejects.toThrow(refused);
    await expect(stored().deleteOne(one)).rejects.toThrow(refused);
    await expect(stored().replaceOne(one, {} as never)).rejects.toThrow(refused);
    await expect(stored().findOneAndDelete(one)).rejects.toThrow(refused);
    const bulk = [{ updateOne: { filter: one, update: { $set: { total: '0.00' } } } }];
    await expect(stored().bulkWrite(bulk)).rejects.toThrow(refused);
    await expect(
      stored()
        .findOne(one)
        .orFail()
        .then((document) => document.set({ total: '0.00' }).save()),
    ).rejects.toThrow(refused);
    // A filter that names drafts finds none.
    await stored().updateOne({ ...one, status: 'draft' }, { $set: { total: '0.00' } });

    const file = { key: 'k', sha256: 'a'.repeat(64), bytes: 1 };
    const invoices = billing.app.get(Invoices);
    expect((await invoices.withoutDocuments(500)).map((each) => each._id)).toContain(_id);
    await invoices.noteDocuments(one, { json: file, csv: file, pdf: file });
    await invoices.noteDocuments(one, { json: { ...file, bytes: 2 }, csv: file, pdf: file });
    expect(await billing.invoice(accountId)).toMatchObject({
      total: '1.78',
      documents: { json: { sha256: file.sha256, bytes: 1 } },
    });
    expect((await invoices.withoutDocuments(500)).map((each) => each._id)).not.toContain(_id);
  });

  test('is for whom the profile says, taxed as staff say, when it is issued', async () => {
    const [german, other] = [await customer(), await customer()];
    const profile = { addressLines: ['Dock 1'], country: 'AT', taxId: 'ATU1', email: 'pay@example.com' };
    await billing.ask(SetBillingProfile, { accountId: german, legalName: 'Reeder GmbH', ...profile });
    await billing.ask(SetAccountTax, { accountId: german, rate: null, reverseCharge: true, note: null });
    await billing.ask(SetAccountTax, {
      accountId: other,
      rate: '7.5',
      reverseCharge: false,
      note: 'Reduced',
    });
    await billing.sweepAt(AFTER_GRACE);
    expect(await billing.invoice(german)).toMatchObject({
      buyer: { name: 'Reeder GmbH', ...profile },
      tax: { rate: '0', reverseCharge: true, note: expect.stringContaining('Article 196'), amount: '0.00' },
      total: '1.50',
    });
    // 7.5 % of 1.50 is 0.1125.
    expect(await billing.invoice(other)).toMatchObject({
      tax: { rate: '7.5', note: 'Reduced', amount: '0.11' },
      total: '1.61',
    });
  });
});

describe('an account', () => {
  test('lists its invoices page by page, newest first, and sees no other’s', async () => {
    const [accountId, other] = [await customer(), await customer()];
    for (const month of ['01', '02'])
      await billing.server(
        accountId,
        ['running', `2026-${month}-10T00:00:00Z`],
        ['terminated', `2026-${month}-10T01:00:00Z`],
      );
    await billing.sweepAt(AFTER_GRACE);
    const first = await billing.ask(ListInvoices, { accountId, limit: 2 });
    expect(first.items.map(({ month }) => month)).toEqual(['2026-03', '2026-02']);
    expect(first.items.map((item) => InvoiceSummary.parse(item))).toEqual(first.items);
    const second = await billing.ask(ListInvoices, { accountId, limit: 2, cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ items: [{ month: '2026-01' }], nextCursor: null });
    await expect(billing.ask(ListInvoices, { accountId, limit: 2, cursor: 'x' })).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
    const [{ id: invoiceId } = { id: '' }] = first.items;
    const theirs = { accountId: other, invoiceId };
    await expect(billing.ask(GetInvoice, theirs)).rejects.toMatchObject({ code: 'not_found' });
    await expect(billing.ask(ListInvoiceLineUsage, { ...theirs, line: 1, limit: 5 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('reads which records each line was made of, page by page, and they add up to it', async () => {
    const accountId = await customer();
    // Half past an hour: the price changes within a record.
    await billing.publish([...PRICES, price('0.03', '2026-03-20T10:30:00Z', 'small')], 2);
    await billing.server(
      accountId,
      ['running', '2026-03-20T09:10:00Z'],
      ['terminated', '2026-03-20T11:20:00Z'],
    );
    await billing.sweepAt(AFTER_GRACE);
    const { id: invoiceId, lines } = await billing.invoice(accountId);
    expect(lines.map(({ unitPrice }) => unitPrice)).toEqual(['0.01', '0.02', '0.03', '0']);
    for (const { n: line, quantity } of lines) {
      let [sum, cursor, records] = [0, undefined as string | undefined, 0];
      do {
        const page = await billing.ask(ListInvoiceLineUsage, {
          accountId,
          invoiceId,
          line,
          limit: 2,
          cursor,
        });
        for (const { counted } of page.items) sum += counted;
        records += page.items.length;
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect({ line, sum }).toEqual({ line, sum: quantity });
      expect(records).toBeGreaterThan(0);
    }
    const split = await billing.ask(ListInvoiceLineUsage, { accountId, invoiceId, line: 3, limit: 50 });
    expect(split.items.map(({ from, quantity, counted }) => [from.slice(11, 16), quantity, counted])).toEqual(
      [
        ['10:00', 60, 30],
        ['11:00', 20, 20],
      ],
    );
    const ask = { accountId, invoiceId, limit: 5 };
    await expect(billing.ask(ListInvoiceLineUsage, { ...ask, line: 9 })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(billing.ask(ListInvoiceLineUsage, { ...ask, line: 1, cursor: 'x' })).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
  });
});
