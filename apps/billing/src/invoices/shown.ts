import type {
  Invoice,
  InvoiceContent,
  InvoiceDocument,
  InvoicePayment,
  InvoiceSummary,
} from '@berth/contracts';
import { rounded, sumOf } from '@berth/pricing';
import type { StoredDocument, StoredInvoice, StoredPayment } from './invoice.model.ts';

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
  payments = [],
  currency,
}: Pick<StoredInvoice, 'status' | 'amountDue' | 'reductions' | 'payments' | 'currency'>): string {
  if (status === 'paid' || status === 'void') return rounded('0', currency);
  const less = [...reductions, ...payments].map(({ amount }) => `-${amount}`);
  return rounded(sumOf([amountDue, ...less]), currency);
}

/** What was paid of it; all at once, where only that is stored. */
function paymentsOf(invoice: StoredInvoice): StoredPayment[] {
  const { payments, payment } = invoice;
  if (payments || !payment?.reference) return payments ?? [];
  const amount = outstandingOf({ ...invoice, status: 'issued' });
  const { at, reference } = payment;
  return [{ amount, at, reference, notedBy: null, notedAt: at }];
}

function standingOf(invoice: StoredInvoice) {
  const { status, createdAt, reductions, payment, voided, documents } = invoice;
  const payments = paymentsOf(invoice).map((each): InvoicePayment => ({
    ...each,
    at: each.at.toISOString(),
    notedAt: each.notedAt.toISOString(),
  }));
  return {
    status,
    createdAt: createdAt.toISOString(),
    outstanding: outstandingOf(invoice),
    reductions,
    payments,
    paidAt: payment?.at.toISOString() ?? null,
    voided: voided && { at: voided.at.toISOString(), reason: voided.reason },
    documents: documents && {
      json: withoutKey(documents.json),
      csv: withoutKey(documents.csv),
      pdf: withoutKey(documents.pdf),
    },
  };
}

const withoutKey = ({ sha256, bytes }: StoredDocument): InvoiceDocument => ({ sha256, bytes });
