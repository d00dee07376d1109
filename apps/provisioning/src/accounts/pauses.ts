import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Cause } from '@berth/lifecycle';
import type { Model } from 'mongoose';
import { operationInProgress, ServerModel, type ServerDocument, type Wish } from '../servers/server.model.ts';
import { ServerRunner } from '../servers/server.runner.ts';
import { QuotaUse } from './quota-use.ts';

/** Pauses whatever an account has. */
@Injectable()
export class Pauses {
  constructor(
    @InjectModel(ServerModel.name) private readonly models: Model<ServerDocument>,
    private readonly quotaUse: QuotaUse,
    private readonly servers: ServerRunner,
  ) {}

  /**
   * Each server once its operation has ended; resuming is the customer's. Within the open transaction, in which nothing may be launched
   * or resumed any more: an order that is under way is found here, or decides anew and is refused.
   */
  async pauseAll(accountId: string, cause: Cause, reason?: Wish['reason']): Promise<void> {
    await this.quotaUse.fence(accountId);
    const found = await this.models
      .find({ accountId, status: { $nin: ['terminated', 'failed'] } }, { _id: 1 })
      .lean<{ _id: string }[]>();
    const wish: Wish = { power: 'paused', cause, ...(reason && { reason }) };
    for (const { _id } of found) {
      await this.servers.change(_id, cause, (server) => {
        if (isToRun(server)) server.wish = wish;
      });
    }
  }
}

/** A pause that the customer has ordered and that comes to nothing would be given up. */
const isToRun = (server: ServerDocument): boolean =>
  server.wish.power === 'running' || operationInProgress(server)?.type === 'pause';
