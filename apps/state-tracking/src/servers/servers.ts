import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { DataOf, ServerStatus, ServerTransition, WatchServer } from '@berth/contracts';
import type { Model } from 'mongoose';
import { ServerModel, type TrackedServer } from './server.model.ts';

/** This service's copy of what provisioning says of servers. */
@Injectable()
export class Servers {
  constructor(@InjectModel(ServerModel.name) private readonly servers: Model<TrackedServer>) {}

  /** From now on reports of this server are believed when they carry this secret. */
  async watch({ serverId, accountId, region, ...watch }: DataOf<typeof WatchServer>): Promise<void> {
    const known = await this.servers.findById(serverId, { watch: 1 }).lean();
    // A launch that is retried has a secret and a disk of its own, on which the agent counts from 1.
    const isNewAgent = known?.watch?.keyId !== watch.keyId;
    const change = { $set: { accountId, region, watch, ...(isNewAgent && { counter: 0 }) } };
    await this.servers.updateOne({ _id: serverId }, change, { upsert: true });
  }

  /** Follows the server's status; one that arrives after a later one changes nothing. */
  async follow({ serverId, accountId, region, sequence, to }: ServerTransition): Promise<void> {
    const known = await this.servers.findById(serverId, { sequence: 1 }).lean();
    if (known && known.sequence >= sequence) return;
    const change = { $set: { accountId, region, sequence, status: to } };
    await this.servers.updateOne({ _id: serverId }, change, { upsert: true });
  }

  /** Null while nothing has been heard of it. */
  find(serverId: string): Promise<TrackedServer | null> {
    return this.servers.findById(serverId).lean();
  }

  /** Servers that can be probed, in these statuses, by id. */
  watchedIn(statuses: readonly ServerStatus[]): Promise<TrackedServer[]> {
    return this.servers
      .find({ status: { $in: [...statuses] }, watch: { $ne: null } })
      .sort({ _id: 1 })
      .lean();
  }

  /** Raises the counter of accepted reports; false when it was as high already. */
  async advanceCounter(serverId: string, counter: number): Promise<boolean> {
    const { matchedCount } = await this.servers.updateOne(
      { _id: serverId, counter: { $lt: counter } },
      { $set: { counter } },
    );
    return matchedCount === 1;
  }

  /** Every region in which there is, or was, a server. */
  regions(): Promise<string[]> {
    return this.servers.distinct('region');
  }
}
