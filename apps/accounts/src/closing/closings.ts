import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import {
  SendAccountMail,
  type CloseAccount,
  type DataOf,
  type InputOf,
  type ReopenAccount,
  type ReplyOf,
  type ServersGone,
} from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { Transactions, updateVersioned } from '@berth/mongo';
import type { Model } from 'mongoose';
import {
  AccountModel,
  viewOfAccount,
  viewOfClosing,
  type Account,
  type StoredClosing,
} from '../accounts/account.model.ts';
import { Accounts } from '../accounts/accounts.ts';
import { MembershipModel, type Membership } from '../accounts/membership.model.ts';
import { Config } from '../config.ts';
import { Users } from '../users/users.ts';

const DAY_MILLISECONDS = 86_400_000;
/** So long before an account is deleted its owners are told once more; not of a grace period that is no longer. */
const REMINDED_BEFORE_MILLISECONDS = 3 * DAY_MILLISECONDS;

/** Accounts that are closing: asked for by an owner, taken back by one, and what comes of them until the grace period is over. */
@Injectable()
export class Closings {
  constructor(
    @InjectModel(AccountModel.name) private readonly models: Model<Account>,
    @InjectModel(MembershipModel.name) private readonly memberships: Model<Membership>,
    private readonly users: Users,
    private readonly accounts: Accounts,
    private readonly config: Config,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Throws 400 `invalid_request`, 403 `wrong_password`, `forbidden`, 404 `not_found`, 429 `too_many_attempts`, 503 `overloaded`. */
  async close({
    accountId,
    userId,
    password,
    accountName,
  }: DataOf<typeof CloseAccount>): Promise<ReplyOf<typeof CloseAccount>> {
    await this.users.expectPassword(userId, password);
    return this.transactions.run(async () => {
      const account = await this.ownedBy(userId, accountId);
      if (accountName !== account.name) throw misnamed();
      return viewOfClosing(account.closing ?? (await this.begin(account)));
    });
  }

  /** Throws 403 `forbidden`, 404 `not_found`. */
  reopen({ accountId, userId }: DataOf<typeof ReopenAccount>): Promise<ReplyOf<typeof ReopenAccount>> {
    return this.transactions.run(async () => {
      const account = await this.ownedBy(userId, accountId);
      if (!account.closing) return viewOfAccount(account);
      const open = await this.change(account, { $unset: { closing: 1 } });
      return viewOfAccount(open);
    });
  }

  /** Of a closing that was taken back meanwhile it is no news. */
  async noteServersGone({ accountId, closingSince, at }: DataOf<typeof ServersGone>): Promise<void> {
    await this.models.updateOne(
      { _id: accountId, 'closing.requestedAt': new Date(closingSince) },
      { $set: { 'closing.serversGoneAt': new Date(at) } },
    );
  }

  /** Has the owners of some accounts told whose time is near. Returns how many accounts there were. */
  async remind(most: number): Promise<number> {
    const soon = new Date(this.clock.now().getTime() + REMINDED_BEFORE_MILLISECONDS);
    const found = await this.models
      .find({ 'closing.deletesAt': { $lte: soon }, 'closing.remindedAt': null })
      .limit(most)
      .lean<Account[]>();
    for (const { _id } of found) await this.transactions.run(() => this.remindOwnersOf(_id));
    return found.length;
  }

  private async remindOwnersOf(_id: string): Promise<void> {
    const remindedAt = this.clock.now();
    const { matchedCount } = await this.models.updateOne(
      { _id, 'closing.deletesAt': { $gt: new Date(0) }, 'closing.remindedAt': null },
      { $set: { 'closing.remindedAt': remindedAt } },
    );
    if (matchedCount > 0) await this.writeToOwners(_id, 'account_deletion_near');
  }

  private async begin(account: Account): Promise<StoredClosing> {
    const requestedAt = this.clock.now();
    const grace = this.config.closingGraceDays * DAY_MILLISECONDS;
    const closing: StoredClosing = {
      requestedAt,
      deletesAt: new Date(requestedAt.getTime() + grace),
      ...(grace <= REMINDED_BEFORE_MILLISECONDS && { remindedAt: requestedAt }),
    };
    await this.change(account, { $set: { closing } });
    await this.writeToOwners(account._id, 'account_closing');
    return closing;
  }

  private async change({ _id, version }: Account, update: Parameters<typeof updateVersioned<Account>>[3]) {
    const changed = await updateVersioned(this.models, { _id }, version, update);
    await this.accounts.tell(changed);
    return changed;
  }

  private async writeToOwners(
    accountId: string,
    kind: InputOf<typeof SendAccountMail>['kind'],
  ): Promise<void> {
    const owners = await this.memberships.find({ accountId, role: 'owner' }).lean<Membership[]>();
    for (const { userId } of owners) await this.outbox.send(SendAccountMail, { kind, accountId, userId });
  }

  /** The account, if the user owns it by now, whatever the gateway believes. */
  private async ownedBy(userId: string, accountId: string): Promise<Account> {
    const membership = await this.memberships.findOne({ accountId, userId }).lean<Membership | null>();
    if (membership?.role !== 'owner') throw problem('forbidden', { detail: 'Only an owner decides this.' });
    const account = await this.models.findOne({ _id: accountId }).lean<Account | null>();
    if (!account || account.status === 'closed') throw problem('not_found');
    return account;
  }
}

const misnamed = () =>
  problem('invalid_request', {
    errors: [{ pointer: '/accountName', detail: 'is not the name of the account' }],
  });
