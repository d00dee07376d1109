import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import {
  SendMail,
  type ConfirmEmail,
  type DataOf,
  type ReplyOf,
  type ResendVerification,
} from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Accounts } from '../accounts/accounts.ts';
import { PersonalDeeds } from '../audit/personal-deeds.ts';
import { MailLimits } from '../mail/mail-limits.ts';
import { isVerified, UserModel, type User } from '../users/user.model.ts';
import { MailedLinks } from './mailed-links.ts';

/** That people read what is sent to the addresses they gave. */
@Injectable()
export class Verifications {
  constructor(
    @InjectModel(UserModel.name) private readonly users: Model<User>,
    private readonly accounts: Accounts,
    private readonly deeds: PersonalDeeds,
    private readonly links: MailedLinks,
    private readonly limits: MailLimits,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Throws 404 `not_found`, 429 `too_many_mails`. */
  async resend({ userId }: DataOf<typeof ResendVerification>): Promise<ReplyOf<typeof ResendVerification>> {
    const user = await this.users.findOne({ _id: userId }).lean<User | null>();
    if (!user) throw problem('not_found');
    if (isVerified(user)) return {};
    await this.limits.writeTo(user.email);
    await this.transactions.run(() => this.outbox.send(SendMail, { kind: 'verify_email', userId }));
    return {};
  }

  /** Throws 404 `not_found`, also when the user has another address by now. */
  confirm({ secret }: DataOf<typeof ConfirmEmail>): Promise<ReplyOf<typeof ConfirmEmail>> {
    return this.transactions.run(async () => {
      const { userId, email } = await this.links.use('verification', secret);
      const user = await this.users.findOne({ _id: userId }).lean<User | null>();
      if (user?.email !== email) throw problem('not_found');
      await this.verified(user);
      await this.deeds.note(user, { action: 'confirmEmail', target: { type: 'user', id: userId } });
      return { email };
    });
  }

  /** They have shown that they read what is sent to the address they have; the accounts they own are free. Inside a transaction. */
  async verified(user: User): Promise<void> {
    if (isVerified(user)) return;
    await this.users.updateOne({ _id: user._id }, { $set: { emailVerifiedAt: this.clock.now() } });
    await this.accounts.verifyOwnedBy(user._id);
  }
}
