import type { Budget, BudgetBody } from '@berth/contracts';
import { calls } from '../api/calls.ts';
import { isProblem } from '../api/problem.ts';
import { send, sendTagged } from '../api/send.ts';

/** What people set of a budget. */
export type Limits = Pick<Budget, 'amount' | 'warnAt' | 'action'>;

/** Somebody else has changed the budget meanwhile: to this. */
export class ChangedMeanwhile extends Error {
  override readonly name = 'ChangedMeanwhile';
  constructor(readonly budget: Budget) {
    super('It was changed meanwhile');
  }
}

/** Sets the budget (null: takes it away), if it still is what was seen. Throws {@link ChangedMeanwhile}, and what a call throws. */
export async function save(seen: Limits, wanted: BudgetBody | null): Promise<Budget> {
  const { answer, etag } = await sendTagged(calls.budget());
  if (limitsText(answer) !== limitsText(seen)) throw new ChangedMeanwhile(answer);
  try {
    return await send(wanted ? calls.setBudget(wanted, etag) : calls.removeBudget(etag));
  } catch (error) {
    // Changed between the two calls: looked at once more.
    if (isProblem(error, 'precondition_failed')) return save(seen, wanted);
    throw error;
  }
}

const limitsText = ({ amount, warnAt, action }: Limits): string => JSON.stringify([amount, warnAt, action]);
