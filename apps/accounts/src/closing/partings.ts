import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { MembershipModel, type Membership } from '../accounts/membership.model.ts';
import { MailedLinks } from '../confirmations/mailed-links.ts';
import { SecondFactors } from '../second-factor/second-factors.ts';
import { Sessions } from '../sessions/sessions.ts';
import { Tokens } from '../tokens/tokens.ts';
import { Users } from '../users/users.ts';

const MEMBERS_AT_ONCE = 20;

/** How the people of an account that is deleted leave it. */
@Injectable()
export class Partings {
  constructor(
    @InjectModel(MembershipModel.name) private readonly memberships: Model<Membership>,
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly tokens: Tokens,
    private readonly secondFactors: SecondFactors,
    private readonly links: MailedLinks,
    private readonly transactions: Transactions,
  ) {}

  /** Some members leave, each in a transaction. Returns whether there may be more. */
  async partSome(accountId: string): Promise<boolean> {
    const members = await this.memberships.find({ accountId }).limit(MEMBERS_AT_ONCE).lean<Membership[]>();
    for (const { userId } of members) await this.transactions.run(() => this.part(accountId, userId));
    if (members.length === 0) await this.tokens.removeAllOf(accountId);
    return members.length > 0;
  }

  /** With all they could come in by, and altogether if they belong to nothing else: their address is free again. */
  private async part(accountId: string, userId: string): Promise<void> {
    await this.memberships.deleteOne({ accountId, userId });
    await this.sessions.endIn(accountId, userId);
    await this.tokens.endIn(accountId, userId);
    const others = this.memberships.exists({ userId }).setOptions({ crossTenant: true });
    if (await others) return;
    await this.sessions.endAll(userId);
    await this.secondFactors.remove(userId);
    await this.links.removeAllOf(userId);
    await this.users.remove(userId);
  }
}
