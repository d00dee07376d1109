import { Injectable } from '@nestjs/common';
import { SendMail, type ChangePassword, type DataOf, type ReplyOf } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { Transactions } from '@berth/mongo';
import { MailedLinks } from '../confirmations/mailed-links.ts';
import { Users } from '../users/users.ts';
import { Sessions } from './sessions.ts';

/** New passwords: whoever got in by the old one is out. */
@Injectable()
export class PasswordChanges {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly links: MailedLinks,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
  ) {}

  /** Throws 403 `wrong_password`, 429 `too_many_attempts`, 503 `overloaded`. */
  async change(wanted: DataOf<typeof ChangePassword>): Promise<ReplyOf<typeof ChangePassword>> {
    const { userId, sessionId } = wanted;
    const hash = await this.users.nextPassword(wanted);
    await this.transactions.run(() => this.set(userId, hash, sessionId));
    return {};
  }

  /**
   * Sets the hash of a password and ends all sessions but the one to be kept, if there is such. What was sent before, to choose another
   * password or address, is void: somebody else may have asked for it. Inside a transaction.
   */
  async set(userId: string, passwordHash: string, keptId?: string): Promise<void> {
    await this.users.setPassword(userId, passwordHash);
    await this.sessions.endAll(userId, keptId);
    await this.links.void(userId, 'reset', 'change');
    await this.outbox.send(SendMail, { kind: 'password_changed', userId });
  }
}
