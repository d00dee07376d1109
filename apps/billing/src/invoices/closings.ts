import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { CloseMonth, DataOf, ReplyOf } from '@berth/contracts';
import { problem } from '@berth/messaging';
import type { Model } from 'mongoose';
import { Accounts } from '../accounts/accounts.ts';
import { monthOf } from '../costs/month.ts';
import { ClosingModel, closingId, type ClosingDocument } from './closing.model.ts';
import { Drafts } from './drafts.ts';
import { InvoiceModel, type StoredInvoice } from './invoice.model.ts';
import { Issuing } from './issuing.ts';
import { RecordedHours } from './recorded-hours.ts';
import { shown } from './shown.ts';
import { VendorDetails } from './vendor.ts';

/** So often in a row something may come in between, until the next sweep tries again. */
const MOST_ATTEMPTS = 20;

/** Closes months of accounts, which makes their invoices. */
@Injectable()
export class Closings {
  constructor(
    @InjectModel(InvoiceModel.name) private readonly invoices: Model<StoredInvoice>,
    @InjectModel(ClosingModel.name) private readonly closings: Model<ClosingDocument>,
    private readonly drafts: Drafts,
    private readonly issuing: Issuing,
    private readonly recorded: RecordedHours,
    private readonly accounts: Accounts,
    private readonly vendor: VendorDetails,
    private readonly clock: Clock,
  ) {}

  /**
   * The invoice of a month, which is made if need be; null when nothing was used. However many close a month at once, they get the same one. Whether
   * the month is over is for who asks to look at.
   */
  async close(accountId: string, month: string): Promise<StoredInvoice | null> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const outcome = await this.drafts.make(accountId, month);
      if ('closedBy' in outcome)
        return outcome.closedBy === null ? null : this.get(accountId, outcome.closedBy);
      const invoice = await this.issuing.issue(outcome.draft);
      if (invoice) return invoice;
    }
    throw new Error(`${month} of ${accountId} changes faster than it can be closed`);
  }

  /** As its time has come: null also while hours are still to be recorded, for the next sweep to try again. */
  async closeDue(accountId: string, month: string): Promise<StoredInvoice | null> {
    if (await this.recorded.areMissing(accountId, monthOf(month).to)) return null;
    return this.close(accountId, month);
  }

  /** Inside a transaction, with the answer. Throws 404 `not_found`, 409 `period_open` and `invalid_state`, 503 `dependency_unavailable`. */
  async closeByHand({ accountId, month }: DataOf<typeof CloseMonth>): Promise<ReplyOf<typeof CloseMonth>> {
    this.vendor.expect();
    await this.accounts.expectKnown(accountId);
    const { to } = monthOf(month);
    if (this.clock.now() < to)
      throw problem('period_open', { detail: `${month} is over at ${to.toISOString()}.` });
    const closing = await this.closings
      .findOne({ _id: closingId(accountId, month), accountId })
      .lean<ClosingDocument | null>();
    if (closing?.state === 'closed')
      throw problem('invalid_state', { detail: `${month} is closed already.` });
    if (await this.recorded.areMissing(accountId, to)) {
      throw problem('period_open', { detail: `Hours of ${month} are still to be recorded.` });
    }
    const invoice = await this.close(accountId, month);
    if (!invoice) throw problem('invalid_state', { detail: `Nothing was used in ${month}.` });
    return shown(invoice);
  }

  private get(accountId: string, _id: string): Promise<StoredInvoice> {
    return this.invoices.findOne({ _id, accountId }).orFail().lean<StoredInvoice>();
  }
}
