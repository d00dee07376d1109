import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import {
  SendMail,
  type ConfirmEmailChange,
  type DataOf,
  type ReplyOf,
  type RequestEmailChange,
} from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { isDuplicateKey, Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Accounts } from '../accounts/accounts.ts';
import { PersonalDeeds } from '../audit/personal-deeds.ts';
import { MailLimits } from '../mail/mail-limits.ts';
import { emailKeyOf, UserModel, type User } from '../users/user.model.ts';
import { Users } from '../users/users.ts';
import { MailedLinks } from './mailed-links.ts';

/** How a user comes by another address. */
@Injectable()
export class EmailChanges {
  constructor(
    @InjectModel(UserModel.name) private readonly models: Model<User>,
    private readonly users: Users,
    private readonly accounts: Accounts,
    private readonly deeds: PersonalDeeds,
    private readonly links: MailedLinks,
    private readonly limits: MailLimits,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Whether the address is somebody's is neither asked nor told here, but to whoever reads what is sent to it. Throws 404 `not_found`,
   * 403 `wrong_password`, 429 `too_many_attempts` or `too_many_mails`, 503 `overloaded`.
   */
  async request({
    userId,
    email,
    password,
  }: DataOf<typeof RequestEmailChange>): Promise<ReplyOf<typeof RequestEmailChange>> {
    const { email: formerEmail } = await this.users.expectPassword(userId, password);
    await this.limits.writeTo(email);
    await this.transactions.run(async () => {
      await this.links.prepareChange(userId, email, formerEmail);
      await this.outbox.send(SendMail, { kind: 'confirm_new_email', userId });
      await this.outbox.send(SendMail, { kind: 'email_change_requested', userId });
    });
    return {};
  }

  /** Throws 404 `not_found`, 409 `email_taken`. */
  confirm({ secret }: DataOf<typeof ConfirmEmailChange>): Promise<ReplyOf<typeof ConfirmEmailChange>> {
    return this.transactions.run(async () => {
      const { userId, email } = await this.links.use('change', secret);
      await this.set(userId, email);
      // What was sent to the former address is for the user who had it.
      await this.links.void(userId, 'verification', 'reset');
      await this.accounts.verifyOwnedBy(userId);
      const target = { type: 'user', id: userId };
      await this.deeds.note({ _id: userId }, { action: 'confirmEmailChange', target, changes: { email } });
      return { email };
    });
  }

  /** Of two users who confirm the same address at once one gets it. */
  private async set(userId: string, email: string): Promise<void> {
    const emailKey = emailKeyOf(email);
    if (await this.models.exists({ emailKey, _id: { $ne: userId } })) throw problem('email_taken');
    try {
      const $set = { email, emailKey, emailVerifiedAt: this.clock.now() };
      const { matchedCount } = await this.models.updateOne({ _id: userId }, { $set });
      if (matchedCount === 0) throw problem('not_found');
    } catch (error) {
      throw isDuplicateKey(error, 'emailKey') ? problem('email_taken') : error;
    }
  }
}
