import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { replaceAll } from '@berth/mongo';
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
      .find({ serverId, ...reachingPast(past) }, INTERVAL_ONLY)
      .setOptions({ crossTenant: true })
      .lean<Interval[]>();
  }

  /** The intervals of an account, or of one server of it, that have any part in `[from, to)`. */
  within(
    { accountId, serverId }: { accountId: string; serverId: string | undefined },
    { from, to }: { from: Date; to: Date },
  ): Promise<Interval[]> {
    const owned = { accountId, ...(serverId && { serverId }) };
    return this.intervals
      .find({ ...owned, ...reachingPast(from), openedAt: { $lt: to } }, INTERVAL_ONLY)
      .lean<Interval[]>();
  }

  /** Whether an account was ever billed for anything. */
  async hasAny(accountId: string): Promise<boolean> {
    return (await this.intervals.exists({ accountId })) !== null;
  }

  /** Whether any of these servers is the account's and has something open. */
  async hasOpen(accountId: string, serverIds: readonly string[]): Promise<boolean> {
    return (
      (await this.intervals.exists({ accountId, closedAt: null, serverId: { $in: [...serverIds] } })) !== null
    );
  }

  /** The accounts whose intervals have any part in `[from, to)`, by their ids, after the one that is given. Reads all of these. */
  async accountsWithin({ from, to }: { from: Date; to: Date }, after: string): Promise<string[]> {
    const accounts = await this.intervals
      .distinct('accountId', { accountId: { $gt: after }, ...reachingPast(from), openedAt: { $lt: to } })
      .setOptions({ crossTenant: true });
    return accounts.sort();
  }

  /** Stores what was opened, and what was closed. */
  async save(intervals: readonly Interval[]): Promise<void> {
    await replaceAll(
      this.intervals,
      intervals.map((interval) => ({ _id: idOf(interval), ...interval })),
    );
  }
}

const INTERVAL_ONLY = { _id: 0, version: 0 };

const idOf = ({ serverId, meter, openedBy }: Interval) => `${serverId}/${meter}/${openedBy}`;

const reachingPast = (moment: Date) => ({ $or: [{ closedAt: null }, { closedAt: { $gt: moment } }] });
