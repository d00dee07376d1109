import type { ModelDefinition } from '@nestjs/mongoose';
import type { AccountStatus } from '@berth/contracts';
import { documentSchema } from '@berth/mongo';

export interface AccountDocument {
  _id: string;
  sequence: number;
  status: AccountStatus;
}

const schema = documentSchema<AccountDocument>(
  {
    _id: String,
    sequence: { type: Number, required: true },
    status: { type: String, required: true },
  },
  { collection: 'accounts' },
);

export const AccountModel = { name: 'Account', schema } satisfies ModelDefinition;
