import type { ModelDefinition } from '@nestjs/mongoose';
import { Role, type Member, type SecondFactor } from '@berth/contracts';
import { documentSchema, idOf } from '@berth/mongo';
import type { User } from '../users/user.model.ts';

/** That a user belongs to an account, and as what. */
export interface Membership {
  /** `mem_…` */
  _id: string;
  accountId: string;
  userId: string;
  role: Role;
  createdAt: Date;
}

/** A member as the others see them. */
export const viewOfMember = (
  { _id: id, userId, role, createdAt }: Membership,
  user: User | null | undefined,
  secondFactor?: SecondFactor,
): Member => ({
  id,
  userId,
  name: user?.name ?? '',
  email: user?.email ?? '',
  role,
  createdAt: createdAt.toISOString(),
  ...(secondFactor && { secondFactor }),
});

const schema = documentSchema<Membership>(
  {
    _id: idOf('mem'),
    accountId: { type: String, required: true },
    userId: { type: String, required: true },
    role: { type: String, required: true, enum: Role.options },
    createdAt: { type: Date, required: true },
  },
  { collection: 'memberships', tenantScoped: true },
)
  .index({ userId: 1, accountId: 1 }, { unique: true })
  .index({ accountId: 1, _id: 1 });

export const MembershipModel = { name: 'Membership', schema } satisfies ModelDefinition;
