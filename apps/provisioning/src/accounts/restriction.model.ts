import type { ModelDefinition } from '@nestjs/mongoose';
import type { BudgetRestriction } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';
import { Schema } from 'mongoose';

/** What an account may not do any more in a month, because it has used up its budget. */
export interface Restriction {
  action: BudgetRestriction;
  /** `2026-11` */
  month: string;
  /** Decimal numbers as text: the budget, and what was used of it when it was found used up. */
  amount: string;
  used: string;
  currency: string;
  /** The end of the month, and of this. */
  until: Date;
}

export interface RestrictionDocument {
  /** The account. */
  _id: string;
  sequence: number;
  /** Null: nothing restricts it. */
  restriction: Restriction | null;
}

const schema = documentSchema<RestrictionDocument>(
  {
    _id: String,
    sequence: { type: Number, required: true },
    restriction: { type: Schema.Types.Mixed, default: null },
  },
  { collection: 'restrictions' },
);

export const RestrictionModel = { name: 'Restriction', schema } satisfies ModelDefinition;
