import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { DataOf, ListUsage, ReplyOf } from '@berth/contracts';
import { pageOf } from '@berth/mongo';
import type { Model } from 'mongoose';
import { cursorOf, placeOf } from './record-cursor.ts';
import { RecordModel } from './record.model.ts';
import { published } from './records.ts';
import type { LedgerRecord } from './revisions.ts';

/** No record is longer, since all are cut at the UTC hour. */
const LONGEST_RECORD_MILLISECONDS = 3_600_000;

/** What an account used. */
@Injectable()
export class UsageList {
  constructor(@InjectModel(RecordModel.name) private readonly records: Model<LedgerRecord>) {}

  /**
   * The records that overlap `[from, to)`, oldest first, reversals after what they reverse. What is still open is
   * listed up to the last cut: a record never changes, so there is no provisional one.
   */
  async list(query: DataOf<typeof ListUsage>): Promise<ReplyOf<typeof ListUsage>> {
    const { accountId, serverId, limit, cursor } = query;
    const [from, to] = [new Date(query.from), new Date(query.to)];
    if (from >= to) return { items: [], nextCursor: null };
    const after = cursor === undefined ? undefined : placeOf(cursor);
    const earliest = new Date(from.getTime() - LONGEST_RECORD_MILLISECONDS);
    const found = await this.records
      .find({
        accountId,
        ...(serverId && { serverId }),
        from: { $gte: after && after.from > earliest ? after.from : earliest, $lt: to },
        to: { $gt: from },
        ...(after && { $or: [{ from: { $gt: after.from } }, { from: after.from, _id: { $gt: after.id } }] }),
      })
      .sort({ from: 1, _id: 1 })
      .limit(limit + 1)
      .lean();
    return pageOf(found, limit, { item: published, cursor: cursorOf });
  }
}
