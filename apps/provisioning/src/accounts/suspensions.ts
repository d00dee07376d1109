import { Injectable } from '@nestjs/common';
import type { AccountChanged, DataOf } from '@berth/contracts';
import type { MessageContext } from '@berth/messaging';
import { Pauses } from './pauses.ts';
import { QuotaUse } from './quota-use.ts';
import { Standings } from './standings.ts';

/** What an account's standing means for its servers. */
@Injectable()
export class Suspensions {
  constructor(
    private readonly standings: Standings,
    private readonly quotaUse: QuotaUse,
    private readonly pauses: Pauses,
  ) {}

  /**
   * The servers of an account that may have none running shall be paused, each once its operation has ended. Resuming is the
   * customer's. Those of one that is closing are terminated instead, see `Closures`: none can come any more. One whose owner's address is not verified can have launched before it was heard of.
   */
  async accept(changed: DataOf<typeof AccountChanged>, { id }: MessageContext): Promise<void> {
    const isNews = await this.standings.accept(changed);
    if (isNews && changed.closing) return this.quotaUse.fence(changed.accountId);
    const why = whyNot(changed);
    if (isNews && why !== null)
      await this.pauses.pauseAll(changed.accountId, { kind: 'system', id, text: why });
  }
}

/** Why an account may run nothing; null when it may. */
function whyNot({ status, emailVerified }: DataOf<typeof AccountChanged>): string | null {
  if (status !== 'active') return `the account is ${status}`;
  return emailVerified === false ? 'the e-mail address of its owner is not verified' : null;
}
