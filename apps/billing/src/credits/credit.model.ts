import type { ModelDefinition } from '@nestjs/mongoose';
import { documentSchema, idOf } from '@berth/mongo';

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
}

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
  },
  { collection: 'credits', tenantScoped: true },
)
  // An account's, newest first.
  .index({ accountId: 1, _id: -1 });

export const CreditModel = { name: 'Credit', schema } satisfies ModelDefinition;
