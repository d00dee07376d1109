import type { Part } from '../part.ts';
import { BudgetWatch } from './budget-watch.ts';
import { BudgetHandlers } from './budget.handlers.ts';
import { BudgetModel } from './budget.model.ts';
import { Budgets } from './budgets.ts';
import { HintModel } from './hint.model.ts';
import { BudgetHints } from './hints.ts';
import { Notices } from './notices.ts';
import { Spending } from './spending.ts';

/**
 * What accounts mean to spend. Answers `GetBudget`, `SetBudget`, `RemoveBudget`, obeys `SendBudgetSnapshots`, consumes `AccountDeleted`, publishes
 * `BudgetCrossed` and `BudgetChanged`, sends `SendBudgetMail` and `RecordAuditEvent`. Owns `budgets` and `budget_hints`.
 */
export const budgets: Part = {
  models: [BudgetModel, HintModel],
  controllers: [BudgetHandlers],
  providers: [Budgets, Spending, Notices, BudgetHints, BudgetWatch],
};
