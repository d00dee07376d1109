import type { ModelDefinition } from '@nestjs/mongoose';
import { Role } from '@berth/contracts';
import { documentSchema, idOf } from '@berth/mongo';

/** That a user belongs to an account, and as what. */
export interface Membership {
  /** `mem_…` */
  _id: string;
  accountId: string;
  userId: string;
  role: Role;
  createdAt: Date;
}

const schema = documentSchema<Membership>(
  {
    _id: idOf('mem'),
    accountId: { type: String, required: true },
    userId: { type: String, required: true },
    role: { type: String, required: true, enum: Role.options },
    createdAt: { type: Date, required: true },
  },
  { collection: 'memberships', tenantScoped: true },
).index({ userId: 1, accountId: 1 }, { unique: true });

export const MembershipModel = { name: 'Membership', schema } satisfies ModelDefinition;
