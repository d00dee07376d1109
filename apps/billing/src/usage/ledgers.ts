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

/** Whether these transitions, in sequence, are those that the ledger waits for, and no later one waits with it. */
export const areNext = ({ sequence, missing }: Ledger, facts: readonly Fact[]): boolean =>
  missing === null && facts.every((fact, index) => fact.sequence === sequence + 1 + index);

/** What has become of a server's ledger. */
interface Settled {
  /** As it was read. */
  ledger: Ledger;
  progress: Pick<Progress, 'sequence' | 'at' | 'cutUntil'>;
  open: boolean;
  next: { missing: number | null };
  pages: OpenPages;
}

/** The ledgers of all servers. A settlement reads its server's, and saves it before all else that it writes. */
@Injectable()
export class Ledgers {
  constructor(@InjectModel(LedgerModel.name) private readonly ledgers: Model<Ledger>) {}

  /** The ledgers of servers, at their beginning where there are none. */
  async of(serverIds: readonly string[]): Promise<Ledger[]> {
    const found = await this.ledgers.find({ _id: { $in: serverIds } }).lean<Ledger[]>();
    const known = new Map(found.map((ledger) => [ledger._id, ledger]));
    return serverIds.map((_id) => known.get(_id) ?? { _id, ...BEGINNING, ...NEW });
  }

  /**
   * Stores what settlements have changed, in the transaction that has read the ledgers. Every settlement does, so of two at once the one that
   * comes here later fails, and starts again.
   */
  async save(settled: readonly Settled[]): Promise<void> {
    await replaceAll(
      this.ledgers,
      settled.map(({ ledger, progress: { sequence, at, cutUntil }, open, next: { missing }, pages }) => {
        const version = ledger.version + 1;
        const openPages = packed(pages, version);
        return {
          _id: ledger._id,
          sequence,
          at,
          cutUntil,
          open,
          missing,
          version,
          summedIn: version,
          openPages,
        };
      }),
    );
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
