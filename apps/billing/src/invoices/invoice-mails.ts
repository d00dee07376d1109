import { Injectable } from '@nestjs/common';
import { SendInvoiceMail, type InvoiceMailKind } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { referenceTo } from './comparisons.ts';
import type { StoredInvoice } from './invoice.model.ts';
import { outstandingOf } from './shown.ts';
import type { Vendor } from './vendor.ts';

const DAY = 86_400_000;

/** Has accounts write about invoices, in the transaction in which there is something to write. */
@Injectable()
export class InvoiceMails {
  constructor(private readonly outbox: Outbox) {}

  issued(invoice: StoredInvoice): Promise<void> {
    return this.send(invoice, invoice.kind === 'invoice' ? 'invoice_issued' : 'credit_note_issued', null);
  }

  /** Says when the account is going to be suspended. */
  remind(invoice: StoredInvoice, { suspensionDays }: Vendor): Promise<void> {
    const { dueAt } = invoice;
    const suspendsAt = dueAt && suspensionDays !== null && new Date(dueAt.getTime() + suspensionDays * DAY);
    return this.send(invoice, 'payment_reminder', suspendsAt || null);
  }

  private async send(invoice: StoredInvoice, kind: InvoiceMailKind, suspendsAt: Date | null): Promise<void> {
    const { _id: invoiceId, accountId, currency, total, dueAt, buyer } = invoice;
    await this.outbox.send(
      SendInvoiceMail,
      {
        ...{ kind, accountId, invoiceId, number: referenceTo(invoice).number, currency, total },
        outstanding: outstandingOf(invoice),
        dueAt: dueAt?.toISOString() ?? null,
        suspendsAt: suspendsAt?.toISOString() ?? null,
        profileEmail: buyer.email,
      },
      { accountId },
    );
  }
}
