import type { InvoiceContent } from '@berth/contracts';

/** What documents are made of: what was written on an invoice or credit note when it was issued. */
export type IssuedInvoice = InvoiceContent & { number: string; issuedAt: string };

/** Throws for a draft, of which there are no documents: it may still change. */
export function issuedOf(invoice: InvoiceContent): IssuedInvoice {
  const { number, issuedAt } = invoice;
  if (number === null || issuedAt === null) throw new Error(`${invoice.id} is not issued`);
  return { ...invoice, number, issuedAt };
}
