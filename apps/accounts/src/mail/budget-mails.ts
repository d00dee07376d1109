import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { SendBudgetMail, type DataOf, type Role } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import type { Model } from 'mongoose';
import { AccountModel, type Account } from '../accounts/account.model.ts';
import { MembershipModel, type Membership } from '../accounts/membership.model.ts';
import { Config } from '../config.ts';
import { UserModel, type User } from '../users/user.model.ts';
import { budgetCrossed } from './letters.ts';
import { Post } from './mail.ts';
import { written } from './written.ts';

type Order = DataOf<typeof SendBudgetMail>;

/** Who is written to about money. */
const READERS: readonly Role[] = ['owner', 'billing'];

/** What is written about budgets; each mail is an order of its own, so that one that fails is not sent to the others again. */
@Injectable()
export class BudgetMails {
  constructor(
    @InjectModel(AccountModel.name) private readonly accounts: Model<Account>,
    @InjectModel(MembershipModel.name) private readonly memberships: Model<Membership>,
    @InjectModel(UserModel.name) private readonly users: Model<User>,
    private readonly post: Post,
    private readonly config: Config,
    private readonly outbox: Outbox,
  ) {}

  /** Does nothing for an account that is closed, nor for who sees to its money no longer. */
  async send(order: Order): Promise<void> {
    if (order.userId === undefined) return this.sendToEach(order);
    const { accountId, userId } = order;
    const [account, user, membership] = await Promise.all([
      this.accounts.findOne({ _id: accountId }).session(null).lean<Account | null>(),
      this.users.findOne({ _id: userId }).session(null).lean<User | null>(),
      this.memberships.findOne({ accountId, userId }).session(null).lean<Membership | null>(),
    ]);
    if (!account || account.status === 'closed' || !user) return;
    if (!membership || !READERS.includes(membership.role)) return;
    const screen = new URL('/costs', this.config.publicUrl).href;
    await this.post.deliver(written(budgetCrossed(account.name, order), user.email, screen));
  }

  private async sendToEach(order: Order): Promise<void> {
    const { accountId } = order;
    const readers = await this.memberships
      .find({ accountId, role: { $in: [...READERS] } })
      .lean<Membership[]>();
    for (const { userId } of readers)
      await this.outbox.send(SendBudgetMail, { ...order, userId }, { accountId });
  }
}
