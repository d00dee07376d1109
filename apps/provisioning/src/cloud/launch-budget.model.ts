import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';

export interface BudgetDocument {
  /** The region. */
  _id: string;
  tokens: number;
  filledAt: Date;
  /** Raised by each taker, so that no token is given twice. */
  turn: number;
}

const schema = documentSchema<BudgetDocument>(
  { _id: String, tokens: Number, filledAt: Date, turn: Number },
  { collection: 'launch_budgets' },
);

export const LaunchBudgetModel = { name: 'LaunchBudget', schema } satisfies ModelDefinition;
