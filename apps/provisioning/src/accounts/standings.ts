import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import {
  DEFAULT_QUOTA,
  SendAccountSnapshots,
  type AccountChanged,
  type AccountDeleted,
  type DataOf,
  type Quota,
} from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { StandingModel, type StandingDocument } from './standing.model.ts';

/** So many accounts are taken up by one sweep. */
const AT_ONCE = 50;

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
    const { sequence, status, quota, emailVerified = true, closing } = standing;
    const known = await this.standings.findById(accountId).lean();
    if (known && known.sequence >= sequence) return false;
    const closingSince = closing && new Date(closing.requestedAt);
    await this.standings.updateOne(
      { _id: accountId },
      {
        $set: { sequence, status, quota, emailVerified, ...(closingSince && { closingSince }) },
        // Whoever tells of it again wants to hear again that the servers are gone.
        $unset: { serversGoneAt: 1, ...(!closingSince && { closingSince: 1 }) },
      },
      { upsert: true },
    );
    return true;
  }

  /** Its grace period is over; heard again, nothing is left to be deleted but what came back with a restored database. */
  async noteDeleted({ accountId, at }: DataOf<typeof AccountDeleted>): Promise<void> {
    const gone = { status: 'closed', deletedAt: new Date(at), isErasing: true } as const;
    const first = { $setOnInsert: { sequence: 0, quota: DEFAULT_QUOTA } };
    await this.standings.updateOne({ _id: accountId }, { $set: gone, ...first }, { upsert: true });
  }

  /** Accounts that are closing, of which it has not been told that they have no servers. */
  closing(): Promise<StandingDocument[]> {
    return this.standings
      .find({ closingSince: { $ne: null }, serversGoneAt: null })
      .limit(AT_ONCE)
      .lean<StandingDocument[]>();
  }

  /** Accounts of which something may have to be deleted. */
  erasing(): Promise<StandingDocument[]> {
    return this.standings.find({ isErasing: true }).limit(AT_ONCE).lean<StandingDocument[]>();
  }

  /** Whether the account is to have no servers; within the open transaction. */
  async isEnding(accountId: string): Promise<boolean> {
    const known = await this.standings.findById(accountId).lean();
    return known?.closingSince != null || known?.deletedAt != null;
  }

  /** Notes that the last server is gone, unless the account was opened again or closed anew meanwhile. */
  async noteServersGone({ _id, closingSince }: StandingDocument, at: Date): Promise<boolean> {
    const { matchedCount } = await this.standings.updateOne(
      { _id, closingSince, serversGoneAt: null },
      { $set: { serversGoneAt: at } },
    );
    return matchedCount === 1;
  }

  async noteErased(_id: string): Promise<void> {
    await this.standings.updateOne({ _id }, { $unset: { isErasing: 1 } });
  }

  /** How many accounts are known; by the collection's own count, which reads none of them. */
  count(): Promise<number> {
    return this.standings.estimatedDocumentCount();
  }

  /** Throws 403 `account_closing`, `account_suspended`, `email_unverified`. An account not heard of yet is in good standing. */
  async requireActive(accountId: string): Promise<void> {
    const known = await this.standings.findById(accountId).lean();
    if (known?.closingSince) throw problem('account_closing');
    if (known?.deletedAt || (known && known.status !== 'active')) throw problem('account_suspended');
    if (known?.emailVerified === false) throw problem('email_unverified');
  }

  /** An account not heard of yet gets the default. */
  async quotaOf(accountId: string): Promise<Quota> {
    return (await this.standings.findById(accountId).lean())?.quota ?? DEFAULT_QUOTA;
  }
}
