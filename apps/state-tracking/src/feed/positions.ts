import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { Model } from 'mongoose';
import type { Arrival } from './arrival.model.ts';
import {
  AccountPositionModel,
  ServerPositionModel,
  type AccountPosition,
  type ServerPosition,
} from './position.model.ts';

type Told = Pick<Arrival, 'serverId' | 'revision'>;

/** How far each account's feed has come, and each server in it. */
@Injectable()
export class Positions {
  constructor(
    @InjectModel(AccountPositionModel.name) private readonly accounts: Model<AccountPosition>,
    @InjectModel(ServerPositionModel.name) private readonly servers: Model<ServerPosition>,
    private readonly clock: Clock,
  ) {}

  /** The sequence of the account's last entry. */
  async last(accountId: string): Promise<number> {
    const known = await this.accounts.findById(accountId).lean();
    return known ? known.sequence : this.advance(accountId, 0);
  }

  /**
   * Takes so many sequences and returns the last of them. A feed begins at the time in milliseconds, so that one whose
   * database was lost begins above all that clients remember of it, and they are told to begin anew.
   */
  async advance(accountId: string, count: number): Promise<number> {
    const advanced = await this.accounts
      .findOneAndUpdate(
        { _id: accountId },
        { $inc: { sequence: count, version: 1 } },
        { returnDocument: 'after' },
      )
      .lean();
    if (advanced) return advanced.sequence;
    const $setOnInsert = { sequence: this.clock.now().getTime() };
    await this.accounts.updateOne({ _id: accountId }, { $setOnInsert }, { upsert: true });
    return this.advance(accountId, count);
  }

  /** The last revision that was told of each of these servers. */
  async toldOf(accountId: string, changes: readonly Told[]): Promise<Map<string, number>> {
    const ids = [...new Set(changes.map(({ serverId }) => serverId))];
    const told = await this.servers.find({ accountId, _id: { $in: ids } }).lean();
    return new Map(told.map(({ _id, revision }) => [_id, revision]));
  }

  /** Notes what was told, of each server in the order of its revisions. */
  async noteTold(accountId: string, changes: readonly Told[]): Promise<void> {
    const last = new Map(changes.map(({ serverId, revision }) => [serverId, revision]));
    await this.servers.bulkWrite(
      [...last].map(([_id, revision]) => ({
        updateOne: { filter: { _id, accountId }, update: { $set: { revision } }, upsert: true },
      })),
    );
  }
}
