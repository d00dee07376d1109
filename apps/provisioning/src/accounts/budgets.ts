import { Injectable } from '@nestjs/common';
import type { BudgetChanged, DataOf } from '@berth/contracts';
import type { MessageContext } from '@berth/messaging';
import { Pauses } from './pauses.ts';
import type { Restriction } from './restriction.model.ts';
import { Restrictions } from './restrictions.ts';

/** What a budget that is used up means for an account's servers. */
@Injectable()
export class Budgets {
  constructor(
    private readonly restrictions: Restrictions,
    private readonly pauses: Pauses,
  ) {}

  /** What is lifted resumes nothing: that is the customer's. What comes when the month is over pauses nothing any more. */
  async accept(changed: DataOf<typeof BudgetChanged>, { id }: MessageContext): Promise<void> {
    if (!(await this.restrictions.accept(changed))) return;
    const restriction = await this.restrictions.of(changed.accountId);
    if (restriction?.action !== 'pause_servers') return;
    const cause = { kind: 'system', id, text: whyOf(restriction) } as const;
    await this.pauses.pauseAll(changed.accountId, cause, 'budget');
  }
}

const whyOf = ({ amount, currency, month }: Restriction): string =>
  `the budget of ${amount} ${currency} for ${month} is used up`;
