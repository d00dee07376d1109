import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { DataOf, FindAccounts, GetAccount, ReplyOf } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { beginningWith, containing, isId, pageOf } from '@berth/mongo';
import type { Model } from 'mongoose';
import { AccountModel, viewOfAccount, type Account } from '../accounts/account.model.ts';
import { MembershipModel, type Membership } from '../accounts/membership.model.ts';
import { emailKeyOf, UserModel, type User } from '../users/user.model.ts';

/** More people than these whose address begins alike are no answer to a search. */
const MOST_PEOPLE = 100;

/** Customers' accounts as staff look them up. */
@Injectable()
export class CustomerAccounts {
  constructor(
    @InjectModel(AccountModel.name) private readonly accounts: Model<Account>,
    @InjectModel(MembershipModel.name) private readonly memberships: Model<Membership>,
    @InjectModel(UserModel.name) private readonly users: Model<User>,
  ) {}

  /** Newest first. Throws 400 `invalid_cursor`. */
  async find({
    q,
    status,
    cursor,
    limit,
  }: DataOf<typeof FindAccounts>): Promise<ReplyOf<typeof FindAccounts>> {
    if (cursor !== undefined && !isId('acc', cursor)) throw problem('invalid_cursor');
    const found = await this.accounts
      .find({
        ...(status && { status }),
        ...(q !== undefined && (await this.matching(q))),
        ...(cursor !== undefined && { _id: { $lt: cursor } }),
      })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<Account[]>();
    const page = pageOf(found, limit, { item: (account) => account, cursor: ({ _id }) => _id });
    const owners = await this.ownersOf(page.items.map(({ _id }) => _id));
    return {
      ...page,
      items: page.items.map((account) => ({
        ...viewOfAccount(account),
        owners: owners.get(account._id) ?? [],
      })),
    };
  }

  /** Throws 404 `not_found`. */
  async get({ accountId }: DataOf<typeof GetAccount>): Promise<ReplyOf<typeof GetAccount>> {
    const account = await this.accounts.findOne({ _id: accountId }).lean<Account | null>();
    if (!account) throw problem('not_found');
    return { ...viewOfAccount(account), quota: account.quota };
  }

  /** By the account's id, a part of its name, or the beginning of a member's address. */
  private async matching(q: string) {
    const people = await this.users
      .find({ emailKey: beginningWith(emailKeyOf(q)) })
      .limit(MOST_PEOPLE)
      .lean<User[]>();
    const theirs = await this.membershipsIn({ userId: { $in: people.map(({ _id }) => _id) } });
    const byMember = { $in: theirs.map(({ accountId }) => accountId) };
    return { $or: [{ _id: q }, { _id: byMember }, { name: containing(q, { ignoreCase: true }) }] };
  }

  private async ownersOf(accountIds: string[]): Promise<Map<string, { name: string; email: string }[]>> {
    const owners = await this.membershipsIn({ accountId: { $in: accountIds }, role: 'owner' });
    const users = await this.users.find({ _id: { $in: owners.map(({ userId }) => userId) } }).lean<User[]>();
    const byId = new Map(users.map(({ _id, name, email }) => [_id, { name, email }]));
    const byAccount = Map.groupBy(owners, ({ accountId }) => accountId);
    return new Map(
      Array.from(byAccount, ([accountId, members]) => [
        accountId,
        members.flatMap(({ userId }) => byId.get(userId) ?? []),
      ]),
    );
  }

  private membershipsIn(filter: Record<string, unknown>): Promise<Membership[]> {
    return this.memberships
      .find(filter)
      .setOptions({ crossTenant: true })
      .sort({ _id: 1 })
      .lean<Membership[]>();
  }
}
