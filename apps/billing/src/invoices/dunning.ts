import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { Transactions, updateVersioned } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Debtors } from './debtors.ts';
import { InvoiceMails } from './invoice-mails.ts';
import { InvoiceModel, type StoredInvoice } from './invoice.model.ts';
import { InvoiceNews } from './news.ts';
import { VendorDetails, type Vendor } from './vendor.ts';

const DAY = 86_400_000;
const AT_ONCE = 100;

/** Asks for what was not paid in time: tells of it, reminds, and has the account suspended. */
@Injectable()
export class Dunning {
  constructor(
    @InjectModel(InvoiceModel.name) private readonly invoices: Model<StoredInvoice>,
    private readonly debtors: Debtors,
    private readonly news: InvoiceNews,
    private readonly mails: InvoiceMails,
    private readonly vendor: VendorDetails,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** What is past due of all accounts, longest first. */
  async *due(now: Date): AsyncGenerator<StoredInvoice> {
    let after = new Date(0);
    const seen = new Set<string>();
    for (;;) {
      const page = await this.invoices
        .find({
          status: 'issued',
          kind: 'invoice',
          dueAt: { $gte: after, $lt: now },
          _id: { $nin: [...seen] },
        })
        .setOptions({ crossTenant: true })
        .sort({ dueAt: 1 })
        .limit(AT_ONCE)
        .lean<StoredInvoice[]>();
      yield* page;
      const end = page.at(-1)?.dueAt;
      if (!end || page.length < AT_ONCE) return;
      if (end > after) seen.clear();
      after = end;
      for (const { _id, dueAt } of page) if (dueAt?.getTime() === end.getTime()) seen.add(_id);
    }
  }

  /** Does what is to be done by now, and has not been: after a long time in which nothing ran one reminder stands for all. */
  async proceed({ _id, accountId }: Pick<StoredInvoice, '_id' | 'accountId'>): Promise<void> {
    await this.transactions.run(async () => {
      const invoice = await this.invoices
        .findOne({ _id, accountId, status: 'issued' })
        .lean<StoredInvoice | null>();
      if (!invoice?.dueAt) return;
      const vendor = this.vendor.expect();
      const { dunning } = invoice;
      const wanted = dunningAt(invoice.dueAt, vendor, this.clock.now());
      if (isAsFar(dunning, wanted)) return;
      const filter = { _id, accountId };
      const changed = await updateVersioned(this.invoices, filter, invoice.version, {
        $set: { dunning: wanted },
      });
      if (!dunning.toldPastDue) await this.news.pastDue(changed);
      if (wanted.suspended && !dunning.suspended) await this.debtors.suspend(changed);
      else if (wanted.reminders > dunning.reminders) await this.mails.remind(changed, vendor);
    });
  }
}

/** How far an invoice that was due is to have been asked for. */
function dunningAt(
  dueAt: Date,
  { reminderDays, suspensionDays }: Vendor,
  now: Date,
): StoredInvoice['dunning'] {
  const days = (now.getTime() - dueAt.getTime()) / DAY;
  return {
    toldPastDue: true,
    reminders: reminderDays.filter((day) => day <= days).length,
    suspended: suspensionDays !== null && suspensionDays <= days,
  };
}

const isAsFar = (done: StoredInvoice['dunning'], wanted: StoredInvoice['dunning']) =>
  done.toldPastDue && done.reminders >= wanted.reminders && (done.suspended || !wanted.suspended);
