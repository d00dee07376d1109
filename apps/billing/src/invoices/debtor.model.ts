import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema } from '@berth/mongo';

/** Whether an account is suspended for what it owes: written by whoever decides about it, so that two who do at once conflict. */
export interface Debtor {
  /** The account's id. */
  _id: string;
  /** The invoice that was too long past due; null: it is not suspended for any. */
  suspendedFor: string | null;
  /** The number under which accounts is told. */
  version: number;
}

const schema = documentSchema<Debtor>(
  { _id: String, suspendedFor: { type: String, default: null }, version: { type: Number, default: 0 } },
  { collection: 'debtors' },
);

export const DebtorModel = { name: 'Debtor', schema } satisfies ModelDefinition;
