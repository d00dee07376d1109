import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';

/** That an account may spend faster from now on than was known at the last look. */
export interface HintDocument {
  _id: string;
  accountId: string;
}

const schema = documentSchema<HintDocument>(
  { _id: String, accountId: { type: String, required: true } },
  { collection: 'budget_hints', tenantScoped: true },
)
  // Those of an account, and whose there are.
  .index({ accountId: 1 });

export const HintModel = { name: 'BudgetHint', schema } satisfies ModelDefinition;
