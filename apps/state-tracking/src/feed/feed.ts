import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { DataOf, ReadFeed, ReplyOf, ServerChanged } from '@berth/contracts';
import { Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Appending } from './appending.ts';
import { ArrivalModel, type Arrival } from './arrival.model.ts';
import { entryOf, EntryModel, type StoredEntry } from './entry.model.ts';
import { Positions } from './positions.ts';

/** What happens to an account's servers, in one numbered sequence. */
@Injectable()
export class Feed {
  constructor(
    @InjectModel(ArrivalModel.name) private readonly arrivals: Model<Arrival>,
    @InjectModel(EntryModel.name) private readonly entries: Model<StoredEntry>,
    private readonly positions: Positions,
    private readonly transactions: Transactions,
    private readonly appending: Appending,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores a change in the open transaction, in any order and however often it comes. After the commit it is taken up
   * together with whatever else has arrived for the account, so that a burst does not fight for the account's counter.
   */
  async take({ accountId, revision, ...change }: DataOf<typeof ServerChanged>): Promise<void> {
    const serverId = change.server.id;
    const _id = `${serverId}/${revision}`;
    const $setOnInsert = { serverId, revision, change: JSON.stringify(change), arrivedAt: new Date() };
    await this.arrivals.updateOne({ _id, accountId }, { $setOnInsert }, { upsert: true });
    this.transactions.afterCommit(() => this.appending.appendTo(accountId));
  }

  /** See `ReadFeed`. A sequence nobody was given, one from a lost database included, is answered with `reset`. */
  async read({ accountId, after, limit }: DataOf<typeof ReadFeed>): Promise<ReplyOf<typeof ReadFeed>> {
    const last = await this.positions.last(accountId);
    if (after === undefined || after === last) return { sequence: last, entries: [], reset: false };
    const found = await this.entries
      .find({ accountId, sequence: { $gt: after }, keptUntil: { $gt: this.clock.now() } })
      .sort({ sequence: 1 })
      .limit(limit)
      .lean();
    const isWhole = found.every(({ sequence }, index) => sequence === after + 1 + index);
    if (found.length === 0 || !isWhole) return { sequence: last, entries: [], reset: true };
    return { sequence: after + found.length, entries: found.map(entryOf), reset: false };
  }
}
