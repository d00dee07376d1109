import { Injectable } from '@nestjs/common';
import { BudgetChanged, BudgetCrossed, RecordAuditEvent, SendBudgetMail } from '@berth/contracts';
import { Outbox } from '@berth/messaging';
import { newId } from '@berth/mongo';
import { monthOf } from '../costs/month.ts';
import type { BudgetDocument } from './budget.model.ts';
import { reasonOf } from './budget.view.ts';
import type { Acted, Done, Limits, Spent } from './judgement.ts';

/** Who acts when a budget is used up. */
const BUDGET = { kind: 'system', id: 'budget', userId: null } as const;

/** Tells of budgets; always in the transaction that makes it true. */
@Injectable()
export class Notices {
  constructor(private readonly outbox: Outbox) {}

  /** An event for each threshold, and one mail: of the highest, should several be crossed at once. */
  async crossed(
    accountId: string,
    { amount, action }: Limits,
    crossed: number[],
    spent: Spent,
  ): Promise<void> {
    const { month, used, currency } = spent;
    const at = spent.at.toISOString();
    const tell = (percent: number) => ({ accountId, month, percent, amount, used, currency, action, at });
    for (const percent of crossed) await this.outbox.publish(BudgetCrossed, tell(percent), { accountId });
    const highest = crossed.at(-1);
    if (highest !== undefined) await this.outbox.send(SendBudgetMail, tell(highest), { accountId });
  }

  /** What restricts the account from now on, or that nothing does. */
  async restricted({ _id: accountId, sequence, done }: Restricted, at: Date): Promise<void> {
    const { month, acted } = done;
    await this.outbox.publish(
      BudgetChanged,
      { accountId, sequence, restriction: acted && restrictionOf(acted, month), at: at.toISOString() },
      { accountId },
    );
  }

  async exceeded(accountId: string, acted: Acted, month: string): Promise<void> {
    const { action, amount, used, currency, at } = acted;
    const figures = { action, month, amount, used, currency };
    await this.note(accountId, 'budgetExceeded', at, { reason: reasonOf(acted, month), ...figures });
  }

  /** What was blocked in the month before is free. */
  async monthIsOver(accountId: string, month: string, at: Date): Promise<void> {
    const reason =
      'The month is over: servers can be launched and resumed again. What was paused stays paused.';
    await this.note(accountId, 'budgetLifted', at, { reason, month });
  }

  private async note(accountId: string, action: string, at: Date, changes: object): Promise<void> {
    await this.outbox.send(
      RecordAuditEvent,
      {
        ...{ id: newId('aud'), at: at.toISOString(), accountId, action, actor: BUDGET },
        target: { type: 'account', id: accountId },
        ...{ outcome: 'done', status: null, code: null, requestId: null, address: null, userAgent: null },
        changes: { ...changes },
      },
      { accountId },
    );
  }
}

type Restricted = Pick<BudgetDocument, '_id' | 'sequence'> & { done: Pick<Done, 'month' | 'acted'> };

function restrictionOf({ action, amount, used, currency, at }: Acted, month: string) {
  const until = monthOf(month).to.toISOString();
  return { action, month, amount, used, currency, at: at.toISOString(), until };
}
