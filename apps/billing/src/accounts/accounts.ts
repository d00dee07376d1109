import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import {
  SendAccountSnapshots,
  type AccountChanged,
  type AccountDeleted,
  type DataOf,
} from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { insertOne, Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { AccountModel, type AccountDocument } from './account.model.ts';

/** Our copy of which accounts there are, and how they stand. */
@Injectable()
export class Accounts implements OnApplicationBootstrap {
  constructor(
    @InjectModel(AccountModel.name) private readonly accounts: Model<AccountDocument>,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  /** Asks for all accounts while none is known; the command waits in the outbox until accounts can take it. */
  async onApplicationBootstrap(): Promise<void> {
    if (await this.accounts.exists({})) return;
    await this.transactions.run(() => this.outbox.send(SendAccountSnapshots, { requestedBy: 'billing' }));
  }

  /** What we know already, or newer, stays. */
  async accept({ accountId: _id, sequence, status }: DataOf<typeof AccountChanged>): Promise<void> {
    const known = await this.accounts.findById(_id).lean();
    if (!known) await insertOne(this.accounts, { _id, sequence, status });
    else if (known.sequence < sequence)
      await this.accounts.updateOne({ _id }, { $set: { sequence, status } });
  }

  /** Its grace period is over: that is final, whatever is heard of it late. */
  async noteDeleted({ accountId: _id, at }: DataOf<typeof AccountDeleted>): Promise<void> {
    const gone = { status: 'closed', deletedAt: new Date(at) } as const;
    await this.accounts.updateOne({ _id }, { $set: gone, $setOnInsert: { sequence: 0 } }, { upsert: true });
  }

  /** One not heard of yet is open. */
  async standingOf(accountId: string): Promise<'open' | 'closed' | 'deleted'> {
    const known = await this.accounts.findById(accountId).lean();
    if (known?.deletedAt) return 'deleted';
    return known?.status === 'closed' ? 'closed' : 'open';
  }

  /** Throws 404 `not_found`, also for one not heard of yet; one that is closed is known. */
  async expectKnown(accountId: string): Promise<void> {
    if (!(await this.accounts.exists({ _id: accountId }))) throw problem('not_found');
  }

  /** Throws 404 `not_found`, also for one not heard of yet, and 409 `invalid_state` for one that is closed. */
  async expectOpen(accountId: string): Promise<void> {
    const known = await this.accounts.findById(accountId).lean();
    if (!known) throw problem('not_found');
    if (known.status === 'closed') throw problem('invalid_state', { detail: 'The account is closed.' });
  }
}
