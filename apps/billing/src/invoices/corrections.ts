import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { InvoiceLine, InvoiceReference } from '@berth/contracts';
import { insertOne, newId, Transactions, updateVersioned } from '@berth/mongo';
import { Exact, rounded, sumOf } from '@berth/pricing';
import type { Model } from 'mongoose';
import { monthAt, monthNameAt, monthOf } from '../costs/month.ts';
import { Credits } from '../credits/credits.ts';
import { Terms } from '../terms/terms.ts';
import type { LedgerRecord } from '../usage/revisions.ts';
import { ClosingModel, closingId, type ClosingDocument } from './closing.model.ts';
import { Comparisons, referenceTo, type Comparison } from './comparisons.ts';
import { monthsBack } from './correctable.ts';
import { Drafts, NOTHING_YET } from './drafts.ts';
import { InvoiceModel, type StoredInvoice } from './invoice.model.ts';
import { Issuing } from './issuing.ts';
import { linesOf, totalsOf } from './lines.ts';
import { InvoiceNews } from './news.ts';
import { Numbers } from './numbers.ts';
import { Payments } from './payments.ts';
import { RecordedHours } from './recorded-hours.ts';
import { outstandingOf } from './shown.ts';
import { VendorDetails } from './vendor.ts';

const AT_ONCE = 100;

/**
 * Puts right what was said of months that are closed, in the currency of the month: by a credit note when they come to less, on the next invoice
 * when they come to more.
 */
@Injectable()
export class Corrections {
  constructor(
    @InjectModel(ClosingModel.name) private readonly closings: Model<ClosingDocument>,
    @InjectModel(InvoiceModel.name) private readonly invoices: Model<StoredInvoice>,
    private readonly comparisons: Comparisons,
    private readonly recorded: RecordedHours,
    private readonly drafts: Drafts,
    private readonly issuing: Issuing,
    private readonly terms: Terms,
    private readonly credits: Credits,
    private readonly payments: Payments,
    private readonly numbers: Numbers,
    private readonly news: InvoiceNews,
    private readonly vendor: VendorDetails,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Notes records that are written in the open transaction, see {@link noteLate}. */
  async noteRecorded(records: readonly Pick<LedgerRecord, 'accountId' | 'from'>[]): Promise<void> {
    const closings = new Map(
      records.map(({ accountId, from }) => {
        const month = monthNameAt(from);
        return [closingId(accountId, month), { accountId, month }];
      }),
    );
    for (const { accountId, month } of closings.values()) await this.noteLate(accountId, month);
  }

  /**
   * Something that was used in this month is recorded in the open transaction. While the month goes on that means nothing; later whoever closes
   * or corrects it at the same time conflicts with it, and one that is closed will be compared.
   */
  async noteLate(accountId: string, month: string): Promise<void> {
    if (this.clock.now() < monthOf(month).to) return;
    const one = { _id: closingId(accountId, month), accountId };
    const $inc = { version: 1 };
    const { matchedCount } = await this.closings.updateOne(
      { ...one, state: 'closed' },
      { $inc, $set: { correction: 'to_compare' } },
    );
    if (matchedCount === 1) return;
    const $setOnInsert = { month, state: 'due', invoiceId: null, correction: null };
    await this.closings.updateOne(one, { $inc, $setOnInsert }, { upsert: true });
  }

  /** The months that may have to be put right, of all accounts, oldest first. */
  async *due(now: Date): AsyncGenerator<ClosingDocument> {
    const since = monthsBack(monthAt(now).name);
    let after = { month: since, accountId: '' };
    for (;;) {
      const page = await this.closings
        .find({
          correction: 'to_compare',
          $or: [{ month: after.month, accountId: { $gt: after.accountId } }, { month: { $gt: after.month } }],
        })
        .setOptions({ crossTenant: true })
        .sort({ month: 1, accountId: 1 })
        .limit(AT_ONCE)
        .lean<ClosingDocument[]>();
      yield* page;
      const end = page.at(-1);
      if (!end || page.length < AT_ONCE) return;
      after = end;
    }
  }

  /** Waits while hours are still to be recorded, or a server waits for a transition: what comes of them is not known yet. */
  async correct({ accountId, month }: Pick<ClosingDocument, 'accountId' | 'month'>): Promise<void> {
    if (await this.recorded.areMissing(accountId, monthOf(month).to)) return;
    if (await this.recorded.areUncertain(accountId)) return;
    await this.transactions.run(async () => {
      const one = {
        _id: closingId(accountId, month),
        accountId,
        state: 'closed',
        correction: 'to_compare',
      } as const;
      const { matchedCount } = await this.closings.updateOne(one, { $inc: { version: 1 } });
      if (matchedCount === 0) return;
      const comparison = await this.comparisons.of(accountId, month);
      const correction = await this.outcomeOf(accountId, month, comparison);
      await this.closings.updateOne({ _id: one._id, accountId }, { $set: { correction } });
    });
  }

  private async outcomeOf(
    accountId: string,
    month: string,
    comparison: Comparison,
  ): Promise<ClosingDocument['correction']> {
    const { positions, invoice, currency } = comparison;
    if (positions.length === 0) return null;
    const corrects = invoice && referenceTo(invoice);
    const lines = linesOf(positions, { month, currency, correction: { corrects } });
    if (invoice && sumOf(lines.map(({ amount }) => amount)).startsWith('-')) {
      await this.takeBack(invoice, comparison, lines);
      return null;
    }
    if (await this.isFormer(accountId, currency)) {
      await this.invoiceAlone(accountId, comparison, lines);
      return null;
    }
    // Closed at its end even when nothing is used in it, so that this is said.
    await this.expectClosing(accountId, monthAt(this.clock.now()).name);
    return 'to_invoice';
  }

  private async isFormer(accountId: string, currency: string): Promise<boolean> {
    return (await this.terms.bookOf(accountId, this.clock.now())).currency !== currency;
  }

  /** Issues an invoice of nothing else: no later one is in this currency, which the account is not billed in any more. */
  private async invoiceAlone(
    accountId: string,
    { currency, saidUntil }: Comparison,
    lines: InvoiceLine[],
  ): Promise<void> {
    const [first] = lines;
    if (!first) return;
    const recorded = { after: saidUntil, until: this.clock.now() };
    const stored = lines.map((line) => ({ ...line, recorded }));
    const about = { accountId, month: first.month, currency, basedOn: [] };
    await this.issuing.complete(await this.drafts.store({ ...about, lines: stored }));
  }

  /** Issues a credit note: it lowers what is due of its invoice, and what it takes back beyond that becomes credit. */
  private async takeBack(
    invoice: StoredInvoice,
    { saidUntil }: Comparison,
    lines: InvoiceLine[],
  ): Promise<void> {
    const { accountId, currency } = invoice;
    const month = lines[0]?.month ?? invoice.month;
    const now = this.clock.now();
    const totals = totalsOf(lines, invoice.tax, currency);
    const recorded = { after: saidUntil, until: now };
    const former = await this.invoices.countDocuments({ accountId, month, kind: 'credit_note' });
    const note: StoredInvoice = {
      _id: newId('inv'),
      accountId,
      kind: 'credit_note',
      status: 'issued',
      month,
      sequence: former + 1,
      number: await this.numbers.next('credit_note', this.vendor.expect(), now),
      currency,
      seller: invoice.seller,
      buyer: invoice.buyer,
      createdAt: now,
      issuedAt: now,
      dueAt: null,
      lines: lines.map((line) => ({ ...line, recorded })),
      ...totals,
      credits: [],
      amountDue: rounded('0', currency),
      corrects: referenceTo(invoice),
      basedOn: [],
      ...NOTHING_YET,
      version: 0,
    };
    await insertOne(this.invoices, note);
    await this.news.issued(note);
    await this.giveBack(invoice, referenceTo(note), totals.total.replace('-', ''));
  }

  private async giveBack(invoice: StoredInvoice, creditNote: InvoiceReference, total: string): Promise<void> {
    const { accountId, currency } = invoice;
    const outstanding = outstandingOf(invoice);
    const lowered = rounded(Exact.min(total, outstanding).toFixed(), currency);
    const beyond = rounded(sumOf([total, `-${lowered}`]), currency);
    if (new Exact(lowered).gt(0)) await this.lower(invoice, { creditNote, amount: lowered });
    if (new Exact(beyond).isZero()) return;
    const reason = `Credit note ${creditNote.number}`;
    const grantedAt = this.clock.now();
    await this.credits.add({ accountId, amount: beyond, currency, reason, grantedAt, expiresAt: null });
  }

  private async lower(invoice: StoredInvoice, reduction: StoredInvoice['reductions'][number]): Promise<void> {
    const { _id, accountId, version } = invoice;
    const reductions = [...invoice.reductions, reduction];
    if (new Exact(outstandingOf({ ...invoice, reductions })).isZero()) {
      await this.payments.settle(invoice, { at: this.clock.now(), reference: null }, { reductions });
      return;
    }
    await updateVersioned(this.invoices, { _id, accountId }, version, { $set: { reductions } });
  }

  private async expectClosing(accountId: string, month: string): Promise<void> {
    const $setOnInsert = { month, state: 'due', invoiceId: null, correction: null };
    const _id = closingId(accountId, month);
    await this.closings.updateOne(
      { _id, accountId },
      { $inc: { version: 1 }, $setOnInsert },
      { upsert: true },
    );
  }
}
