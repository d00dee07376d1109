import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { Actor, DataOf, PayInvoice, ReplyOf, VoidInvoice } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { Transactions, updateVersioned } from '@berth/mongo';
import { Exact, rounded } from '@berth/pricing';
import type { Model } from 'mongoose';
import { Credits } from '../credits/credits.ts';
import { ClosingModel, closingId, type ClosingDocument } from './closing.model.ts';
import { Comparisons } from './comparisons.ts';
import { Debtors } from './debtors.ts';
import { InvoiceModel, type StoredInvoice } from './invoice.model.ts';
import { InvoiceNews } from './news.ts';
import { outstandingOf, shown } from './shown.ts';
import { expectNext } from './states.ts';

/** What becomes of invoices: paid or void, both for good. */
@Injectable()
export class Payments {
  constructor(
    @InjectModel(InvoiceModel.name) private readonly invoices: Model<StoredInvoice>,
    @InjectModel(ClosingModel.name) private readonly closings: Model<ClosingDocument>,
    private readonly comparisons: Comparisons,
    private readonly credits: Credits,
    private readonly debtors: Debtors,
    private readonly news: InvoiceNews,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Notes all that is left to pay, or a part of it. Inside a transaction. Throws 404 `not_found`, 409 `invalid_state`, 400 `invalid_request`. */
  async pay(
    { invoiceId, amount, reference, at }: DataOf<typeof PayInvoice>,
    notedBy: Actor | null,
  ): Promise<ReplyOf<typeof PayInvoice>> {
    const notedAt = this.clock.now();
    const paidAt = at === undefined ? notedAt : new Date(at);
    if (paidAt > notedAt) throw inTheFuture();
    const invoice = await this.find(invoiceId);
    expectNext(invoice, 'paid');
    const paid = { amount: partOf(invoice, amount), at: paidAt, reference, notedBy, notedAt };
    const payments = [...(invoice.payments ?? []), paid];
    const isAll = new Exact(outstandingOf({ ...invoice, payments })).isZero();
    return shown(
      isAll
        ? await this.settle(invoice, { at: paidAt, reference }, { payments })
        : await this.change(invoice, { payments }),
    );
  }

  /**
   * Nothing is left to pay of an invoice: it is noted and told, and who was suspended for it alone is not any more. In the open transaction.
   */
  async settle(
    invoice: StoredInvoice,
    payment: NonNullable<StoredInvoice['payment']>,
    more: Partial<Pick<StoredInvoice, 'reductions' | 'payments'>> = {},
  ): Promise<StoredInvoice> {
    expectNext(invoice, 'paid');
    const paid = await this.change(invoice, { ...more, status: 'paid', payment });
    await this.news.paid(paid);
    await this.debtors.release(paid.accountId);
    return paid;
  }

  /** Throws 404 `not_found`, 409 `invalid_state`. */
  void({ invoiceId, reason }: DataOf<typeof VoidInvoice>): Promise<ReplyOf<typeof VoidInvoice>> {
    return this.transactions.run(async () => {
      const invoice = await this.find(invoiceId);
      expectNext(invoice, 'void');
      if (invoice.payments?.length) throw partlyPaid();
      const { accountId, month } = invoice;
      const said = await this.comparisons.saying(accountId, month);
      if (said.some(({ _id }) => _id !== invoiceId)) throw alreadyCorrected(month);

      const voided = await this.change(invoice, {
        status: 'void',
        voided: { at: this.clock.now(), reason },
      });
      await this.credits.giveBack(accountId, invoiceId);
      await this.reopen(voided);
      await this.news.voided(voided, reason);
      await this.debtors.release(accountId);
      return shown(voided);
    });
  }

  /** The month can be closed again; what the invoice said of former months is still to be said. */
  private async reopen({ accountId, month, lines }: StoredInvoice): Promise<void> {
    const reopened = { state: 'reopened', invoiceId: null, correction: null };
    const former = new Set(lines.map((line) => line.month).filter((each) => each !== month));
    for (const [each, $set] of [
      [month, reopened] as const,
      ...[...former].map((name) => [name, { correction: 'to_compare' }] as const),
    ]) {
      await this.closings.updateOne(
        { _id: closingId(accountId, each), accountId },
        { $set, $inc: { version: 1 } },
      );
    }
  }

  private async find(_id: string): Promise<StoredInvoice> {
    const invoice = await this.invoices
      .findOne({ _id, status: { $ne: 'draft' } })
      .setOptions({ crossTenant: true })
      .lean<StoredInvoice | null>();
    if (!invoice) throw problem('not_found');
    return invoice;
  }

  private change(invoice: StoredInvoice, $set: Partial<StoredInvoice>): Promise<StoredInvoice> {
    const { _id, accountId, version } = invoice;
    return updateVersioned(this.invoices, { _id, accountId }, version, { $set });
  }
}

/** So much of what is left to pay, or all of it. Throws 400 `invalid_request`. */
function partOf(invoice: StoredInvoice, amount?: string): string {
  const outstanding = outstandingOf(invoice);
  if (amount === undefined) return outstanding;
  const { currency } = invoice;
  const exactly = rounded(amount, currency);
  if (!new Exact(exactly).eq(amount)) throw wrongAmount(`must be whole in the minor unit of ${currency}`);
  if (new Exact(exactly).gt(outstanding))
    throw wrongAmount(`must not be more than is left to pay: ${outstanding} ${currency}`);
  return exactly;
}

const wrongAmount = (detail: string) =>
  problem('invalid_request', { errors: [{ pointer: '/amount', detail }] });

const partlyPaid = () =>
  problem('invalid_state', { detail: 'A part of it is paid, which would be for nothing then.' });

const inTheFuture = () =>
  problem('invalid_request', { errors: [{ pointer: '/at', detail: 'must not lie in the future' }] });

const alreadyCorrected = (month: string) =>
  problem('invalid_state', {
    detail: `${month} was corrected since, by a credit note or on a later invoice, which would be wrong then.`,
  });
