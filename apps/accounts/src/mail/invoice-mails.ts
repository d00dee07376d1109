import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { SendInvoiceMail, type DataOf } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import type { Model } from 'mongoose';
import { AccountModel, type Account } from '../accounts/account.model.ts';
import { MembershipModel, type Membership } from '../accounts/membership.model.ts';
import { Config } from '../config.ts';
import { emailKeyOf, UserModel, type User } from '../users/user.model.ts';
import { invoiceLetter } from './invoice-letters.ts';
import { Post } from './mail.ts';
import { written } from './written.ts';

type Order = DataOf<typeof SendInvoiceMail>;

/** Writes about invoices to those who pay them: owners, billing members, and the address of the billing profile. Reads and delivers as `Mails` does. */
@Injectable()
export class InvoiceMails {
  constructor(
    @InjectModel(AccountModel.name) private readonly accounts: Model<Account>,
    @InjectModel(MembershipModel.name) private readonly memberships: Model<Membership>,
    @InjectModel(UserModel.name) private readonly users: Model<User>,
    private readonly post: Post,
    private readonly config: Config,
    private readonly outbox: Outbox,
  ) {}

  /** Does nothing for an account that is deleted, or somebody who has gone. */
  async send(order: Order): Promise<void> {
    const { accountId, invoiceId, userId, email } = order;
    const account = await this.accounts.findOne({ _id: accountId }).session(null).lean<Account | null>();
    if (!account || account.deletedAt) return;
    if (userId === undefined && email === undefined) return this.orderEach(order);
    const to = email ?? (await this.payersOf(accountId)).find(({ _id }) => _id === userId)?.email;
    if (to === undefined) return;
    const letter = invoiceLetter(order, email === undefined ? account.name : null);
    const screen = new URL(`/invoices/${invoiceId}`, this.config.publicUrl).href;
    await this.post.deliver(written(letter, to, screen));
  }

  /** One order for each who is written to; nobody twice. */
  private async orderEach(order: Order): Promise<void> {
    const { accountId, profileEmail } = order;
    const payers = await this.payersOf(accountId);
    for (const { _id: userId } of payers)
      await this.outbox.send(SendInvoiceMail, { ...order, userId }, { accountId });
    const isPayers = payers.some(({ emailKey }) => profileEmail && emailKey === emailKeyOf(profileEmail));
    if (profileEmail === null || isPayers) return;
    await this.outbox.send(SendInvoiceMail, { ...order, email: profileEmail }, { accountId });
  }

  private async payersOf(accountId: string): Promise<User[]> {
    const members = await this.memberships
      .find({ accountId, role: { $in: ['owner', 'billing'] } })
      .session(null)
      .lean<Membership[]>();
    const _id = { $in: members.map(({ userId }) => userId) };
    return this.users.find({ _id }).session(null).lean<User[]>();
  }
}
