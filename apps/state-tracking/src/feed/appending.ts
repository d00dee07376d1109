import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { FeedAppended } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { Transactions, Turns } from '@berth/mongo';
import type { Model } from 'mongoose';
import { ArrivalModel, type Arrival } from './arrival.model.ts';
import { entryOf, EntryModel, type StoredEntry } from './entry.model.ts';
import { nextInOrder } from './order.ts';
import { Positions } from './positions.ts';

/**
 * How long a change waits for those before it. What a killed sender left is sent within 10 s, and a handler that fails is
 * tried again after 1, 10 and 60 s, and as much later as the broker is away meanwhile: who goes on before that tells of a
 * transition never.
 */
const PATIENCE_MILLISECONDS = 180_000;
const KEPT_MILLISECONDS = 24 * 3_600_000;
/** One transaction, and one message to the gateways, holds so many: a few hundred kB. */
const MOST_AT_ONCE = 100;

/** Adds what has arrived to the feeds of accounts, one transaction at a time for each. */
@Injectable()
export class Appending {
  private readonly turns = new Turns((accountId) => this.appendAll(accountId));

  constructor(
    @InjectModel(ArrivalModel.name) private readonly arrivals: Model<Arrival>,
    @InjectModel(EntryModel.name) private readonly entries: Model<StoredEntry>,
    private readonly positions: Positions,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Resolves when all that can be added now has been. */
  appendTo(accountId: string): Promise<void> {
    return this.turns.take(accountId);
  }

  /** Accounts for which something arrived before then and still waits. */
  waitingSince(then: Date): Promise<string[]> {
    return this.arrivals
      .distinct('accountId', { arrivedAt: { $lt: then } })
      .setOptions({ crossTenant: true });
  }

  private async appendAll(accountId: string): Promise<void> {
    while (await this.transactions.run(() => this.appendSome(accountId)));
  }

  /** Returns whether there may be more. Another replica at the same account makes one of the two start again. */
  private async appendSome(accountId: string): Promise<boolean> {
    const arrived = await this.arrivals
      .find({ accountId })
      .sort({ serverId: 1, revision: 1 })
      .limit(MOST_AT_ONCE)
      .lean();
    if (arrived.length === 0) return false;
    const { next, superseded } = nextInOrder(
      arrived,
      await this.positions.toldOf(accountId, arrived),
      new Date(Date.now() - PATIENCE_MILLISECONDS),
    );
    const done = [...next, ...superseded].map(({ _id }) => _id);
    if (done.length === 0) return false;
    await this.arrivals.deleteMany({ accountId, _id: { $in: done } });
    if (next.length > 0) await this.append(accountId, next);
    return arrived.length === MOST_AT_ONCE;
  }

  private async append(accountId: string, changes: readonly Arrival[]): Promise<void> {
    const last = await this.positions.advance(accountId, changes.length);
    const first = last - changes.length + 1;
    const keptUntil = new Date(this.clock.now().getTime() + KEPT_MILLISECONDS);
    const added = changes.map(({ change }, index) => ({
      _id: `${accountId}/${first + index}`,
      accountId,
      sequence: first + index,
      type: 'server.changed' as const,
      data: change,
      keptUntil,
    }));
    await this.entries.insertMany(added);
    await this.positions.noteTold(accountId, changes);
    const entries = added.map(entryOf);
    await this.outbox.publish(FeedAppended, { accountId, entries }, { accountId });
  }
}
