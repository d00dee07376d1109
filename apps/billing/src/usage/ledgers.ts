import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { LedgerModel, type Ledger } from './ledger.model.ts';
import { START, type Progress } from './settlement.ts';

const { summed: _, ...BEGINNING } = START;

/** How far a ledger that was taken had come. */
export const progressOf = ({ sequence, at, cutUntil, version, summedIn }: Ledger): Progress => ({
  sequence,
  at,
  cutUntil,
  summed: summedIn === version - 1,
});

/** The ledgers of all servers. A settlement takes its server's, and saves it at the end. */
@Injectable()
export class Ledgers {
  constructor(@InjectModel(LedgerModel.name) private readonly ledgers: Model<Ledger>) {}

  /**
   * Takes a server's ledger for the rest of the open transaction, and begins it when there is none. It is written, not
   * only read, so that of two settlements at once one fails and starts again.
   */
  take(serverId: string): Promise<Ledger> {
    return this.ledgers
      .findOneAndUpdate(
        { _id: serverId },
        { $inc: { version: 1 }, $setOnInsert: { ...BEGINNING, open: false, missing: null, summedIn: 0 } },
        { upsert: true, returnDocument: 'after' },
      )
      .orFail()
      .lean();
  }

  /** Stores what a settlement has changed. */
  async save({ _id, version }: Ledger, change: Omit<Ledger, '_id' | 'version' | 'summedIn'>): Promise<void> {
    await this.ledgers.updateOne({ _id }, { $set: { ...change, summedIn: version } });
  }

  /** Servers with something open that is not recorded up to this hour, though nothing is missing. */
  due(hour: Date): Promise<string[]> {
    return this.ledgers.distinct('_id', { open: true, missing: null, cutUntil: { $lt: hour } });
  }

  /** Servers whose months are not summed up: a replica of 0.1.0 has settled them. Reads every ledger. */
  unsummed(): Promise<string[]> {
    return this.ledgers.distinct('_id', { $expr: { $ne: ['$summedIn', '$version'] } });
  }

  /** Those of these servers that billing has ever heard of. */
  known(serverIds: readonly string[]): Promise<string[]> {
    return this.ledgers.distinct('_id', { _id: { $in: serverIds } });
  }

  /** Servers whose usage stands still because a transition is missing. */
  incomplete(limit: number): Promise<Pick<Ledger, '_id' | 'missing'>[]> {
    return this.ledgers
      .find({ missing: { $gt: 0 } }, { missing: 1 })
      .limit(limit)
      .lean();
  }
}
