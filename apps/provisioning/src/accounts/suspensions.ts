import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { AccountChanged, DataOf } from '@berth/contracts';
import type { MessageContext } from '@berth/messaging';
import type { Model } from 'mongoose';
import { ServerModel, type ServerDocument } from '../servers/server.model.ts';
import { ServerRunner } from '../servers/server.runner.ts';
import { Standings } from './standings.ts';

/** What an account's standing means for its servers. */
@Injectable()
export class Suspensions {
  constructor(
    @InjectModel(ServerModel.name) private readonly models: Model<ServerDocument>,
    private readonly standings: Standings,
    private readonly servers: ServerRunner,
  ) {}

  /** A suspended account's servers shall be paused, each once its operation has ended. Resuming is the customer's. */
  async accept(changed: DataOf<typeof AccountChanged>, { id }: MessageContext): Promise<void> {
    const isNews = await this.standings.accept(changed);
    if (!isNews || changed.status === 'active') return;
    const { accountId } = changed;
    const found = await this.models
      .find({ accountId, status: { $nin: ['terminated', 'failed'] } }, { _id: 1 })
      .lean<{ _id: string }[]>();
    const cause = { kind: 'system', id, text: `the account is ${changed.status}` } as const;
    for (const { _id } of found) {
      await this.servers.change(_id, cause, (server) => {
        if (server.wish.power === 'running') server.wish = { power: 'paused', cause };
      });
    }
  }
}
