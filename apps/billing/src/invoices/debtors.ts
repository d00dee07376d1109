import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { SetDebtStanding } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import type { Model } from 'mongoose';
import { DebtorModel, type Debtor } from './debtor.model.ts';
import { InvoiceModel, type StoredInvoice } from './invoice.model.ts';

/** Which accounts are suspended for what they have not paid. Only in transactions: what accounts is told goes with what made it so. */
@Injectable()
export class Debtors {
  constructor(
    @InjectModel(DebtorModel.name) private readonly debtors: Model<Debtor>,
    @InjectModel(InvoiceModel.name) private readonly invoices: Model<StoredInvoice>,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Has an account suspended, unless it is for another invoice. */
  async suspend({ _id: invoiceId, accountId, number }: StoredInvoice): Promise<void> {
    const { suspendedFor, version: sequence } = await this.take(accountId);
    if (suspendedFor !== null) return;
    await this.debtors.updateOne({ _id: accountId }, { $set: { suspendedFor: invoiceId } });
    const reason = `Invoice ${number} was not paid in time.`;
    await this.outbox.send(
      SetDebtStanding,
      { accountId, sequence, owes: { invoiceId, reason } },
      { accountId },
    );
  }

  /** Has the suspension lifted once nothing is past due. */
  async release(accountId: string): Promise<void> {
    const { suspendedFor, version: sequence } = await this.take(accountId);
    if (suspendedFor === null || (await this.owesPastDue(accountId))) return;
    await this.debtors.updateOne({ _id: accountId }, { $set: { suspendedFor: null } });
    await this.outbox.send(SetDebtStanding, { accountId, sequence, owes: null }, { accountId });
  }

  private async owesPastDue(accountId: string): Promise<boolean> {
    const dueAt = { $lt: this.clock.now() };
    return (await this.invoices.exists({ accountId, status: 'issued', kind: 'invoice', dueAt })) !== null;
  }

  private take(accountId: string): Promise<Debtor> {
    return this.debtors
      .findOneAndUpdate(
        { _id: accountId },
        { $inc: { version: 1 }, $setOnInsert: { suspendedFor: null } },
        { upsert: true, returnDocument: 'after' },
      )
      .orFail()
      .lean<Debtor>();
  }
}
