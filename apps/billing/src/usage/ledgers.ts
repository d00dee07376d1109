import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { LedgerModel, type Ledger } from './ledger.model.ts';
import { START, type Progress } from './settlement.ts';

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
        { $inc: { version: 1 }, $setOnInsert: { ...START, open: false, missing: null } },
        { upsert: true, returnDocument: 'after' },
      )
      .orFail()
      .lean();
  }

  /** Stores what a settlement has changed. */
  async save(serverId: string, change: Progress & Pick<Ledger, 'open' | 'missing'>): Promise<void> {
    await this.ledgers.updateOne({ _id: serverId }, { $set: change });
  }

  /** Servers with something open that is not recorded up to this hour, though nothing is missing. */
  due(hour: Date): Promise<string[]> {
    return this.ledgers.distinct('_id', { open: true, missing: null, cutUntil: { $lt: hour } });
  }

  /** Servers whose usage stands still because a transition is missing. */
  incomplete(limit: number): Promise<Pick<Ledger, '_id' | 'missing'>[]> {
    return this.ledgers
      .find({ missing: { $gt: 0 } }, { missing: 1 })
      .limit(limit)
      .lean();
  }
}
