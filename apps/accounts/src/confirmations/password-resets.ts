import { Injectable } from '@nestjs/common';
import {
  SendMail,
  type DataOf,
  type ReplyOf,
  type RequestPasswordReset,
  type ResetPassword,
} from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
import { PersonalDeeds } from '../audit/personal-deeds.ts';
import { MailLimits } from '../mail/mail-limits.ts';
import { PasswordChanges } from '../sessions/password-changes.ts';
import { Tokens } from '../tokens/tokens.ts';
import { PasswordAttempts } from '../users/password-attempts.ts';
import { Passwords } from '../users/passwords.ts';
import { isVerified } from '../users/user.model.ts';
import { Users } from '../users/users.ts';
import { MailedLinks } from './mailed-links.ts';
import { Verifications } from './verifications.ts';

/** A way back in for who has lost their password. */
@Injectable()
export class PasswordResets {
  constructor(
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly attempts: PasswordAttempts,
    private readonly passwordChanges: PasswordChanges,
    private readonly tokens: Tokens,
    private readonly deeds: PersonalDeeds,
    private readonly verifications: Verifications,
    private readonly links: MailedLinks,
    private readonly limits: MailLimits,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Does the same for an address that nobody has: a mail to nobody is ordered, which ends where mails are written. So neither the
   * answer nor the time it takes tells whether there is such a user. Throws 429 `too_many_mails`.
   */
  async request({
    email,
    origin,
  }: DataOf<typeof RequestPasswordReset>): Promise<ReplyOf<typeof RequestPasswordReset>> {
    await this.limits.askFrom(origin?.address);
    if (!(await this.limits.mayWriteTo(email))) return {};
    const user = await this.users.withEmail(email);
    const userId = user?._id ?? newId('usr');
    await this.transactions.run(() => this.outbox.send(SendMail, { kind: 'reset_password', userId }));
    return {};
  }

  /** Throws 404 `not_found`, 503 `overloaded`. */
  async reset({
    secret,
    password,
    origin,
  }: DataOf<typeof ResetPassword>): Promise<ReplyOf<typeof ResetPassword>> {
    const hash = await this.passwords.inTurn(async () => {
      // A secret that is none costs no hash.
      await this.links.expect('reset', secret);
      return this.passwords.hash(password);
    });
    const user = await this.transactions.run(async () => {
      const { userId, email } = await this.links.use('reset', secret);
      const found = await this.users.withId(userId);
      if (found?.email !== email) throw problem('not_found');
      await this.passwordChanges.set(userId, hash);
      // Somebody else may have signed up with the address: what they left behind to come in by again ends as well.
      if (!isVerified(found)) await this.tokens.endAll(userId);
      // They read what is sent to the address.
      await this.verifications.verified(found);
      await this.deeds.note(found, {
        action: 'resetPassword',
        target: { type: 'user', id: userId },
        ...origin,
      });
      return found;
    });
    await this.attempts.forget({ email: user.email, address: origin?.address });
    return {};
  }
}
