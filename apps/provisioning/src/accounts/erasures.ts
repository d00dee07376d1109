import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Hostnames } from '../hostnames/hostnames.ts';
import { OperationModel, type OperationDocument } from '../operations/operation.model.ts';
import { ServerModel, type ServerDocument } from '../servers/server.model.ts';
import { Closures } from './closures.ts';
import { QuotaUse } from './quota-use.ts';
import { Restrictions } from './restrictions.ts';
import type { StandingDocument } from './standing.model.ts';
import { Standings } from './standings.ts';

const SERVERS_AT_ONCE = 50;
/** A message that was being handled when the account was deleted may have brought something back: longer than a transaction lives. */
const LAST_LOOK_MILLISECONDS = 120_000;

/** Deletes what an account had here once its grace period is over: servers with their operations, what it used of its quota and what restricted it. */
@Injectable()
export class Erasures {
  private readonly logger = new Logger('Closures');

  constructor(
    @InjectModel(ServerModel.name) private readonly servers: Model<ServerDocument>,
    @InjectModel(OperationModel.name) private readonly operations: Model<OperationDocument>,
    private readonly hostnames: Hostnames,
    private readonly quotaUse: QuotaUse,
    private readonly restrictions: Restrictions,
    private readonly standings: Standings,
    private readonly closures: Closures,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** A transaction a piece; what an earlier one left, a later one finds. A server that is not terminated is, and the rest waits for it. */
  async erase({ _id: accountId, deletedAt }: StandingDocument, tenure: AbortSignal): Promise<void> {
    const startedAt = this.clock.now().getTime();
    while (!tenure.aborted && (await this.transactions.run(() => this.eraseSome(accountId))));
    if (tenure.aborted || (await this.closures.terminateAll(accountId)) > 0) return;
    await this.operations.deleteMany({ accountId });
    await this.quotaUse.remove(accountId);
    await this.restrictions.remove(accountId);
    if (startedAt - (deletedAt?.getTime() ?? 0) < LAST_LOOK_MILLISECONDS) return;
    await this.standings.noteErased(accountId);
    this.logger.log({ accountId }, `All that ${accountId} had is deleted`);
  }

  /** Whether there may be more. The names stay, held for nobody: others get them when their time is over. */
  private async eraseSome(accountId: string): Promise<boolean> {
    const some = await this.servers
      .find({ accountId, status: 'terminated' }, { hostname: 1 })
      .limit(SERVERS_AT_ONCE)
      .lean<Pick<ServerDocument, '_id' | 'hostname'>[]>();
    if (some.length === 0) return false;
    const ids = some.map(({ _id }) => _id);
    await this.hostnames.forget(
      some.map(({ hostname }) => hostname),
      accountId,
    );
    await this.operations.deleteMany({ accountId, serverId: { $in: ids } });
    await this.servers.deleteMany({ accountId, _id: { $in: ids } });
    return true;
  }
}
