import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { Transactions } from '@berth/mongo';
import { Exact, rounded, sumOf } from '@berth/pricing';
import type { Model } from 'mongoose';
import { Credits } from '../credits/credits.ts';
import { Profiles } from '../profiles/profiles.ts';
import { ClosingModel, closingId, type ClosingDocument } from './closing.model.ts';
import { InvoiceModel, type StoredInvoice } from './invoice.model.ts';
import { totalsOf } from './lines.ts';
import { InvoiceNews } from './news.ts';
import { Numbers } from './numbers.ts';
import { RecordedHours } from './recorded-hours.ts';
import { expectNext } from './states.ts';
import { sellerOf, VendorDetails } from './vendor.ts';

const DAY = 86_400_000;

/** Makes invoices of drafts: number, date, buyer, tax and the credit that is taken come to it in one transaction. */
@Injectable()
export class Issuing {
  constructor(
    @InjectModel(InvoiceModel.name) private readonly invoices: Model<StoredInvoice>,
    @InjectModel(ClosingModel.name) private readonly closings: Model<ClosingDocument>,
    private readonly credits: Credits,
    private readonly profiles: Profiles,
    private readonly recorded: RecordedHours,
    private readonly numbers: Numbers,
    private readonly news: InvoiceNews,
    private readonly vendor: VendorDetails,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Issues a draft. Null when it is not right any more: something was recorded since, or another has issued it. */
  async issue({ _id, accountId }: Pick<StoredInvoice, '_id' | 'accountId'>): Promise<StoredInvoice | null> {
    try {
      return await this.transactions.run(async () => {
        const draft = await this.invoices
          .findOne({ _id, accountId, status: 'draft' })
          .lean<StoredInvoice | null>();
        if (!draft) throw new Outdated();
        await this.close(draft);
        return this.complete(draft);
      });
    } catch (error) {
      if (error instanceof Outdated) return null;
      throw error;
    }
  }

  /** Closes the month, and settles the corrections it says. Throws {@link Outdated} when any of it is not as the draft found it. */
  private async close({ _id: invoiceId, accountId, month, basedOn }: StoredInvoice): Promise<void> {
    const own = closingId(accountId, month);
    const uncertain = await this.recorded.areUncertain(accountId);
    const closed = { state: 'closed', invoiceId, correction: uncertain ? 'to_compare' : null };
    for (const { closingId: _id, version } of basedOn) {
      const { matchedCount } = await this.closings.updateOne(
        { _id, accountId, version },
        { $inc: { version: 1 }, $set: _id === own ? closed : { correction: null } },
      );
      if (matchedCount !== 1) throw new Outdated();
    }
  }

  /** The same of a draft that was made in the open transaction, and can be nothing but right. */
  async complete(draft: StoredInvoice): Promise<StoredInvoice> {
    const { _id, accountId, currency, lines } = draft;
    const issuedAt = this.clock.now();
    const vendor = this.vendor.expect();
    const { buyer, tax } = await this.profiles.forInvoice(accountId, vendor);
    const totals = totalsOf(lines, tax, currency);
    const credits = await this.credits.take({ accountId, currency, total: totals.total }, _id, issuedAt);
    const taken = credits.map(({ amount }) => `-${amount}`);
    const amountDue = rounded(sumOf([totals.total, ...taken]), currency);
    const isPaid = new Exact(amountDue).isZero();
    const status = isPaid ? 'paid' : 'issued';
    expectNext(draft, status);
    const issued: Partial<StoredInvoice> = {
      ...totals,
      status,
      number: await this.numbers.next('invoice', vendor, issuedAt),
      payment: isPaid ? { at: issuedAt, reference: null } : null,
      seller: sellerOf(vendor),
      buyer,
      issuedAt,
      dueAt: new Date(issuedAt.getTime() + vendor.paymentTermDays * DAY),
      credits,
      amountDue,
    };
    await this.invoices.updateOne(
      { _id, accountId, status: 'draft' },
      { $set: issued, $inc: { version: 1 } },
    );
    const invoice = { ...draft, ...issued, version: draft.version + 1 };
    await this.news.issued(invoice);
    return invoice;
  }
}

/** What a draft was made from has changed. */
class Outdated extends Error {}
