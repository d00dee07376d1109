import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { InvoiceKind } from '@berth/contracts';
import { Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import type { Vendor } from './vendor.ts';
import { NumberSeriesModel, type NumberSeries } from './number-series.model.ts';

const DIGITS = 6;

/** The numbers of invoices and of credit notes: two series a year, without gaps. */
@Injectable()
export class Numbers {
  constructor(
    @InjectModel(NumberSeriesModel.name) private readonly series: Model<NumberSeries>,
    private readonly transactions: Transactions,
  ) {}

  /**
   * The next number of the year, `BERTH-2026-000001`: given with the commit of the open transaction, and to the next one should it abort.
   * Two at once conflict, and one starts again.
   */
  async next(kind: InvoiceKind, vendor: Vendor, issuedAt: Date): Promise<string> {
    if (!this.transactions.inTransaction()) throw new Error('A number is given only inside a transaction');
    const prefix = kind === 'invoice' ? vendor.invoicePrefix : vendor.creditNotePrefix;
    const _id = `${prefix}-${issuedAt.getUTCFullYear()}`;
    const { last } = await this.series
      .findOneAndUpdate({ _id }, { $inc: { last: 1 } }, { upsert: true, returnDocument: 'after' })
      .orFail()
      .lean<NumberSeries>();
    return `${_id}-${String(last).padStart(DIGITS, '0')}`;
  }
}
