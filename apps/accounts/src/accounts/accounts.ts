import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import {
  AccountChanged,
  AccountDeleted,
  DEFAULT_QUOTA,
  SendAccountSnapshots,
  type DataOf,
  type DecideQuota,
  type DecideStanding,
  type Me,
  type ReplyOf,
  type Role,
  type SecondFactor,
  type SetAccountStanding,
} from '@berth/contracts';
import { currentMessage, Outbox, problem } from '@berth/messaging';
import { newId, Transactions, updateVersioned } from '@berth/mongo';
import type { Model } from 'mongoose';
import { AuditTrail } from '../audit/audit-trail.ts';
import { SecondFactors } from '../second-factor/second-factors.ts';
import { isVerified, UserModel, viewOfUser, type User } from '../users/user.model.ts';
import { AccountModel, viewOfAccount, viewOfClosing, type Account } from './account.model.ts';
import { MembershipModel, type Membership } from './membership.model.ts';

/** So many accounts go into one transaction of a snapshot. */
const SNAPSHOT_PAGE = 200;

type Standing = Pick<Account, 'status' | 'quota'>;

/** The accounts, who belongs to them, and what the other services hear of them. */
@Injectable()
export class Accounts {
  constructor(
    @InjectModel(AccountModel.name) private readonly accounts: Model<Account>,
    @InjectModel(MembershipModel.name) private readonly memberships: Model<Membership>,
    @InjectModel(UserModel.name) private readonly users: Model<User>,
    private readonly trail: AuditTrail,
    private readonly secondFactors: SecondFactors,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** A new account with this user as its owner. Inside a transaction. */
  async open(name: string, owner: User): Promise<Me> {
    const createdAt = this.clock.now();
    const account = {
      _id: newId('acc'),
      name,
      status: 'active',
      quota: DEFAULT_QUOTA,
      createdAt,
      emailVerified: isVerified(owner),
      version: 0,
    } as const;
    await this.accounts.create(account);
    await this.memberships.create({ accountId: account._id, userId: owner._id, role: 'owner', createdAt });
    await this.tell(account);
    return meOf(owner, account, 'owner');
  }

  /** Throws 404 `not_found`. */
  async me(accountId: string, userId: string): Promise<Me> {
    const [user, account, membership, secondFactor] = await Promise.all([
      this.users.findOne({ _id: userId }).lean(),
      this.accounts.findOne({ _id: accountId }).lean(),
      this.memberships.findOne({ accountId, userId }).lean(),
      this.secondFactors.kindsOf(userId),
    ]);
    if (!user || !account || !membership) throw problem('not_found');
    return meOf(user, account, membership.role, secondFactor);
  }

  /** What an operator decides about an account; what it says already changes nothing and is not told again. */
  async setStanding({ accountId, status, quota }: DataOf<typeof SetAccountStanding>): Promise<void> {
    const account = await this.accounts.findOne({ _id: accountId }).lean();
    if (!account || account.deletedAt) throw new Error(`There is no account ${accountId}`);
    const standing = { status: status ?? account.status, quota: quota ?? account.quota };
    await this.change(account, standing, { takesOver: status !== undefined });
    const { kind, id } = currentMessage()?.actor ?? { kind: 'system', id: 'operator' };
    await this.trail.note({
      accountId,
      action: 'setAccountStanding',
      actor: { kind, id, userId: null },
      target: { type: 'account', id: accountId },
      changes: { status, quota },
    });
  }

  /** Suspends or reinstates an account. Throws 404 `not_found`, 409 `invalid_state` when it is closed. */
  async decideStanding({
    accountId,
    status,
  }: DataOf<typeof DecideStanding>): Promise<ReplyOf<typeof DecideStanding>> {
    const standing = ({ quota }: Account) => ({ status, quota });
    return viewOfAccount(await this.decide(accountId, standing, { takesOver: true }));
  }

  /** Throws 404 `not_found`, 409 `invalid_state` when it is closed. */
  async decideQuota({ accountId, quota }: DataOf<typeof DecideQuota>): Promise<ReplyOf<typeof DecideQuota>> {
    const account = await this.decide(accountId, ({ status }) => ({ status, quota }));
    return { ...viewOfAccount(account), quota: account.quota };
  }

  /** An address of this user is verified, and so are the accounts that they own. Inside a transaction. */
  async verifyOwnedBy(userId: string): Promise<void> {
    const owned = await this.memberships
      .find({ userId, role: 'owner' })
      .setOptions({ crossTenant: true })
      .lean<Membership[]>();
    const ids = owned.map(({ accountId }) => accountId);
    const unverified = await this.accounts
      .find({ _id: { $in: ids }, emailVerified: false })
      .lean<Account[]>();
    for (const { _id, version } of unverified) {
      const verified = { $set: { emailVerified: true } };
      await this.tell(await updateVersioned(this.accounts, { _id }, version, verified));
    }
  }

  /** Publishes a page of accounts and orders the next one from itself, so that no transaction grows with their number. */
  async sendSnapshots({ requestedBy, after = '' }: DataOf<typeof SendAccountSnapshots>): Promise<void> {
    const page = await this.accounts
      .find({ _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(SNAPSHOT_PAGE)
      .lean();
    for (const account of page) await this.tell(account);
    const last = page.at(SNAPSHOT_PAGE - 1);
    if (last) await this.outbox.send(SendAccountSnapshots, { requestedBy, after: last._id });
  }

  /** Says how it stands. Inside a transaction. */
  async tell(account: Account): Promise<void> {
    const { _id: accountId, version, quota, emailVerified, closing, deletedAt } = account;
    const at = this.clock.now().toISOString();
    await this.outbox.publish(
      AccountChanged,
      {
        ...{ accountId, sequence: version + 1, quota, emailVerified, at },
        // To who does not know of closing it is suspended.
        status: closing && account.status === 'active' ? 'suspended' : account.status,
        ...(closing && { closing: viewOfClosing(closing) }),
      },
      { accountId },
    );
    if (deletedAt)
      await this.outbox.publish(AccountDeleted, { accountId, at: deletedAt.toISOString() }, { accountId });
  }

  private decide(
    accountId: string,
    wanted: (now: Account) => Standing,
    how = { takesOver: false },
  ): Promise<Account> {
    return this.transactions.run(async () => {
      const account = await this.accounts.findOne({ _id: accountId }).lean();
      if (!account) throw problem('not_found');
      if (account.status === 'closed') throw problem('invalid_state', { detail: 'The account is closed.' });
      return this.change(account, wanted(account), how);
    });
  }

  /** With `takesOver`, a suspension is the staff's from now on, even if it was for a debt: billing does not lift it. */
  private async change(
    account: Account,
    wanted: Standing,
    { takesOver } = { takesOver: false },
  ): Promise<Account> {
    const isTaken = takesOver && account.debt?.suspended === true;
    if (!isTaken && isDeepStrictEqual(wanted, { status: account.status, quota: account.quota }))
      return account;
    const { _id, version } = account;
    const $set = { ...wanted, ...(isTaken && { 'debt.suspended': false }) };
    const changed = await updateVersioned(this.accounts, { _id }, version, { $set });
    await this.tell(changed);
    return changed;
  }
}

/** A user in an account; a new one has no second factor. */
export const meOf = (
  user: User,
  account: Account,
  role: Role,
  secondFactor: SecondFactor = { totp: false },
): Me => ({
  user: viewOfUser(user),
  account: viewOfAccount(account),
  role,
  limits: account.quota,
  secondFactor,
});
