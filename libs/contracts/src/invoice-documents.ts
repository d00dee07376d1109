import { z } from 'zod';
import { AccountId, InvoiceId } from './fields.ts';
import { INVOICE_FORMATS, InvoiceDocument, type InvoiceFormat } from './invoices.ts';
import { request } from './message.ts';

/**
 * What the files of an invoice are. What was written on it when it was issued is not what `application/json` means, the invoice with
 * what has become of it since.
 */
export const INVOICE_MEDIA_TYPES = {
  json: 'application/vnd.berth.invoice+json',
  csv: 'text/csv',
  pdf: 'application/pdf',
} as const satisfies Record<InvoiceFormat, string>;

/** A part of a file: most files have one. */
export const InvoiceDocumentPart = InvoiceDocument.extend({
  /** Of the invoice, by which the file is called. */
  number: z.string(),
  /** In base64, at most 256 KiB of it: others have to get past it on the bus. */
  content: z.base64(),
  /** The one after it; null when this was the last. */
  nextPart: z.number().int().positive().nullable(),
});
export type InvoiceDocumentPart = z.output<typeof InvoiceDocumentPart>;

/**
 * A file of an invoice as it lies in storage, part by part. 404 `not_found`; 503 `dependency_unavailable` while it is not made yet, or
 * storage is away.
 */
export const GetInvoiceDocument = request(
  'billing',
  'berth.billing.get-invoice-document.v1',
  z.object({
    accountId: AccountId,
    invoiceId: InvoiceId,
    format: z.enum(INVOICE_FORMATS),
    part: z.number().int().nonnegative().default(0),
  }),
  InvoiceDocumentPart,
  ['usage:read', 'staff:read'],
);
