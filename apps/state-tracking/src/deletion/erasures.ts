import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { Model } from 'mongoose';
import { ArrivalModel, type Arrival } from '../feed/arrival.model.ts';
import { EntryModel, type StoredEntry } from '../feed/entry.model.ts';
import {
  AccountPositionModel,
  ServerPositionModel,
  type AccountPosition,
  type ServerPosition,
} from '../feed/position.model.ts';
import { InstanceModel, type Instance } from '../instances/instance.model.ts';
import { HealthModel, type Health } from '../probes/health.model.ts';
import { RejectedReportsModel, type RejectedReports } from '../reports/rejected-report.model.ts';
import { ServerModel, type TrackedServer } from '../servers/server.model.ts';
import { TransitionModel, type StoredTransition } from '../timeline/transition.model.ts';
import type { DeletedAccount } from './deleted-account.model.ts';
import { DeletedAccounts } from './deleted-accounts.ts';

const SERVERS_AT_ONCE = 50;
/** A message that was being handled when the account was deleted may have brought something back: longer than a transaction lives. */
const LAST_LOOK_MILLISECONDS = 120_000;

/** Deletes what is known here of an account's servers: observations, timelines, the feed, reports that were dropped. */
@Injectable()
export class Erasures {
  private readonly logger = new Logger('Erasures');

  constructor(
    @InjectModel(ServerModel.name) private readonly servers: Model<TrackedServer>,
    @InjectModel(TransitionModel.name) private readonly transitions: Model<StoredTransition>,
    @InjectModel(InstanceModel.name) private readonly instances: Model<Instance>,
    @InjectModel(HealthModel.name) private readonly health: Model<Health>,
    @InjectModel(RejectedReportsModel.name) private readonly rejected: Model<RejectedReports>,
    @InjectModel(ArrivalModel.name) private readonly arrivals: Model<Arrival>,
    @InjectModel(EntryModel.name) private readonly entries: Model<StoredEntry>,
    @InjectModel(AccountPositionModel.name) private readonly accountPositions: Model<AccountPosition>,
    @InjectModel(ServerPositionModel.name) private readonly serverPositions: Model<ServerPosition>,
    private readonly deleted: DeletedAccounts,
    private readonly clock: Clock,
  ) {}

  /** A piece at a time, the server itself as the last of what is about it; what an earlier one left, a later one finds. */
  async erase({ _id: accountId, deletedAt }: DeletedAccount, tenure: AbortSignal): Promise<void> {
    const startedAt = this.clock.now().getTime();
    while (!tenure.aborted && (await this.eraseServers(accountId)));
    if (tenure.aborted) return;
    await this.arrivals.deleteMany({ accountId });
    await this.entries.deleteMany({ accountId });
    await this.serverPositions.deleteMany({ accountId });
    await this.accountPositions.deleteOne({ _id: accountId });
    if (startedAt - deletedAt.getTime() < LAST_LOOK_MILLISECONDS) return;
    await this.deleted.noteErased(accountId);
    this.logger.log({ accountId }, `All that was known of ${accountId} is deleted`);
  }

  /** Whether there may be more. */
  private async eraseServers(accountId: string): Promise<boolean> {
    const some = await this.servers.find({ accountId }, { _id: 1 }).limit(SERVERS_AT_ONCE).lean();
    if (some.length === 0) return false;
    const ids = some.map(({ _id }) => _id);
    const theirs = { serverId: { $in: ids } };
    await this.transitions.deleteMany({ accountId, ...theirs });
    await this.instances.deleteMany(theirs);
    await this.rejected.deleteMany(theirs);
    await this.health.deleteMany({ _id: { $in: ids } });
    await this.servers.deleteMany({ _id: { $in: ids }, accountId });
    return true;
  }
}
