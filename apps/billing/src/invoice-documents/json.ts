import { InvoiceContent } from '@berth/contracts';
import type { IssuedInvoice } from './issued.ts';

/** What is written on an invoice, as the API answers it, in canonical JSON (RFC 8785): fields in order, no white space. */
export const jsonOf = (invoice: IssuedInvoice): Buffer =>
  Buffer.from(JSON.stringify(InvoiceContent.parse(invoice), inOrder));

/** Puts the fields of every object into the order that RFC 8785 wants (3.2.3): by their UTF-16 code units, as `sort` does it. */
const inOrder = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
