import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { InvoiceReference } from '@berth/contracts';
import type { Model } from 'mongoose';
import { monthOf } from '../costs/month.ts';
import { MonthUsage } from '../rating/month-usage.ts';
import { PriceCalendar } from '../rating/price-calendar.ts';
import { Terms } from '../terms/terms.ts';
import { InvoiceModel, type StoredInvoice } from './invoice.model.ts';
import { difference, positionsOf, type Position } from './positions.ts';

/** What a month comes to now, beyond all that was said of it. */
export interface Comparison {
  positions: Position[];
  currency: string;
  /** The invoice that the month is on; null when nothing was said of it. */
  invoice: StoredInvoice | null;
  /** Up to when what was recorded stands in what was said. */
  saidUntil: Date | null;
}

/** Compares what months come to with what invoices and credit notes said of them. */
@Injectable()
export class Comparisons {
  constructor(
    @InjectModel(InvoiceModel.name) private readonly invoices: Model<StoredInvoice>,
    private readonly usage: MonthUsage,
    private readonly terms: Terms,
  ) {}

  /** Throws 503 `dependency_unavailable` before the first catalog has arrived. */
  async of(accountId: string, name: string): Promise<Comparison> {
    const month = monthOf(name);
    const book = await this.terms.bookOf(accountId, month.from);
    const now = positionsOf(await this.usage.of(accountId, new PriceCalendar(book, month)), book, month);
    const said = await this.saying(accountId, name);
    const lines = said.flatMap((invoice) => invoice.lines.filter((line) => line.month === name));
    const until = lines.map(({ recorded }) => recorded.until.getTime());
    return {
      positions: difference(now, lines),
      currency: book.currency,
      invoice: said.find(({ month: own, kind }) => own === name && kind === 'invoice') ?? said[0] ?? null,
      saidUntil: until.length > 0 ? new Date(Math.max(...until)) : null,
    };
  }

  /** The invoices and credit notes, oldest first, that have lines of a month; neither drafts nor what is void. */
  saying(accountId: string, month: string): Promise<StoredInvoice[]> {
    return this.invoices
      .find({ accountId, 'lines.month': month, status: { $in: ['issued', 'paid'] } })
      .sort({ _id: 1 })
      .lean<StoredInvoice[]>();
  }
}

/** Throws when it has no number, which only a draft has not. */
export function referenceTo({ _id: id, number }: Pick<StoredInvoice, '_id' | 'number'>): InvoiceReference {
  if (number === null) throw new Error(`${id} has no number yet`);
  return { id, number };
}
