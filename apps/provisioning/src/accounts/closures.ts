import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { RecordAuditEvent, ServersGone } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { CLOSING, Orders } from '../servers/orders.ts';
import { ServerModel, type ServerDocument } from '../servers/server.model.ts';
import type { StandingDocument } from './standing.model.ts';
import { Standings } from './standings.ts';

const MOST_NAMED = 100;

/**
 * What the closing of an account means for its servers: each is terminated, as a customer would, whatever it is doing. What is left to do
 * is seen from the servers themselves, so it is taken up wherever it was cut off.
 */
@Injectable()
export class Closures {
  private readonly logger = new Logger('Closures');

  constructor(
    @InjectModel(ServerModel.name) private readonly servers: Model<ServerDocument>,
    private readonly standings: Standings,
    private readonly orders: Orders,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Servers that an order to terminate is refused for, by id. */
  async protectedOf(accountId: string): Promise<{ id: string; name: string }[]> {
    const found = await this.servers
      .find({
        ...{ accountId, protected: true, status: { $ne: 'terminated' } },
        'wish.power': { $ne: 'terminated' },
      })
      .sort({ _id: 1 })
      .limit(MOST_NAMED)
      .lean<ServerDocument[]>();
    return found.map(({ _id: id, name }) => ({ id, name }));
  }

  /** Terminates what an account that is closing has, and tells when there is nothing left. */
  async settle(standing: StandingDocument): Promise<void> {
    const left = await this.terminateAll(standing._id);
    if (left > 0) return;
    const at = this.clock.now();
    await this.transactions.run(async () => {
      if (!standing.closingSince || !(await this.standings.noteServersGone(standing, at))) return;
      const accountId = standing._id;
      const closingSince = standing.closingSince.toISOString();
      const gone = { accountId, closingSince, at: at.toISOString() };
      await this.outbox.publish(ServersGone, gone, { accountId });
    });
  }

  /** Orders it of each that is not terminated, in a transaction of its own. Returns how many there are. */
  async terminateAll(accountId: string): Promise<number> {
    const found = await this.servers
      .find({ accountId, status: { $ne: 'terminated' } }, { _id: 1, 'wish.power': 1 })
      .lean<Pick<ServerDocument, '_id' | 'wish'>[]>();
    for (const { _id } of found.filter(({ wish }) => wish.power !== 'terminated')) {
      // One that fails keeps no other.
      await this.transactions
        .run(() => this.terminate(accountId, _id))
        .catch((error: unknown) => this.logger.error(error, `${_id} is not terminated yet`));
    }
    return found.length;
  }

  private async terminate(accountId: string, id: string): Promise<void> {
    // It may have been opened again.
    if (!(await this.standings.isEnding(accountId))) return;
    if (!(await this.orders.terminateForClosing(accountId, id))) return;
    await this.outbox.send(
      RecordAuditEvent,
      {
        ...{ id: newId('aud'), at: this.clock.now().toISOString(), accountId, action: 'terminateServer' },
        actor: { ...CLOSING, userId: null },
        target: { type: 'server', id },
        ...{ outcome: 'done', status: null, code: null, requestId: null, address: null, userAgent: null },
        changes: { reason: 'The account is closing' },
      },
      { accountId },
    );
  }
}
