import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import { MemberChanged, type Role } from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { isDuplicateKey, newId } from '@berth/mongo';
import type { Model } from 'mongoose';
import { AccountModel, type Account } from '../accounts/account.model.ts';
import { MembershipModel, type Membership } from '../accounts/membership.model.ts';
import { isStillThere } from '../users/still-there.ts';
import { UserModel, type User } from '../users/user.model.ts';

/** Who belongs to which account, as what, and who decides about it. All changes run inside a transaction. */
@Injectable()
export class Memberships {
  constructor(
    @InjectModel(MembershipModel.name) private readonly memberships: Model<Membership>,
    @InjectModel(AccountModel.name) private readonly accounts: Model<Account>,
    @InjectModel(UserModel.name) private readonly users: Model<User>,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  of(accountId: string, userId: string): Promise<Membership | null> {
    return this.memberships.findOne({ accountId, userId }).lean<Membership | null>();
  }

  withId(accountId: string, _id: string): Promise<Membership | null> {
    return this.memberships.findOne({ accountId, _id }).lean<Membership | null>();
  }

  /** Those after a place, oldest first. */
  page(accountId: string, after: string | undefined, most: number): Promise<Membership[]> {
    const beyond = after !== undefined && { _id: { $gt: after } };
    return this.memberships
      .find({ accountId, ...beyond })
      .sort({ _id: 1 })
      .limit(most)
      .lean<Membership[]>();
  }

  /** Of all accounts, the one they have belonged to longest first. */
  ofUser(userId: string): Promise<Membership[]> {
    return this.memberships
      .find({ userId })
      .setOptions({ crossTenant: true })
      .sort({ _id: 1 })
      .lean<Membership[]>();
  }

  /** Throws 404 `not_found`, 409 `already_member`. */
  async add(accountId: string, userId: string, role: Role): Promise<Membership> {
    if (!(await isStillThere(this.users, userId))) throw problem('not_found');
    const membership = { _id: newId('mem'), accountId, userId, role, createdAt: this.clock.now() };
    try {
      await this.memberships.create(membership);
    } catch (error) {
      throw isDuplicateKey(error) ? problem('already_member') : error;
    }
    await this.tell(membership, role);
    return membership;
  }

  /** Throws 409 `last_owner`. */
  async changeRole(membership: Membership, role: Role): Promise<Membership> {
    if (role !== 'owner') await this.expectAnotherOwner(membership);
    const { _id, accountId } = membership;
    await this.memberships.updateOne({ _id, accountId }, { $set: { role } });
    await this.tell(membership, role);
    return { ...membership, role };
  }

  /** Throws 409 `last_owner`. */
  async remove(membership: Membership): Promise<void> {
    await this.expectAnotherOwner(membership);
    const { _id, accountId } = membership;
    await this.memberships.deleteOne({ _id, accountId });
    await this.tell(membership, null);
  }

  /**
   * Whether somebody may decide about members who have, or are to have, these roles: owners about all, admins about
   * everybody but owners, whatever the one who asks believes. Throws 403 `forbidden`.
   */
  async expectMayDecide(accountId: string, userId: string, ...about: Role[]): Promise<void> {
    const role = (await this.of(accountId, userId))?.role;
    if (role === 'owner' || (role === 'admin' && !about.includes('owner'))) return;
    throw problem('forbidden', {
      detail:
        role === 'admin'
          ? 'Only an owner decides about owners.'
          : 'Only owners and admins decide about members.',
    });
  }

  /** Two owners who take leave at once meet in the account: the second one finds that the first has gone. */
  private async expectAnotherOwner({ _id, accountId, role }: Membership): Promise<void> {
    if (role !== 'owner') return;
    await this.accounts.updateOne({ _id: accountId }, { $inc: { version: 1 } });
    const others = { accountId, role: 'owner', _id: { $ne: _id } } as const;
    if (!(await this.memberships.exists(others))) throw problem('last_owner');
  }

  private tell({ accountId, userId }: Membership, role: Role | null): Promise<void> {
    return this.outbox.publish(MemberChanged, { accountId, userId, role }, { accountId });
  }
}
