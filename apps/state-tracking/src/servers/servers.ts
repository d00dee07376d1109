import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { DataOf, ServerStatus, ServerTransition, WatchServer } from '@berth/contracts';
import { currentOrigin, currentTrace, inScope, inSpan } from '@berth/telemetry';
import type { Model } from 'mongoose';
import { ServerModel, type TrackedServer } from './server.model.ts';

/** This service's copy of what provisioning says of servers. */
@Injectable()
export class Servers {
  private readonly logger = new Logger('Servers');

  constructor(@InjectModel(ServerModel.name) private readonly servers: Model<TrackedServer>) {}

  /** From now on reports of this server are believed when they carry this secret. One that names another account changes nothing. */
  async watch({ serverId, accountId, region, ...watch }: DataOf<typeof WatchServer>): Promise<void> {
    const known = await this.servers.findById(serverId, { accountId: 1, watch: 1 }).lean();
    if (isOfAnother(known, accountId)) return this.notOurs(serverId, accountId);
    // A launch that is retried has a secret and a disk of its own, on which the agent counts from 1.
    const isNewAgent = known?.watch?.keyId !== watch.keyId;
    const change = {
      $set: { accountId, region, watch, ...(isNewAgent && { counter: 0 }) },
      $setOnInsert: { origin: currentOrigin(), inOperation: true },
    };
    await this.servers.updateOne({ _id: serverId }, change, { upsert: true });
  }

  /** Follows the server's status; one that arrives after a later one, or names another account, changes nothing. */
  async follow({ serverId, accountId, region, sequence, to, operation }: ServerTransition): Promise<void> {
    const known = await this.servers.findById(serverId, { accountId: 1, sequence: 1 }).lean();
    if (isOfAnother(known, accountId)) return this.notOurs(serverId, accountId);
    if (known && known.sequence >= sequence) return;
    const inOperation = operation?.status === 'pending' || operation?.status === 'running';
    const origin = currentOrigin();
    const change = { $set: { accountId, region, sequence, status: to, origin, inOperation } };
    await this.servers.updateOne({ _id: serverId }, change, { upsert: true });
  }

  /**
   * Does what follows from an observation. EC2 and the agent say nothing of what they answer to; so it counts to the
   * operation in progress on the server by what we stored, and without one begins a trace, linked to the last operation's.
   * How it was heard of, a notification or a sweep for many servers, is a link too.
   */
  async observing<Result>(serverId: string, name: string, work: () => Promise<Result>): Promise<Result> {
    const fields = { accountId: 1, origin: 1, inOperation: 1 };
    const server = await this.servers.findById(serverId, fields).lean();
    const { accountId, origin, inOperation = false } = server ?? {};
    const heardBy = currentTrace()?.traceparent;
    const scope = { accountId, serverId, ...(inOperation && origin) };
    const links = inOperation ? [heardBy] : [heardBy, origin?.traceparent];
    return inScope(scope, () => inSpan({ name, links }, work));
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

  /** Servers stay with the account that launched them: who says otherwise is not provisioning. */
  private notOurs(serverId: string, accountId: string): void {
    this.logger.error(
      { serverId, accountId },
      'A message that names another account for a server was ignored',
    );
  }

  /** Every region in which there is, or was, a server. */
  regions(): Promise<string[]> {
    return this.servers.distinct('region');
  }
}

const isOfAnother = (known: Pick<TrackedServer, 'accountId'> | null, accountId: string): boolean =>
  known !== null && known.accountId !== accountId;
