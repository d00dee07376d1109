import { Controller } from '@nestjs/common';
import {
  CloseMonth,
  GetInvoice,
  ListInvoiceLineUsage,
  ListInvoices,
  PayInvoice,
  VoidInvoice,
  type DataOf,
} from '@berth/contracts';
import { OnRequest, type MessageContext } from '@berth/messaging';
import { Closings } from './closings.ts';
import { Invoices } from './invoices.ts';
import { LineUsage } from './line-usage.ts';
import { Payments } from './payments.ts';

@Controller()
export class InvoiceHandlers {
  constructor(
    private readonly invoices: Invoices,
    private readonly usage: LineUsage,
    private readonly closings: Closings,
    private readonly payments: Payments,
  ) {}

  @OnRequest(ListInvoices)
  list(query: DataOf<typeof ListInvoices>) {
    return this.invoices.list(query);
  }

  @OnRequest(GetInvoice)
  get(which: DataOf<typeof GetInvoice>) {
    return this.invoices.get(which);
  }

  @OnRequest(ListInvoiceLineUsage)
  lineUsage(query: DataOf<typeof ListInvoiceLineUsage>) {
    return this.usage.list(query);
  }

  @OnRequest(CloseMonth, { idempotent: true })
  close(which: DataOf<typeof CloseMonth>) {
    return this.closings.closeByHand(which);
  }

  @OnRequest(PayInvoice, { idempotent: true })
  pay(payment: DataOf<typeof PayInvoice>, { actor }: MessageContext) {
    return this.payments.pay(payment, actor ?? null);
  }

  @OnRequest(VoidInvoice)
  void(decision: DataOf<typeof VoidInvoice>) {
    return this.payments.void(decision);
  }
}
