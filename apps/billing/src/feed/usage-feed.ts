import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { DataOf, ReadUsageFeed, ReplyOf } from '@berth/contracts';
import type { Model } from 'mongoose';
import { RecordModel } from '../usage/record.model.ts';
import { published } from '../usage/records.ts';
import type { LedgerRecord } from '../usage/revisions.ts';
import { before, cursorOf, placeAt, placeOf, type Place } from './place.ts';

/**
 * So long after it was written a record can be seen, at the latest. Its time is taken inside the transaction that writes it, which
 * MongoDB lets live for 60 s and ends within the 30 s after that (`transactionLifetimeLimitSeconds`); the clocks of replicas may lie
 * 30 s apart; 30 s are to spare.
 */
export const SEEN_WITHIN_SECONDS = 150;

/** All records of all accounts, in the order in which they were written. Nothing is added any more before what it has listed. */
@Injectable()
export class UsageFeed {
  constructor(
    @InjectModel(RecordModel.name) private readonly records: Model<LedgerRecord>,
    private readonly clock: Clock,
  ) {}

  /** Throws 400 `invalid_cursor`. */
  async read({ cursor, from, limit }: DataOf<typeof ReadUsageFeed>): Promise<ReplyOf<typeof ReadUsageFeed>> {
    const place = cursor === undefined ? before(new Date(from ?? 0)) : placeAt(cursor);
    const completeUntil = this.completeUntil();
    const found = await this.after(place, completeUntil, limit + 1);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(published),
      nextCursor: cursorOf(last ? placeOf(last) : place),
      hasMore: found.length > limit,
      completeUntil: completeUntil.toISOString(),
    };
  }

  /** All that was written before can be seen by now. */
  completeUntil(): Date {
    return new Date(this.clock.now().getTime() - SEEN_WITHIN_SECONDS * 1000);
  }

  /** At most so many of the records behind a place that were written before `until`, oldest first. */
  after({ recordedAt, id }: Place, until: Date, limit: number): Promise<LedgerRecord[]> {
    return this.records
      .find({
        recordedAt: { $gte: recordedAt, $lt: until },
        $or: [{ recordedAt: { $gt: recordedAt } }, { _id: { $gt: id } }],
      })
      .setOptions({ crossTenant: true })
      .sort({ recordedAt: 1, _id: 1 })
      .limit(limit)
      .lean();
  }
}
