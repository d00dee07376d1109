import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { insertOne, isDuplicateKey } from '@berth/mongo';
import type { Model } from 'mongoose';
import { monthAt, monthOf, type Month } from '../costs/month.ts';
import { Usages } from '../rating/usages.ts';
import { ClosingModel, closingId, type ClosingDocument } from './closing.model.ts';
import { monthsBack } from './correctable.ts';
import { MonthScanModel, type MonthScan } from './month-scan.model.ts';
import type { Vendor } from './vendor.ts';

const HOUR = 3_600_000;
/** So many accounts are found before it is noted how far it has come. */
const ACCOUNTS_AT_ONCE = 500;
const CLOSINGS_AT_ONCE = 100;

/** Which months of which accounts are to be closed. */
@Injectable()
export class DueMonths {
  constructor(
    @InjectModel(MonthScanModel.name) private readonly scans: Model<MonthScan>,
    @InjectModel(ClosingModel.name) private readonly closings: Model<ClosingDocument>,
    private readonly usages: Usages,
  ) {}

  /**
   * Finds, once a month, the accounts that used anything in it. Who is heard of later has its closing noted by the settlement. Goes on where a
   * crash left off.
   */
  async find(now: Date, vendor: Vendor, tenure: AbortSignal): Promise<void> {
    const months = overMonths(now, vendor);
    const done = await this.scans.find({ _id: { $in: months }, done: true }).lean<MonthScan[]>();
    for (const month of months.filter((name) => !done.some(({ _id }) => _id === name))) {
      while (!tenure.aborted && (await this.scanSome(monthOf(month))));
    }
  }

  /** The closings that are due, oldest month first, page by page: one that cannot be closed yet keeps no other from it. */
  async *due(now: Date, vendor: Vendor): AsyncGenerator<ClosingDocument> {
    const [first, last] = [overMonths(now, vendor).at(0), overMonths(now, vendor).at(-1)];
    if (first === undefined || last === undefined) return;
    let after = { month: first, accountId: '' };
    for (;;) {
      const page = await this.closings
        .find({
          state: 'due',
          $or: [
            { month: after.month, accountId: { $gt: after.accountId } },
            { month: { $gt: after.month, $lte: last } },
          ],
        })
        .setOptions({ crossTenant: true })
        .sort({ month: 1, accountId: 1 })
        .limit(CLOSINGS_AT_ONCE)
        .lean<ClosingDocument[]>();
      yield* page;
      const end = page.at(-1);
      if (!end || page.length < CLOSINGS_AT_ONCE) return;
      after = end;
    }
  }

  /** Returns whether there is more to look at. */
  private async scanSome(month: Month): Promise<boolean> {
    const scan = await this.scans.findById(month.name).lean<MonthScan | null>();
    let after = scan?.after ?? null;
    let noted = 0;
    for await (const accountId of this.usages.accountsIn(month, after ?? undefined)) {
      await this.note(accountId, month.name);
      after = accountId;
      if (++noted === ACCOUNTS_AT_ONCE) break;
    }
    const done = noted < ACCOUNTS_AT_ONCE;
    await this.scans.updateOne({ _id: month.name }, { $set: { after, done } }, { upsert: true });
    return !done;
  }

  private async note(accountId: string, month: string): Promise<void> {
    try {
      await insertOne(this.closings, {
        ...{ _id: closingId(accountId, month), accountId, month },
        ...{ state: 'due', invoiceId: null, correction: null },
      });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}

/** The months, oldest first, whose end and grace period are over, as far back as they are corrected or invoices are made. */
function overMonths(now: Date, { graceHours, firstMonth }: Vendor): string[] {
  const end = monthAt(new Date(now.getTime() - graceHours * HOUR)).from;
  const first = [monthsBack(monthAt(end).name), firstMonth ?? ''].sort().at(-1) ?? '';
  const months: string[] = [];
  for (let month = monthOf(first); month.to <= end; month = monthOf(monthAt(month.to).name))
    months.push(month.name);
  return months;
}
