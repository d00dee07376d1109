import { Injectable } from '@nestjs/common';
import type { ChangePassword, DataOf, ReplyOf } from '@berth/contracts';
import { Transactions } from '@berth/mongo';
import { Users } from '../users/users.ts';
import { Sessions } from './sessions.ts';

/** New passwords: whoever got in by the old one is out. */
@Injectable()
export class PasswordChanges {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly transactions: Transactions,
  ) {}

  /** Throws 403 `wrong_password`, 429 `too_many_attempts`, 503 `overloaded`. */
  async change(wanted: DataOf<typeof ChangePassword>): Promise<ReplyOf<typeof ChangePassword>> {
    const { userId, sessionId } = wanted;
    const hash = await this.users.nextPassword(wanted);
    await this.transactions.run(async () => {
      await this.users.setPassword(userId, hash);
      await this.sessions.endAll(userId, sessionId);
    });
    return {};
  }
}
