import type { InvoiceStatus } from '@berth/contracts';
import { problem } from '@berth/messaging';
import type { StoredInvoice } from './invoice.model.ts';

/** What an invoice may become. A draft that is not right any more is no state: it is removed, and worked out anew. */
export const NEXT: Readonly<Record<InvoiceStatus, readonly InvoiceStatus[]>> = {
  draft: ['issued', 'paid'],
  issued: ['paid', 'void'],
  paid: [],
  void: [],
};

/** A credit note is issued and stays so: it is no debt. Throws 409 `invalid_state`. */
export function expectNext(
  { kind, status }: Pick<StoredInvoice, 'kind' | 'status'>,
  next: InvoiceStatus,
): void {
  if (kind === 'invoice' && NEXT[status].includes(next)) return;
  const what = kind === 'invoice' ? `It is ${status}` : 'It is a credit note';
  throw problem('invalid_state', { detail: `${what}.` });
}
