import { z } from 'zod';
import { Account, Email, InvitationSecret, Role, SecondFactor } from './accounts.ts';
import { AccountId, Instant, InvitationId, MemberId, SessionId, UserId } from './fields.ts';
import { event, request } from './message.ts';
import { page, pageRequest } from './page.ts';
import { Session } from './sessions.ts';

/** Somebody who belongs to an account. */
export const Member = z.object({
  id: MemberId,
  userId: UserId,
  name: z.string(),
  email: z.string(),
  role: Role,
  createdAt: Instant,
  /** For who decides about members alone. */
  secondFactor: SecondFactor.optional(),
});
export type Member = z.output<typeof Member>;

/** Somebody's role in an account is another one, or (`role` null) they belong to it no longer. */
export const MemberChanged = event(
  'berth.member.changed.v1',
  z.object({ accountId: AccountId, userId: UserId, role: Role.nullable() }),
);

/** Who decides about others: an owner about all, an admin about nobody who is, or is to be, an owner. */
const decider = { accountId: AccountId, userId: UserId };
const aboutMember = { ...decider, memberId: MemberId };

/** The members of an account, oldest first; with their second factors if asked for. 400 `invalid_cursor`. */
export const ListMembers = request(
  'accounts',
  'berth.accounts.list-members.v1',
  z.object({ accountId: AccountId, secondFactors: z.boolean().default(false), ...pageRequest }),
  page(Member),
  ['members:read', 'staff:read'],
);

export const UpdateMemberBody = z.strictObject({ role: Role });
/** Gives a member another role. 404 `not_found`, 403 `forbidden`, 409 `last_owner`. */
export const UpdateMember = request(
  'accounts',
  'berth.accounts.update-member.v1',
  UpdateMemberBody.extend(aboutMember),
  Member,
  'members:write',
);
/** Removes a member, with all they could come in by. 404 `not_found`, 403 `forbidden`, 409 `last_owner`. */
export const RemoveMember = request(
  'accounts',
  'berth.accounts.remove-member.v1',
  z.object(aboutMember),
  z.object({}),
  'members:write',
);
/** A member goes by themselves. 404 `not_found`, 409 `last_owner`. */
export const LeaveAccount = request(
  'accounts',
  'berth.accounts.leave-account.v1',
  z.object({ accountId: AccountId, userId: UserId }),
  z.object({}),
  'membership:write',
);

/** That somebody may join an account, who need not have signed up yet: without its secret. */
export const Invitation = z.object({
  id: InvitationId,
  email: z.string(),
  role: Role,
  createdAt: Instant,
  expiresAt: Instant,
});
export type Invitation = z.output<typeof Invitation>;

export const CreateInvitationBody = z.strictObject({ email: Email, role: Role });
/** `token` is the secret that accepts it, shown this once. */
export const CreatedInvitation = Invitation.extend({ token: z.string() });
/**
 * Invites an address for seven days, and has it written to; one sent to it before is void. Idempotent: a repeat answers 409 `already_created` with the
 * id. 403 `forbidden`, or `email_unverified` of who invites, 409 `already_member`.
 */
export const CreateInvitation = request(
  'accounts',
  'berth.accounts.create-invitation.v1',
  CreateInvitationBody.extend(decider),
  CreatedInvitation,
  'members:write',
);
/** The invitations of an account that are open, newest first. 400 `invalid_cursor`. */
export const ListInvitations = request(
  'accounts',
  'berth.accounts.list-invitations.v1',
  z.object({ accountId: AccountId, ...pageRequest }),
  page(Invitation),
  'members:write',
);
/** Makes an invitation void. 404 `not_found`. */
export const RevokeInvitation = request(
  'accounts',
  'berth.accounts.revoke-invitation.v1',
  z.object({ accountId: AccountId, invitationId: InvitationId }),
  z.object({}),
  'members:write',
);

export const InvitationBody = z.strictObject({ invitation: InvitationSecret });
/** What somebody sees who has been sent the secret. 404 `not_found` when it is unknown, used, void or over. */
export const ReadInvitation = request(
  'accounts',
  'berth.accounts.read-invitation.v1',
  InvitationBody,
  z.object({ accountName: z.string(), email: z.string(), role: Role, expiresAt: Instant }),
  'public',
);
/** Joins a user to the account that invited their address. 404 `not_found`, 403 `wrong_invitation`, 409 `already_member`. */
export const AcceptInvitation = request(
  'accounts',
  'berth.accounts.accept-invitation.v1',
  InvitationBody.extend({ userId: UserId }),
  Member.extend({ account: Account }),
  'membership:write',
);

/** An account that a user belongs to. */
export const OwnAccount = z.object({ account: Account, role: Role });
/** All accounts that a user belongs to, longest first; a person is in few. */
export const ListOwnAccounts = request(
  'accounts',
  'berth.accounts.list-own-accounts.v1',
  z.object({ userId: UserId }),
  z.object({ items: z.array(OwnAccount) }),
  'membership:write',
);
export const SwitchAccountBody = z.strictObject({ accountId: AccountId });
/** Ends a session and begins one of another account of the same user. 404 `not_found`. */
export const SwitchAccount = request(
  'accounts',
  'berth.accounts.switch-account.v1',
  SwitchAccountBody.extend({ userId: UserId, sessionId: SessionId }),
  Session,
  'membership:write',
  // The account to go on in.
  ['accountId'],
);
