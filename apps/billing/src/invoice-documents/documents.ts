import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  INVOICE_FORMATS,
  INVOICE_MEDIA_TYPES,
  type DataOf,
  type GetInvoiceDocument,
  type InvoiceFormat,
  type ReplyOf,
} from '@berth/contracts';
import { problem } from '@berth/messaging';
import type { StoredDocument, StoredInvoice } from '../invoices/invoice.model.ts';
import { Invoices } from '../invoices/invoices.ts';
import { contentOf } from '../invoices/shown.ts';
import { Bucket } from './bucket.ts';
import { csvOf } from './csv.ts';
import { issuedOf, type IssuedInvoice } from './issued.ts';
import { jsonOf } from './json.ts';
import { pdfOf } from './pdf/pdf.ts';

const MADE: Readonly<Record<InvoiceFormat, (invoice: IssuedInvoice) => Buffer | Promise<Buffer>>> = {
  json: jsonOf,
  csv: csvOf,
  pdf: pdfOf,
};

const PART_BYTES = 256 * 1024;

/** The files of invoices: made once each, kept in storage, and read from there. */
@Injectable()
export class InvoiceDocuments {
  constructor(
    private readonly invoices: Invoices,
    private readonly bucket: Bucket,
  ) {}

  /** Makes the files of an invoice, and notes them once all are kept. Whoever does so again changes nothing. */
  async make(stored: StoredInvoice): Promise<void> {
    const invoice = issuedOf(contentOf(stored));
    const documents = {} as Record<InvoiceFormat, StoredDocument>;
    for (const format of INVOICE_FORMATS) documents[format] = await this.keep(invoice, format);
    await this.invoices.noteDocuments(stored, documents);
  }

  /** Throws 404 `not_found`, 503 `dependency_unavailable`. */
  async part(wanted: DataOf<typeof GetInvoiceDocument>): Promise<ReplyOf<typeof GetInvoiceDocument>> {
    const { accountId, invoiceId, format, part } = wanted;
    const { number, documents } = await this.invoices.find(accountId, invoiceId);
    if (!documents) throw problem('dependency_unavailable', { detail: NOT_MADE });
    const { key, sha256, bytes } = documents[format];
    if (part * PART_BYTES >= bytes) throw problem('not_found');
    const content = await this.read(key, sha256);
    const end = (part + 1) * PART_BYTES;
    return {
      number: number ?? invoiceId,
      sha256,
      bytes,
      content: content.subarray(part * PART_BYTES, end).toString('base64'),
      nextPart: end < bytes ? part + 1 : null,
    };
  }

  private async keep(invoice: IssuedInvoice, format: InvoiceFormat): Promise<StoredDocument> {
    const content = await MADE[format](invoice);
    const year = invoice.issuedAt.slice(0, 4);
    const key = `${invoice.accountId}/${year}/${invoice.number}.${format}`;
    await this.bucket.keep(key, content, INVOICE_MEDIA_TYPES[format]);
    return { key, sha256: sha256Of(content), bytes: content.length };
  }

  /** Whole, so that it can be held against what was noted of it: what was changed in storage is shown to nobody. */
  private async read(key: string, sha256: string): Promise<Buffer> {
    const content = await this.bucket.read(key).catch((cause: unknown) => {
      throw problem('dependency_unavailable', { detail: 'Storage does not answer.', cause });
    });
    if (sha256Of(content) === sha256) return content;
    throw new Error(`${key} is not in storage as it was kept`);
  }
}

const NOT_MADE = 'The document is being made; it takes moments.';

const sha256Of = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
