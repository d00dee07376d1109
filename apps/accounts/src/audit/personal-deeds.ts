import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { STAFF_ACCOUNT_ID } from '@berth/contracts';
import type { Model } from 'mongoose';
import { OwnAccounts } from '../members/own-accounts.ts';
import { StaffMemberModel, type StaffMember } from '../staff/staff-member.model.ts';
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
  async note(userId: string, deed: Omit<OwnDeed, 'accountId' | 'actor'>): Promise<void> {
    const isStaff = (await this.staff.exists({ _id: userId })) !== null;
    const accountId = isStaff ? STAFF_ACCOUNT_ID : (await this.ownAccounts.openOf(userId))[0]?.account._id;
    if (accountId === undefined) return;
    await this.trail.note({
      accountId,
      actor: { kind: isStaff ? 'staff' : 'user', id: userId, userId },
      ...deed,
    });
  }
}
