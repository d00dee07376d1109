import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { InvoiceModel, type StoredInvoice } from '../invoices/invoice.model.ts';

/** A draft has no day of issue. */
const HAS_NONE = { 'documents.json.sha256': null, issuedAt: { $gt: new Date(0) } };

/** The invoices of all accounts that were issued long ago and have no documents yet, oldest first. */
@Injectable()
export class Undocumented {
  constructor(@InjectModel(InvoiceModel.name) private readonly invoices: Model<StoredInvoice>) {}

  /** Those issued at that time or before it; with `after`, after that one. */
  issuedBy(
    time: Date,
    { after, limit }: { after?: { issuedAt: Date; id: string } | undefined; limit: number },
  ): Promise<StoredInvoice[]> {
    const issuedAt = { $gte: after?.issuedAt ?? new Date(1), $lte: time };
    const beyond = after && {
      $or: [{ issuedAt: { $gt: after.issuedAt } }, { issuedAt: after.issuedAt, _id: { $gt: after.id } }],
    };
    return this.invoices
      .find({ ...HAS_NONE, issuedAt, ...beyond })
      .setOptions({ crossTenant: true })
      .sort({ issuedAt: 1, _id: 1 })
      .limit(limit)
      .lean<StoredInvoice[]>();
  }

  /** How many of each status were issued at that time or before it. */
  countIssuedBy(time: Date): Promise<{ _id: string; invoices: number }[]> {
    return this.invoices
      .aggregate<{ _id: string; invoices: number }>([
        { $match: { ...HAS_NONE, issuedAt: { $gt: new Date(0), $lte: time } } },
        { $group: { _id: '$status', invoices: { $sum: 1 } } },
      ])
      .option({ crossTenant: true });
  }

  /** Null when there is no such invoice, or it has documents. */
  one(_id: string): Promise<StoredInvoice | null> {
    return this.invoices
      .findOne({ _id, ...HAS_NONE })
      .setOptions({ crossTenant: true })
      .lean<StoredInvoice | null>();
  }
}
