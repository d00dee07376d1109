import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { DataOf, InvoiceLineUsage, ListInvoiceLineUsage, ReplyOf } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { pageOf } from '@berth/mongo';
import type { Model } from 'mongoose';
import { cursorOf, placeOf } from '../usage/record-cursor.ts';
import { RecordModel } from '../usage/record.model.ts';
import { published } from '../usage/records.ts';
import type { LedgerRecord } from '../usage/revisions.ts';
import { Invoices } from './invoices.ts';
import type { StoredLine } from './invoice.model.ts';

const MINUTE = 60_000;
/** No record is longer, since all are cut at the UTC hour. */
const LONGEST_RECORD_MILLISECONDS = 3_600_000;

/** Which usage records lines of invoices were made of. */
@Injectable()
export class LineUsage {
  constructor(
    @InjectModel(RecordModel.name) private readonly records: Model<LedgerRecord>,
    private readonly invoices: Invoices,
  ) {}

  /** Oldest first. Throws 404 `not_found`, 400 `invalid_cursor`. */
  async list({
    accountId,
    invoiceId,
    line: n,
    cursor,
    limit,
  }: DataOf<typeof ListInvoiceLineUsage>): Promise<ReplyOf<typeof ListInvoiceLineUsage>> {
    const { lines } = await this.invoices.find(accountId, invoiceId);
    const line = lines.find((each) => each.n === n);
    if (!line) throw problem('not_found');
    const after = cursor === undefined ? undefined : placeOf(cursor);
    const found = await this.records
      .find({
        accountId,
        ...filterOf(line),
        ...(after && {
          $and: [{ $or: [{ from: { $gt: after.from } }, { from: after.from, _id: { $gt: after.id } }] }],
        }),
      })
      .sort({ from: 1, _id: 1 })
      .limit(limit + 1)
      .lean<LedgerRecord[]>();
    return pageOf(found, limit, { item: (record) => countedIn(line, record), cursor: cursorOf });
  }
}

/** Those of the line's meter, size and region that reach into its periods and were recorded when it was worked out, but not for a line before. */
function filterOf({ meter, region, size, periods, recorded }: StoredLine) {
  const times = periods.map(({ from, to }) => [new Date(from), new Date(to)] as const);
  const begin = Math.min(...times.map(([from]) => from.getTime())) - LONGEST_RECORD_MILLISECONDS;
  return {
    ...{ meter, region, size },
    recordedAt: { $lte: recorded.until, ...(recorded.after && { $gt: recorded.after }) },
    // What the index goes by; the periods say it exactly.
    from: { $gte: new Date(begin), $lt: times.at(-1)?.[1] ?? new Date(0) },
    $or: times.map(([from, to]) => ({ from: { $lt: to }, to: { $gt: from } })),
  };
}

/** A record counts evenly, so much a minute; of one in which the price changes, the line counts its own minutes. */
function countedIn({ periods }: StoredLine, record: LedgerRecord): InvoiceLineUsage {
  const [start, end] = [record.from.getTime(), record.to.getTime()];
  const minutes = periods
    .map(({ from, to }) => Math.min(end, Date.parse(to)) - Math.max(start, Date.parse(from)))
    .reduce((sum, overlap) => sum + Math.max(0, overlap) / MINUTE, 0);
  return { ...published(record), counted: (record.quantity / ((end - start) / MINUTE)) * minutes };
}
