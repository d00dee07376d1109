import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { replaceAll } from '@berth/mongo';
import type { Model } from 'mongoose';
import type { Fact } from './intervals.ts';
import { LedgerModel, type Ledger } from './ledger.model.ts';
import { packed, unpacked, type OpenPages } from './open-pages.ts';
import { START, type Progress } from './settlement.ts';

const { summed: _, ...BEGINNING } = START;
const NO_PAGES = { intervals: [], records: [], voided: [], months: [] };
const NEW = { open: false, missing: null, version: 0, summedIn: 0, openPages: packed(NO_PAGES, 0) };

/** How far a ledger has come. */
export const progressOf = ({ sequence, at, cutUntil, version, summedIn }: Ledger): Progress => ({
  sequence,
  at,
  cutUntil,
  summed: summedIn === version,
});

/** What the next settlement can change, if it was kept. */
export const pagesOf = ({ openPages, version }: Ledger): OpenPages | undefined =>
  unpacked(openPages, version);

/** Whether this transition is the one that the ledger waits for, and no later one waits with it. */
export const isNext = ({ sequence, missing }: Ledger, fact: Fact): boolean =>
  missing === null && fact.sequence === sequence + 1;

/** The ledgers of all servers. A settlement reads its server's, and saves it before all else that it writes. */
@Injectable()
export class Ledgers {
  constructor(@InjectModel(LedgerModel.name) private readonly ledgers: Model<Ledger>) {}

  /** A server's ledger, at its beginning when there is none. */
  async of(serverId: string): Promise<Ledger> {
    const found = await this.ledgers.findById(serverId).lean<Ledger | null>();
    return found ?? { _id: serverId, ...BEGINNING, ...NEW };
  }

  /**
   * Stores what a settlement has changed, in the transaction that has read the ledger. Every settlement does, so of two at once the one that
   * comes here later fails, and starts again.
   */
  async save(
    { _id, version: before }: Ledger,
    {
      pages,
      ...change
    }: Pick<Ledger, 'sequence' | 'at' | 'cutUntil' | 'open' | 'missing'> & { pages: OpenPages },
  ): Promise<void> {
    const version = before + 1;
    const openPages = packed(pages, version);
    await replaceAll(this.ledgers, [{ _id, ...change, version, summedIn: version, openPages }]);
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
