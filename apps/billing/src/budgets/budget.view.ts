import { createHash } from 'node:crypto';
import type { Budget, TaggedBudget } from '@berth/contracts';
import { Exact } from '@berth/pricing';
import type { BudgetDocument } from './budget.model.ts';
import { inMonth, percentOf, type Acted, type Done, type Limits } from './judgement.ts';
import type { Forecast } from './spending.ts';

/** A budget as it is shown; null: the account never had one. */
export function viewOf(budget: Omit<BudgetDocument, '_id' | 'version'>, spent: Forecast): TaggedBudget {
  const { limits, updatedAt } = budget;
  const { month, used, forecast, currency } = spent;
  const done = inMonth(budget.done, month);
  return {
    amount: limits?.amount ?? null,
    warnAt: limits?.warnAt ?? [],
    action: limits?.action ?? 'none',
    ...{ currency, month, used, forecast },
    percent: limits && percentOf(limits.amount, used),
    state: limits ? stateOf(done) : 'within',
    acted: done.acted && {
      action: done.acted.action,
      at: done.acted.at.toISOString(),
      reason: reasonOf(done.acted, month),
    },
    updatedAt: limits && (updatedAt?.toISOString() ?? null),
    etag: entityTagOf(limits),
  };
}

/** `The budget of 250.00 EUR for 2026-11 is used up: 250.13 EUR were used.` */
export const reasonOf = ({ amount, used, currency }: Acted, month: string): string =>
  `The budget of ${cents(amount)} ${currency} for ${month} is used up: ${cents(used)} ${currency} were used.`;

const cents = (amount: string): string => new Exact(amount).toFixed(2, Exact.ROUND_DOWN);

const stateOf = ({ reached }: Done): Budget['state'] => {
  if (reached.includes(100)) return 'exceeded';
  return reached.length > 0 ? 'warned' : 'within';
};

/** Of what people have set; it stays while the month goes on. */
function entityTagOf(limits: Limits | null): string {
  const edition = JSON.stringify(limits && [limits.amount, limits.warnAt, limits.action]);
  return `"${createHash('sha256').update(edition).digest('base64url').slice(0, 22)}"`;
}

/** Whether If-Match holds: weak tags never do (https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1). `*` is for what is there. */
export function isMatch(wanted: readonly string[] | undefined, limits: Limits | null): boolean {
  if (wanted === undefined || wanted.includes(entityTagOf(limits))) return true;
  return limits !== null && wanted.includes('*');
}
