import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { STAFF_ACCOUNT_ID, type SignUpBody, type StaffMe, type StaffPrincipal } from '@berth/contracts';
import { problem } from '@berth/messaging';
import type { Model } from 'mongoose';
import type { z } from 'zod';
import type { Identity } from '../credentials/identity.ts';
import { SecondFactors } from '../second-factor/second-factors.ts';
import { viewOfUser, type User } from '../users/user.model.ts';
import { Users } from '../users/users.ts';
import { StaffMemberModel, type StaffMember } from './staff-member.model.ts';

/** The vendor's own people: users who belong to no account. A customer never becomes one, nor the other way round. */
@Injectable()
export class Staff {
  constructor(
    @InjectModel(StaffMemberModel.name) private readonly members: Model<StaffMember>,
    private readonly users: Users,
    private readonly secondFactors: SecondFactors,
  ) {}

  /** Makes a user who is of the staff. Inside a transaction. Throws 409 `email_taken`, be it a customer's. */
  async add(person: Pick<z.output<typeof SignUpBody>, 'email' | 'password' | 'name'>): Promise<User> {
    const user = await this.users.create(person);
    await this.members.create({ _id: user._id, createdAt: user.createdAt });
    return user;
  }

  /**
   * Removes the user and with it all they could log in by: what they hold is void from now on, at a gateway within the
   * seconds it believes an answer. Inside a transaction. False when the address is nobody's of the staff.
   */
  async remove(email: string): Promise<boolean> {
    const user = await this.users.withEmail(email);
    if (!user || !(await this.includes(user._id))) return false;
    await this.members.deleteOne({ _id: user._id });
    await this.secondFactors.remove(user._id);
    await this.users.remove(user._id);
    return true;
  }

  async includes(userId: string): Promise<boolean> {
    return (await this.members.exists({ _id: userId })) !== null;
  }

  /** Who a credential of staff speaks for; null once they are none any more. */
  async principalOf({ who }: Identity): Promise<StaffPrincipal | null> {
    return (await this.includes(who.userId)) ? { ...who, role: 'staff' } : null;
  }

  /** Throws 404 `not_found`. */
  async me(userId: string): Promise<StaffMe> {
    const [user, member, secondFactor] = await Promise.all([
      this.users.withId(userId),
      this.members.findOne({ _id: userId }).lean(),
      this.secondFactors.kindsOf(userId),
    ]);
    if (!user || !member) throw problem('not_found');
    const createdAt = member.createdAt.toISOString();
    return {
      user: viewOfUser(user),
      account: { id: STAFF_ACCOUNT_ID, name: 'Staff', status: 'active', createdAt },
      role: 'staff',
      limits: { servers: 0, vcpu: 0, diskGib: 0 },
      secondFactor,
    };
  }
}
