import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import {
  SendInvitationMail,
  type AcceptInvitation,
  type CreateInvitation,
  type DataOf,
  type ListInvitations,
  type ReadInvitation,
  type ReplyOf,
  type RevokeInvitation,
  type Invitation as ShownInvitation,
} from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { isId, newId, pageOf } from '@berth/mongo';
import type { Model } from 'mongoose';
import { AccountModel, viewOfAccount, type Account } from '../accounts/account.model.ts';
import { viewOfMember } from '../accounts/membership.model.ts';
import { Verifications } from '../confirmations/verifications.ts';
import { digestOf, newCredential } from '../credentials/credential.ts';
import { MailLimits } from '../mail/mail-limits.ts';
import { emailKeyOf, isVerified, UserModel, type User } from '../users/user.model.ts';
import { InvitationModel, type Invitation } from './invitation.model.ts';
import { Memberships } from './memberships.ts';

const GOOD_FOR_MILLISECONDS = 7 * 24 * 3_600_000;

/** How somebody comes to belong to an account that is not their own. */
@Injectable()
export class Invitations {
  constructor(
    @InjectModel(InvitationModel.name) private readonly invitations: Model<Invitation>,
    @InjectModel(AccountModel.name) private readonly accounts: Model<Account>,
    @InjectModel(UserModel.name) private readonly users: Model<User>,
    private readonly memberships: Memberships,
    private readonly verifications: Verifications,
    private readonly limits: MailLimits,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * The secret is in this answer and nowhere else; another is sent to the address. An invitation of the same address before it is
   * void. Inside a transaction. Throws 403 `forbidden`, `email_unverified`, 409 `already_member`.
   */
  async create({
    accountId,
    userId,
    email,
    role,
  }: DataOf<typeof CreateInvitation>): Promise<ReplyOf<typeof CreateInvitation>> {
    await this.memberships.expectMayDecide(accountId, userId, role);
    await this.expectVerified(userId);
    const emailKey = emailKeyOf(email);
    const known = await this.users.findOne({ emailKey }).lean<User | null>();
    if (known && (await this.memberships.of(accountId, known._id))) throw problem('already_member');
    const token = newCredential('invitation');
    const createdAt = this.clock.now();
    const invitation: Invitation = {
      _id: newId('ivn'),
      accountId,
      email,
      emailKey,
      role,
      digest: digestOf(token),
      invitedBy: userId,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + GOOD_FOR_MILLISECONDS),
    };
    await this.invitations.deleteOne({ accountId, emailKey });
    await this.invitations.create(invitation);
    if ((await this.limits.mayInvite(accountId)) && (await this.limits.mayWriteTo(email)))
      await this.outbox.send(SendInvitationMail, { accountId, invitationId: invitation._id });
    return { ...shown(invitation), token };
  }

  /** Newest first. Throws 400 `invalid_cursor`. */
  async list({
    accountId,
    cursor,
    limit,
  }: DataOf<typeof ListInvitations>): Promise<ReplyOf<typeof ListInvitations>> {
    if (cursor !== undefined && !isId('ivn', cursor)) throw problem('invalid_cursor');
    const beyond = cursor !== undefined && { _id: { $lt: cursor } };
    const found = await this.invitations
      .find({ accountId, expiresAt: { $gt: this.clock.now() }, ...beyond })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean<Invitation[]>();
    return pageOf(found, limit, { item: shown, cursor: ({ _id }) => _id });
  }

  /** Throws 404 `not_found`, for another account's as well. */
  async revoke({
    accountId,
    invitationId,
  }: DataOf<typeof RevokeInvitation>): Promise<ReplyOf<typeof RevokeInvitation>> {
    const { deletedCount } = await this.invitations.deleteOne({ _id: invitationId, accountId });
    if (deletedCount === 0) throw problem('not_found');
    return {};
  }

  async removeAllOf(accountId: string): Promise<void> {
    await this.invitations.deleteMany({ accountId });
  }

  /** Throws 404 `not_found`. */
  async read({ invitation: secret }: DataOf<typeof ReadInvitation>): Promise<ReplyOf<typeof ReadInvitation>> {
    const { email, role, expiresAt, account } = await this.open(secret);
    return { accountName: account.name, email, role, expiresAt: expiresAt.toISOString() };
  }

  /**
   * Joins a user to the account that has invited their address, which is verified by the secret that was sent there. Inside a
   * transaction. Throws 404 `not_found`, 403 `wrong_invitation`, 409 `already_member`.
   */
  async accept(secret: string, user: User) {
    const { _id, accountId, emailKey, role, account, mailedDigest } = await this.open(secret);
    if (emailKey !== user.emailKey) throw problem('wrong_invitation');
    const membership = await this.memberships.add(accountId, user._id, role);
    await this.invitations.deleteOne({ _id, accountId });
    // The inviter has the other secret, and may pass it on to whomever.
    if (digestOf(secret) === mailedDigest) await this.verifications.verified(user);
    return { membership, account };
  }

  /** {@link accept} for somebody who is logged in. */
  async acceptAs({
    userId,
    invitation,
  }: DataOf<typeof AcceptInvitation>): Promise<ReplyOf<typeof AcceptInvitation>> {
    const user = await this.users.findOne({ _id: userId }).lean<User | null>();
    if (!user) throw problem('not_found');
    const { membership, account } = await this.accept(invitation, user);
    return { ...viewOfMember(membership, user), account: viewOfAccount(account) };
  }

  /** Who has not shown who they are invites nobody: an account that somebody made in another's name has no one else in it. */
  private async expectVerified(userId: string): Promise<void> {
    const inviter = await this.users.findOne({ _id: userId }).lean<User | null>();
    if (!inviter || !isVerified(inviter)) throw problem('email_unverified');
  }

  private async open(secret: string): Promise<Invitation & { account: Account }> {
    const digest = digestOf(secret);
    const invitation = await this.invitations
      .findOne({ $or: [{ digest }, { mailedDigest: digest }] })
      .setOptions({ crossTenant: true })
      .lean<Invitation | null>();
    if (!invitation || invitation.expiresAt <= this.clock.now()) throw problem('not_found');
    const account = await this.accounts.findOne({ _id: invitation.accountId }).lean<Account | null>();
    if (!account || account.status === 'closed') throw problem('not_found');
    return { ...invitation, account };
  }
}

const shown = ({ _id: id, email, role, createdAt, expiresAt }: Invitation): ShownInvitation => ({
  id,
  email,
  role,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});
