import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';
import { Schema } from 'mongoose';
import type { Done, Limits } from './judgement.ts';

export interface BudgetDocument {
  /** The account. */
  _id: string;
  /** Null once the budget was taken away: the document stays, so that what is told of it goes on to be numbered. */
  limits: Limits | null;
  /** When people have last set it. */
  updatedAt: Date | null;
  done: Done;
  /** Of the last `BudgetChanged`; 0 before the first. */
  sequence: number;
  /** The first moment at which there can be something to do; null without limits. */
  nextLookAt: Date | null;
  /** Grows with every look and every change. */
  version: number;
}

const schema = documentSchema<BudgetDocument>(
  {
    _id: String,
    limits: { type: Schema.Types.Mixed, default: null },
    updatedAt: { type: Date, default: null },
    done: { type: Schema.Types.Mixed, required: true },
    sequence: { type: Number, required: true },
    nextLookAt: { type: Date, default: null },
  } as never,
  { collection: 'budgets' },
)
  // What is due.
  .index({ nextLookAt: 1 });

export const BudgetModel = { name: 'Budget', schema } satisfies ModelDefinition;

/** An account that never had one. */
export const NO_BUDGET: Omit<BudgetDocument, '_id' | 'version'> = {
  limits: null,
  updatedAt: null,
  done: { month: '', reached: [], acted: null },
  sequence: 0,
  nextLookAt: null,
};
