import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { AccountChanged, DataOf } from '@berth/contracts';
import type { MessageContext } from '@berth/messaging';
import type { Model } from 'mongoose';
import { ServerModel, type ServerDocument } from '../servers/server.model.ts';
import { ServerRunner } from '../servers/server.runner.ts';
import { QuotaUse } from './quota-use.ts';
import { Standings } from './standings.ts';

/** What an account's standing means for its servers. */
@Injectable()
export class Suspensions {
  constructor(
    @InjectModel(ServerModel.name) private readonly models: Model<ServerDocument>,
    private readonly standings: Standings,
    private readonly quotaUse: QuotaUse,
    private readonly servers: ServerRunner,
  ) {}

  /**
   * The servers of an account that may have none running shall be paused, each once its operation has ended. Resuming is the
   * customer's. Those of one that is closing are terminated instead, see `Closures`: none can come any more. One whose owner's address is not verified can have launched before it was heard of.
   */
  async accept(changed: DataOf<typeof AccountChanged>, { id }: MessageContext): Promise<void> {
    const isNews = await this.standings.accept(changed);
    if (isNews && changed.closing) return this.quotaUse.fence(changed.accountId);
    const why = whyNot(changed);
    if (!isNews || why === null) return;
    const { accountId } = changed;
    const found = await this.models
      .find({ accountId, status: { $nin: ['terminated', 'failed'] } }, { _id: 1 })
      .lean<{ _id: string }[]>();
    const cause = { kind: 'system', id, text: why } as const;
    for (const { _id } of found) {
      await this.servers.change(_id, cause, (server) => {
        if (server.wish.power === 'running') server.wish = { power: 'paused', cause };
      });
    }
  }
}

/** Why an account may run nothing; null when it may. */
function whyNot({ status, emailVerified }: DataOf<typeof AccountChanged>): string | null {
  if (status !== 'active') return `the account is ${status}`;
  return emailVerified === false ? 'the e-mail address of its owner is not verified' : null;
}
