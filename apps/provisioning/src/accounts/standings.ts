import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import {
  DEFAULT_QUOTA,
  SendAccountSnapshots,
  type AccountChanged,
  type DataOf,
  type Quota,
} from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { StandingModel, type StandingDocument } from './standing.model.ts';

/** Our copy of each account's standing and quota. */
@Injectable()
export class Standings implements OnApplicationBootstrap {
  constructor(
    @InjectModel(StandingModel.name) private readonly standings: Model<StandingDocument>,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  /** Asks for all accounts while none is known; the command waits in the outbox until accounts can take it. */
  async onApplicationBootstrap(): Promise<void> {
    if (await this.standings.exists({})) return;
    await this.transactions.run(() =>
      this.outbox.send(SendAccountSnapshots, { requestedBy: 'provisioning' }),
    );
  }

  /** False when what we know is as new. */
  async accept({ accountId, ...standing }: DataOf<typeof AccountChanged>): Promise<boolean> {
    const { sequence, status, quota, emailVerified = true } = standing;
    const known = await this.standings.findById(accountId).lean();
    if (known && known.sequence >= sequence) return false;
    await this.standings.updateOne(
      { _id: accountId },
      { $set: { sequence, status, quota, emailVerified } },
      { upsert: true },
    );
    return true;
  }

  /** How many accounts are known; by the collection's own count, which reads none of them. */
  count(): Promise<number> {
    return this.standings.estimatedDocumentCount();
  }

  /** Throws 403 `account_suspended`, `email_unverified`. An account not heard of yet is in good standing. */
  async requireActive(accountId: string): Promise<void> {
    const known = await this.standings.findById(accountId).lean();
    if (known && known.status !== 'active') throw problem('account_suspended');
    if (known?.emailVerified === false) throw problem('email_unverified');
  }

  /** An account not heard of yet gets the default. */
  async quotaOf(accountId: string): Promise<Quota> {
    return (await this.standings.findById(accountId).lean())?.quota ?? DEFAULT_QUOTA;
  }
}
