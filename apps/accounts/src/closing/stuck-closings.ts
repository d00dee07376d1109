import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { StuckThing } from '@berth/contracts';
import { Stuck, type StuckSource } from '@berth/messaging';
import { Transactions, updateVersioned } from '@berth/mongo';
import type { Model } from 'mongoose';
import { AccountModel, type Account, type StoredClosing } from '../accounts/account.model.ts';
import { Accounts } from '../accounts/accounts.ts';

/** Servers are terminated within minutes, so after a whole grace period an hour more is long. */
const PATIENCE_MILLISECONDS = 3_600_000;

type Closing = Account & { closing: StoredClosing };

/** Accounts that should be deleted and are not, because it was not heard that their servers are gone: what holds one up is a server that is stuck. */
@Injectable()
export class StuckClosings implements StuckSource, OnModuleInit {
  constructor(
    @InjectModel(AccountModel.name) private readonly models: Model<Account>,
    private readonly accounts: Accounts,
    private readonly transactions: Transactions,
    private readonly stuck: Stuck,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.stuck.add(this);
  }

  async list({ after, limit }: Parameters<StuckSource['list']>[0]): Promise<StuckThing[]> {
    const since = after && new Date(after.stuckSince);
    const beyond = since && {
      $or: [{ 'closing.deletesAt': { $gt: since } }, { 'closing.deletesAt': since, _id: { $gt: after.id } }],
    };
    const found = await this.models
      .find({ ...this.overdue(), ...beyond })
      .sort({ 'closing.deletesAt': 1, _id: 1 })
      .limit(limit)
      .lean<Closing[]>();
    return found.map(thingOf);
  }

  /** Tells of the closing once more: provisioning answers when there is no server. */
  nudge(id: string): Promise<StuckThing | null> {
    return this.transactions.run(async () => {
      const found = await this.models.findOne({ _id: id, ...this.overdue() }).lean<Closing | null>();
      if (!found) return null;
      const { requestedAt } = found.closing;
      const again = { $set: { 'closing.requestedAt': requestedAt } };
      await this.accounts.tell(await updateVersioned(this.models, { _id: id }, found.version, again));
      return thingOf(found);
    });
  }

  private overdue() {
    const late = new Date(this.clock.now().getTime() - PATIENCE_MILLISECONDS);
    return { 'closing.deletesAt': { $lte: late }, 'closing.serversGoneAt': null };
  }
}

const thingOf = ({ _id, closing }: Closing): StuckThing => ({
  id: _id,
  service: 'accounts',
  kind: 'account',
  why: 'late',
  accountId: _id,
  state: 'closing',
  step: 'servers_gone',
  enteredAt: closing.requestedAt.toISOString(),
  deadlineAt: closing.deletesAt.toISOString(),
  stuckSince: closing.deletesAt.toISOString(),
  attempts: 0,
  error: null,
  nextAttemptAt: null,
  operation: null,
});
