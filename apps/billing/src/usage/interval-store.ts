import { Injectable } from '@nestjs/common';
import { InjectModel, type ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import type { Model } from 'mongoose';
import type { Interval } from './intervals.ts';

const schema = documentSchema<Interval & { _id: string }>(
  {
    _id: String,
    serverId: { type: String, required: true },
    accountId: { type: String, required: true },
    meter: { type: String, required: true },
    product: { type: String, required: true },
    region: { type: String, required: true },
    size: { type: String, default: null },
    unitsPerMinute: { type: Number, required: true },
    openedBy: { type: Number, required: true },
    openedAt: { type: Date, required: true },
    closedBy: { type: Number, default: null },
    closedAt: { type: Date, default: null },
  },
  { collection: 'intervals' },
)
  // The open ones of a server, and those closed after a time.
  .index({ serverId: 1, closedAt: 1 });

export const IntervalModel = { name: 'Interval', schema } satisfies ModelDefinition;

/** What was derived from the facts: append-only, but for the closing of an open interval. */
@Injectable()
export class Intervals {
  constructor(
    @InjectModel(IntervalModel.name) private readonly intervals: Model<Interval & { _id: string }>,
  ) {}

  /** The intervals of a server that are open or were closed after this time. */
  reaching(serverId: string, past: Date): Promise<Interval[]> {
    return this.intervals
      .find({ serverId, $or: [{ closedAt: null }, { closedAt: { $gt: past } }] }, { _id: 0, version: 0 })
      .lean<Interval[]>();
  }

  /** Adds what was opened and closes what was closed. */
  async save(intervals: readonly Interval[]): Promise<void> {
    for (const interval of intervals) {
      const _id = `${interval.serverId}/${interval.meter}/${interval.openedBy}`;
      await this.intervals.updateOne({ _id }, { $set: interval }, { upsert: true });
    }
  }
}
