import { Injectable } from '@nestjs/common';
import { Clock } from '@berth/clock';
import {
  InvoiceIssued,
  InvoicePaid,
  InvoicePastDue,
  InvoiceVoided,
  UsageInvoiced,
  UsageInvoiceVoided,
} from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { referenceTo } from './comparisons.ts';
import { InvoiceMails } from './invoice-mails.ts';
import type { StoredInvoice } from './invoice.model.ts';
import { contentOf, outstandingOf } from './shown.ts';

/** Tells what becomes of invoices, in the transaction in which it does: inside Berth, and billing systems outside of it. */
@Injectable()
export class InvoiceNews {
  constructor(
    private readonly outbox: Outbox,
    private readonly mails: InvoiceMails,
    private readonly clock: Clock,
  ) {}

  /** Also to the account, by mail; and that it is paid, when nothing is left to pay. */
  async issued(invoice: StoredInvoice): Promise<void> {
    const { accountId } = invoice;
    await this.outbox.publish(InvoiceIssued, this.told(invoice), { accountId });
    await this.outbox.publish(UsageInvoiced, contentOf(invoice), { accountId });
    await this.mails.issued(invoice);
    if (invoice.status === 'paid') await this.paid(invoice);
  }

  async paid(invoice: StoredInvoice): Promise<void> {
    await this.outbox.publish(InvoicePaid, this.told(invoice), { accountId: invoice.accountId });
  }

  async pastDue(invoice: StoredInvoice): Promise<void> {
    await this.outbox.publish(InvoicePastDue, this.told(invoice), { accountId: invoice.accountId });
  }

  async voided(invoice: StoredInvoice, reason: string): Promise<void> {
    const { accountId } = invoice;
    const told = this.told(invoice);
    await this.outbox.publish(InvoiceVoided, { ...told, reason }, { accountId });
    const outside = { accountId, ...referenceTo(invoice), reason, at: told.at };
    await this.outbox.publish(UsageInvoiceVoided, outside, { accountId });
  }

  private told(invoice: StoredInvoice) {
    const { _id: invoiceId, accountId, kind, month, currency, total, dueAt } = invoice;
    return {
      ...{ accountId, invoiceId, kind, number: referenceTo(invoice).number, month, currency, total },
      outstanding: outstandingOf(invoice),
      dueAt: dueAt?.toISOString() ?? null,
      at: this.clock.now().toISOString(),
    };
  }
}
