import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema, idOf } from '@berth/mongo';
import { Schema } from 'mongoose';

export interface CreditDocument {
  _id: string;
  accountId: string;
  /** A decimal number as text. */
  amount: string;
  currency: string;
  reason: string;
  grantedAt: Date;
  expiresAt: Date | null;
  withdrawnAt: Date | null;
  /** What invoices took of it; absent on credits of before there were any. */
  taken?: TakenCredit[];
  version: number;
}

/** What an invoice took of a credit: gone from this list when the invoice is void. */
export interface TakenCredit {
  invoiceId: string;
  /** A decimal number as text. */
  amount: string;
  at: Date;
}

const taken = new Schema<TakenCredit>(
  {
    invoiceId: { type: String, required: true },
    amount: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { _id: false },
);

const schema = documentSchema<CreditDocument>(
  {
    _id: idOf('crd'),
    accountId: { type: String, required: true },
    amount: { type: String, required: true },
    currency: { type: String, required: true },
    reason: { type: String, required: true },
    grantedAt: { type: Date, required: true },
    expiresAt: { type: Date, default: null },
    withdrawnAt: { type: Date, default: null },
    taken: { type: [taken], default: undefined },
  },
  { collection: 'credits', tenantScoped: true },
)
  // An account's, newest first.
  .index({ accountId: 1, _id: -1 });

export const CreditModel = { name: 'Credit', schema } satisfies ModelDefinition;
