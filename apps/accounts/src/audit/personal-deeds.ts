import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { STAFF_ACCOUNT_ID } from '@berth/contracts';
import type { Model } from 'mongoose';
import { OwnAccounts } from '../members/own-accounts.ts';
import { StaffMemberModel, type StaffMember } from '../staff/staff-member.model.ts';
import type { UserReference } from '../users/user.model.ts';
import { AuditTrail, type OwnDeed } from './audit-trail.ts';

/** What people do about themselves, who may belong to several accounts: it is in the trail of the one that a log-in is of. */
@Injectable()
export class PersonalDeeds {
  constructor(
    private readonly trail: AuditTrail,
    @InjectModel(StaffMemberModel.name) private readonly staff: Model<StaffMember>,
    private readonly ownAccounts: OwnAccounts,
  ) {}

  /** Adds an entry, in the open transaction if there is one; none for who belongs to no account that is open. */
  async note(
    { _id: userId, name }: UserReference,
    deed: Omit<OwnDeed, 'accountId' | 'actor'>,
  ): Promise<void> {
    const [own] = await this.ownAccounts.openOf(userId);
    if (own) return this.add('user', own.account._id, { userId, name }, deed);
    if (await this.staff.exists({ _id: userId }))
      await this.add('staff', STAFF_ACCOUNT_ID, { userId, name }, deed);
  }

  private add(
    kind: 'user' | 'staff',
    accountId: string,
    { userId, name }: { userId: string; name: string | undefined },
    deed: Omit<OwnDeed, 'accountId' | 'actor'>,
  ): Promise<void> {
    return this.trail.note({ accountId, actor: { kind, id: userId, userId }, ...deed }, name);
  }
}
