import { Injectable } from '@nestjs/common';
import { InjectModel, type ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import type { Model } from 'mongoose';
import { START, type Progress } from './settlement.ts';

/** How far the usage of one server has been worked out. */
export interface Ledger extends Progress {
  /** The server's id. */
  _id: string;
  /** Whether any interval is open, so that hours have to be cut. */
  open: boolean;
  /** The transition that later ones wait for. */
  missing: number | null;
  /** Grows with every settlement. */
  version: number;
}

const schema = documentSchema<Ledger>(
  {
    _id: String,
    sequence: { type: Number, required: true },
    at: { type: Date, required: true },
    cutUntil: { type: Date, required: true },
    open: { type: Boolean, required: true },
    missing: { type: Number, default: null },
  },
  { collection: 'ledgers' },
)
  // What is due for a cut.
  .index({ open: 1, missing: 1, cutUntil: 1 })
  // What waits for a transition.
  .index({ missing: 1 }, { partialFilterExpression: { missing: { $gt: 0 } } });

export const LedgerModel = { name: 'Ledger', schema } satisfies ModelDefinition;

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
