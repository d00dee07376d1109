import type { Invoice, InvoiceContent, InvoiceDocument, InvoiceSummary } from '@berth/contracts';
import { rounded, sumOf } from '@berth/pricing';
import type { StoredDocument, StoredInvoice } from './invoice.model.ts';

/** What is written on an invoice: the same for ever, once it is issued. */
export const contentOf = (invoice: StoredInvoice): InvoiceContent => ({
  id: invoice._id,
  accountId: invoice.accountId,
  kind: invoice.kind,
  number: invoice.number,
  month: invoice.month,
  currency: invoice.currency,
  seller: invoice.seller,
  buyer: invoice.buyer,
  issuedAt: invoice.issuedAt?.toISOString() ?? null,
  dueAt: invoice.dueAt?.toISOString() ?? null,
  lines: invoice.lines.map(({ recorded: _, ...line }) => line),
  subtotal: invoice.subtotal,
  tax: invoice.tax,
  total: invoice.total,
  credits: invoice.credits,
  amountDue: invoice.amountDue,
  corrects: invoice.corrects,
});

/** An invoice as its account sees it. */
export const shown = (invoice: StoredInvoice): Invoice => ({ ...contentOf(invoice), ...standingOf(invoice) });

/** An invoice in a list, for which its lines need not be read. */
export function summaryOf(invoice: Omit<StoredInvoice, 'lines'>): InvoiceSummary {
  const whole = shown({ ...invoice, lines: [] });
  const { seller: _seller, buyer: _buyer, lines: _lines, credits: _credits, ...summary } = whole;
  return summary;
}

/** What has still to be paid. */
export function outstandingOf({
  status,
  amountDue,
  reductions,
  currency,
}: Pick<StoredInvoice, 'status' | 'amountDue' | 'reductions' | 'currency'>): string {
  if (status === 'paid' || status === 'void') return rounded('0', currency);
  return rounded(sumOf([amountDue, ...reductions.map(({ amount }) => `-${amount}`)]), currency);
}

function standingOf(invoice: StoredInvoice) {
  const { status, createdAt, reductions, payment, voided, documents } = invoice;
  return {
    status,
    createdAt: createdAt.toISOString(),
    outstanding: outstandingOf(invoice),
    reductions,
    payment: payment && { at: payment.at.toISOString(), reference: payment.reference },
    voided: voided && { at: voided.at.toISOString(), reason: voided.reason },
    documents: documents && {
      json: withoutKey(documents.json),
      csv: withoutKey(documents.csv),
      pdf: withoutKey(documents.pdf),
    },
  };
}

const withoutKey = ({ sha256, bytes }: StoredDocument): InvoiceDocument => ({ sha256, bytes });
