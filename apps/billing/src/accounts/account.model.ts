import type { ModelDefinition } from '@nestjs/mongoose';
import type { AccountStatus } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';

export interface AccountDocument {
  _id: string;
  sequence: number;
  status: AccountStatus;
  /** Its grace period is over. */
  deletedAt?: Date;
}

const schema = documentSchema<AccountDocument>(
  {
    _id: String,
    sequence: { type: Number, required: true },
    status: { type: String, required: true },
    deletedAt: Date,
  },
  { collection: 'accounts' },
);

export const AccountModel = { name: 'Account', schema } satisfies ModelDefinition;
