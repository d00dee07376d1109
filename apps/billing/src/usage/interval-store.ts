import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { IntervalModel, type StoredInterval } from './interval.model.ts';
import type { Interval } from './intervals.ts';

/** What was derived from the facts: append-only, but for the closing of an open interval. */
@Injectable()
export class Intervals {
  constructor(@InjectModel(IntervalModel.name) private readonly intervals: Model<StoredInterval>) {}

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
