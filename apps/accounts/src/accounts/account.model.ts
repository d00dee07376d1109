import type { ModelDefinition } from '@nestjs/mongoose';
import { AccountStatus, type Me, type Quota } from '@berth/contracts';
import { documentSchema, idOf } from '@berth/mongo';

/** A customer: what servers belong to and bills go to. */
export interface Account {
  /** `acc_…` */
  _id: string;
  name: string;
  status: AccountStatus;
  quota: Quota;
  createdAt: Date;
  /** Whether an owner's address is verified; absent on accounts of before it was asked: it counts as verified. */
  emailVerified?: boolean;
  /** Raised with every change. */
  version: number;
}

/** An account as its members see it. */
export const viewOfAccount = ({ _id: id, name, status, createdAt }: Account): Me['account'] => ({
  id,
  name,
  status,
  createdAt: createdAt.toISOString(),
});

const count = { type: Number, required: true, min: 0 };

const schema = documentSchema<Account>(
  {
    _id: idOf('acc'),
    name: { type: String, required: true },
    status: { type: String, required: true, enum: AccountStatus.options },
    quota: { servers: count, vcpu: count, diskGib: count },
    createdAt: { type: Date, required: true },
    emailVerified: { type: Boolean },
    version: { type: Number, default: 0 },
  },
  { collection: 'accounts' },
);

export const AccountModel = { name: 'Account', schema } satisfies ModelDefinition;
