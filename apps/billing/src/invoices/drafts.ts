import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { insertOne, newId, Transactions } from '@berth/mongo';
import { rounded, sumOf } from '@berth/pricing';
import type { Model } from 'mongoose';
import { Profiles } from '../profiles/profiles.ts';
import { ClosingModel, closingId, type ClosingDocument } from './closing.model.ts';
import { Comparisons, referenceTo, type Comparison } from './comparisons.ts';
import { monthsBack } from './correctable.ts';
import { InvoiceModel, type StoredInvoice, type StoredLine } from './invoice.model.ts';
import { linesOf, totalsOf } from './lines.ts';
import { sellerOf, VendorDetails } from './vendor.ts';

/** What a look at a month that is to be closed has come to. */
export type Outcome =
  | { draft: StoredInvoice }
  /** It is closed, by this invoice, or without one because nothing was used. */
  | { closedBy: string | null };

/**
 * Works out what is to stand on the invoice of a month. A draft says from which closings it was made, as they were: anything that is recorded of
 * them later, or another who closes or corrects, makes it void, and it is worked out anew. So it can be left by a crash, or made twice.
 */
@Injectable()
export class Drafts {
  constructor(
    @InjectModel(InvoiceModel.name) private readonly invoices: Model<StoredInvoice>,
    @InjectModel(ClosingModel.name) private readonly closings: Model<ClosingDocument>,
    private readonly comparisons: Comparisons,
    private readonly profiles: Profiles,
    private readonly vendor: VendorDetails,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** The draft that is there, if it is still right, or a new one. */
  make(accountId: string, month: string): Promise<Outcome> {
    return this.transactions.run(async () => {
      const _id = closingId(accountId, month);
      const closing = await this.closings.findOne({ _id, accountId }).lean<ClosingDocument | null>();
      if (closing?.state === 'closed') return { closedBy: closing.invoiceId };
      const known = await this.invoices
        .findOne({ accountId, month, status: 'draft' })
        .lean<StoredInvoice | null>();
      if (known && (await this.isRight(known))) return { draft: known };
      if (known) await this.invoices.deleteOne({ _id: known._id, accountId, status: 'draft' });
      return this.workOut(accountId, month);
    });
  }

  private async isRight({ accountId, basedOn }: StoredInvoice): Promise<boolean> {
    for (const { closingId: _id, version } of basedOn) {
      if (!(await this.closings.exists({ _id, accountId, version }))) return false;
    }
    return true;
  }

  private async workOut(accountId: string, month: string): Promise<Outcome> {
    const own = await this.take(accountId, month);
    const comparison = await this.comparisons.of(accountId, month);
    const { currency } = comparison;
    const basedOn = [{ closingId: own._id, version: own.version }];
    const lines = this.lines(comparison, { month, currency });

    const since = monthsBack(month);
    const corrected = await this.closings
      .find({
        accountId,
        state: 'closed',
        correction: { $in: ['to_compare', 'to_invoice'] },
        month: { $gte: since, $ne: month },
      })
      .sort({ month: 1 })
      .lean<ClosingDocument[]>();
    for (const former of corrected) {
      const more = await this.moreOf(accountId, former.month, currency, lines.length + 1);
      if (!more) continue;
      const { _id, version } = await this.take(accountId, former.month);
      basedOn.push({ closingId: _id, version });
      lines.push(...more);
    }

    if (lines.length === 0) {
      await this.closings.updateOne({ _id: own._id, accountId }, { $set: { state: 'closed' } });
      return { closedBy: null };
    }
    return { draft: await this.store({ accountId, month, currency, lines, basedOn }) };
  }

  /** The lines of a former month that comes to more than was said; null when it does not, or was in another currency. */
  private async moreOf(
    accountId: string,
    month: string,
    currency: string,
    first: number,
  ): Promise<StoredLine[] | null> {
    const comparison = await this.comparisons.of(accountId, month);
    if (comparison.positions.length === 0 || comparison.currency !== currency) return null;
    const corrects = comparison.invoice && referenceTo(comparison.invoice);
    const lines = this.lines(comparison, { month, currency, correction: { corrects } }, first);
    return sumOf(lines.map(({ amount }) => amount)).startsWith('-') ? null : lines;
  }

  private lines(
    { positions, saidUntil }: Comparison,
    about: Parameters<typeof linesOf>[1],
    first = 1,
  ): StoredLine[] {
    const recorded = { after: saidUntil, until: this.clock.now() };
    return linesOf(positions, about, first).map((line) => ({ ...line, recorded }));
  }

  /** Written, not only read, so that of two at once one fails and starts again. */
  private take(accountId: string, month: string): Promise<ClosingDocument> {
    return this.closings
      .findOneAndUpdate(
        { _id: closingId(accountId, month), accountId },
        { $inc: { version: 1 }, $setOnInsert: { month, state: 'due', invoiceId: null, correction: null } },
        { upsert: true, returnDocument: 'after' },
      )
      .orFail()
      .lean<ClosingDocument>();
  }

  /** Stores a draft with these lines; buyer and tax may be others when it is issued. */
  async store(
    draft: Pick<StoredInvoice, 'accountId' | 'month' | 'currency' | 'lines' | 'basedOn'>,
  ): Promise<StoredInvoice> {
    const { accountId, month, currency, lines } = draft;
    const vendor = this.vendor.expect();
    const { buyer, tax } = await this.profiles.forInvoice(accountId, vendor);
    const former = await this.invoices.countDocuments({ accountId, month, kind: 'invoice' });
    const totals = totalsOf(lines, tax, currency);
    const invoice: StoredInvoice = {
      _id: newId('inv'),
      ...draft,
      kind: 'invoice',
      status: 'draft',
      sequence: former + 1,
      number: null,
      seller: sellerOf(vendor),
      buyer,
      createdAt: this.clock.now(),
      issuedAt: null,
      dueAt: null,
      ...totals,
      credits: [],
      amountDue: rounded(totals.total, currency),
      corrects: null,
      ...NOTHING_YET,
      version: 0,
    };
    await insertOne(this.invoices, invoice);
    return invoice;
  }
}

/** What becomes of an invoice later. */
export const NOTHING_YET = {
  reductions: [],
  payment: null,
  voided: null,
  documents: null,
  dunning: { toldPastDue: false, reminders: 0, suspended: false },
} satisfies Partial<StoredInvoice>;
