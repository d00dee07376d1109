import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type {
  DataOf,
  LeaveAccount,
  ListMembers,
  Member,
  RemoveMember,
  ReplyOf,
  UpdateMember,
} from '@berth/contracts';
import { problem } from '@berth/messaging';
import { isId, pageOf, Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { viewOfMember, type Membership } from '../accounts/membership.model.ts';
import { SecondFactors } from '../second-factor/second-factors.ts';
import { Sessions } from '../sessions/sessions.ts';
import { Tokens } from '../tokens/tokens.ts';
import { UserModel, type User } from '../users/user.model.ts';
import { Memberships } from './memberships.ts';

/** The people of an account: seen, given another role, removed. */
@Injectable()
export class Members {
  constructor(
    @InjectModel(UserModel.name) private readonly users: Model<User>,
    private readonly memberships: Memberships,
    private readonly sessions: Sessions,
    private readonly tokens: Tokens,
    private readonly secondFactors: SecondFactors,
    private readonly transactions: Transactions,
  ) {}

  /** Oldest first. Throws 400 `invalid_cursor`. */
  async list({
    accountId,
    secondFactors,
    cursor,
    limit,
  }: DataOf<typeof ListMembers>): Promise<ReplyOf<typeof ListMembers>> {
    if (cursor !== undefined && !isId('mem', cursor)) throw problem('invalid_cursor');
    const found = await this.memberships.page(accountId, cursor, limit + 1);
    const userIds = found.map(({ userId }) => userId);
    const users = await this.users.find({ _id: { $in: userIds } }).lean<User[]>();
    const factorsOf = secondFactors ? await this.secondFactors.kindsOfAll(userIds) : () => undefined;
    const byId = new Map(users.map((user) => [user._id, user]));
    const page = pageOf(found, limit, { item: (member) => member, cursor: ({ _id }) => _id });
    const view = (member: Membership) =>
      viewOfMember(member, byId.get(member.userId), factorsOf(member.userId));
    return { ...page, items: page.items.map(view) };
  }

  /** Throws 404 `not_found`, 403 `forbidden`, 409 `last_owner`. */
  update({ accountId, userId, memberId, role }: DataOf<typeof UpdateMember>): Promise<Member> {
    return this.transactions.run(async () => {
      const member = await this.found(accountId, memberId);
      await this.memberships.expectMayDecide(accountId, userId, member.role, role);
      const changed = role === member.role ? member : await this.memberships.changeRole(member, role);
      return viewOfMember(changed, await this.users.findOne({ _id: member.userId }).lean<User | null>());
    });
  }

  /** Throws 404 `not_found`, 403 `forbidden`, 409 `last_owner`. */
  async remove({
    accountId,
    userId,
    memberId,
  }: DataOf<typeof RemoveMember>): Promise<ReplyOf<typeof RemoveMember>> {
    await this.transactions.run(async () => {
      const member = await this.found(accountId, memberId);
      await this.memberships.expectMayDecide(accountId, userId, member.role);
      await this.part(member);
    });
    return {};
  }

  /** Throws 404 `not_found`, 409 `last_owner`. */
  async leave({ accountId, userId }: DataOf<typeof LeaveAccount>): Promise<ReplyOf<typeof LeaveAccount>> {
    await this.transactions.run(async () => {
      const member = await this.memberships.of(accountId, userId);
      if (!member) throw problem('not_found');
      await this.part(member);
    });
    return {};
  }

  /** With all they could come in by. */
  private async part(member: Membership): Promise<void> {
    await this.memberships.remove(member);
    await this.sessions.endIn(member.accountId, member.userId);
    await this.tokens.endIn(member.accountId, member.userId);
  }

  private async found(accountId: string, memberId: string): Promise<Membership> {
    const member = await this.memberships.withId(accountId, memberId);
    if (!member) throw problem('not_found');
    return member;
  }
}
