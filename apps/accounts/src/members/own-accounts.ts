import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { DataOf, ListOwnAccounts, ReplyOf } from '@berth/contracts';
import type { Model } from 'mongoose';
import { AccountModel, viewOfAccount, type Account } from '../accounts/account.model.ts';
import type { Membership } from '../accounts/membership.model.ts';
import { Memberships } from './memberships.ts';

/** The accounts that one person belongs to. */
@Injectable()
export class OwnAccounts {
  constructor(
    @InjectModel(AccountModel.name) private readonly accounts: Model<Account>,
    private readonly memberships: Memberships,
  ) {}

  /** With what they are in each, the longest first. */
  async of(userId: string): Promise<{ account: Account; membership: Membership }[]> {
    const memberships = await this.memberships.ofUser(userId);
    const _id = { $in: memberships.map(({ accountId }) => accountId) };
    const accounts = await this.accounts.find({ _id }).lean<Account[]>();
    const byId = new Map(accounts.map((account) => [account._id, account]));
    return memberships.flatMap((membership) => {
      const account = byId.get(membership.accountId);
      return account ? [{ account, membership }] : [];
    });
  }

  /** The same without those that are closed. */
  async openOf(userId: string): Promise<{ account: Account; membership: Membership }[]> {
    return (await this.of(userId)).filter(({ account }) => account.status !== 'closed');
  }

  /** Those that are not closed. */
  async list({ userId }: DataOf<typeof ListOwnAccounts>): Promise<ReplyOf<typeof ListOwnAccounts>> {
    const own = await this.openOf(userId);
    return {
      items: own.map(({ account, membership: { role } }) => ({ account: viewOfAccount(account), role })),
    };
  }
}
