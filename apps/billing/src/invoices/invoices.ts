import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type {
  DataOf,
  GetInvoice,
  InvoiceFormat,
  InvoiceStatus,
  ListInvoices,
  ReplyOf,
} from '@berth/contracts';
import { problem } from '@berth/messaging';
import { isId, pageOf } from '@berth/mongo';
import type { Model } from 'mongoose';
import { InvoiceModel, type StoredDocument, type StoredInvoice } from './invoice.model.ts';
import { shown, summaryOf } from './shown.ts';

const ISSUED = { status: { $in: ['issued', 'paid', 'void'] satisfies InvoiceStatus[] } };

/** The invoices and credit notes that were issued. */
@Injectable()
export class Invoices {
  constructor(@InjectModel(InvoiceModel.name) private readonly invoices: Model<StoredInvoice>) {}

  /** Newest first. Throws 400 `invalid_cursor`. */
  async list({
    accountId,
    cursor,
    limit,
  }: DataOf<typeof ListInvoices>): Promise<ReplyOf<typeof ListInvoices>> {
    if (cursor !== undefined && !isId('inv', cursor)) throw problem('invalid_cursor');
    const found = await this.invoices
      .find({ accountId, ...ISSUED, ...(cursor !== undefined && { _id: { $lt: cursor } }) }, { lines: 0 })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<Omit<StoredInvoice, 'lines'>[]>();
    return pageOf(found, limit, { item: summaryOf, cursor: ({ _id }) => _id });
  }

  /** Throws 404 `not_found`. */
  async get({ accountId, invoiceId }: DataOf<typeof GetInvoice>): Promise<ReplyOf<typeof GetInvoice>> {
    return shown(await this.find(accountId, invoiceId));
  }

  /** Throws 404 `not_found`, also of a draft. */
  async find(accountId: string, _id: string): Promise<StoredInvoice> {
    const found = await this.invoices.findOne({ _id, accountId, ...ISSUED }).lean<StoredInvoice | null>();
    if (!found) throw problem('not_found');
    return found;
  }

  /** Those of all accounts that have no documents yet, oldest first, but for these. */
  withoutDocuments(limit: number, besides: readonly string[] = []): Promise<StoredInvoice[]> {
    return this.invoices
      .find({
        'documents.json.sha256': null,
        issuedAt: { $gt: new Date(0) },
        ...(besides.length > 0 && { _id: { $nin: besides } }),
      })
      .setOptions({ crossTenant: true })
      .sort({ issuedAt: 1 })
      .limit(limit)
      .lean<StoredInvoice[]>();
  }

  /** Notes which files were made of an invoice, once: those that were noted before stay. */
  async noteDocuments(
    { _id, accountId }: Pick<StoredInvoice, '_id' | 'accountId'>,
    documents: Record<InvoiceFormat, StoredDocument>,
  ): Promise<void> {
    await this.invoices.updateOne(
      { _id, accountId, documents: null },
      { $set: { documents }, $inc: { version: 1 } },
    );
  }
}
