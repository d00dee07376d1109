import { z } from 'zod';
import { AccountId, Actor, Instant, Network, TokenId, UserId } from './fields.ts';
import { command, event, request } from './message.ts';
import { page, pageRequest } from './page.ts';
import { secret } from './secret.ts';

/** How much an account may have at once. */
export const Quota = z.object({
  servers: z.number().int().nonnegative(),
  vcpu: z.number().int().nonnegative(),
  diskGib: z.number().int().nonnegative(),
});
export type Quota = z.output<typeof Quota>;

/** What holds for an account that nobody has told anything about yet. */
export const DEFAULT_QUOTA: Quota = { servers: 20, vcpu: 160, diskGib: 10_000 };

/** `suspended`: may read, pay and terminate. `closed`: its credentials are void. */
export const AccountStatus = z.enum(['active', 'suspended', 'closed']);
export type AccountStatus = z.output<typeof AccountStatus>;

/** What a member is in an account; `http/permissions.ts` says what each may do. */
export const Role = z.enum(['owner', 'admin', 'operator', 'billing', 'viewer']);
export type Role = z.output<typeof Role>;

/** That an account is closing: since when, and when what it has is deleted. */
export const Closing = z.object({ requestedAt: Instant, deletesAt: Instant });
export type Closing = z.output<typeof Closing>;

/** An account's standing, at sign-up, at every change of status or quota, when its owner's address is verified, when it is closed or opened again, and when asked for. `sequence` grows with every change of the account; older ones are ignored. */
export const AccountChanged = event(
  'berth.account.changed.v1',
  z.object({
    accountId: AccountId,
    sequence: z.number().int().positive(),
    status: AccountStatus,
    quota: Quota,
    /** False: no owner's address is verified yet, so it may look and no more. Absent: it is. */
    emailVerified: z.boolean().optional(),
    /** It is to have no servers any more; `status` says `suspended` then, which is all that 0.1.0 knows. */
    closing: Closing.optional(),
    at: Instant,
  }),
);

/** Makes accounts publish {@link AccountChanged} for every account again; with `after`, for those with a higher id. */
export const SendAccountSnapshots = command(
  'accounts',
  'berth.accounts.send-snapshots.v1',
  z.object({ requestedBy: z.string(), after: AccountId.optional() }),
);

/** An operator's decision about an account: suspends or closes it, reinstates it, changes what it may have. */
export const SetAccountStanding = command(
  'accounts',
  'berth.accounts.set-standing.v1',
  z.object({ accountId: AccountId, status: AccountStatus.optional(), quota: Quota.optional() }),
);

/**
 * A credential is no longer good: the API token `tok_…` was revoked, the session `ses_…` logged out. For those who hold
 * something open in its name. An expiry is not announced; nor is a closed account, which {@link AccountChanged} tells.
 */
export const AccessEnded = event(
  'berth.access.ended.v1',
  z.object({ accountId: AccountId, credentialId: z.string() }),
);

/** What an API token may do of what its maker's role may; `http/permissions.ts` says what that is. */
export const TokenScope = z.enum(['read', 'servers', 'billing', 'admin']);
export type TokenScope = z.output<typeof TokenScope>;

/** Who is asking: the result of checking a credential. */
export const Principal = z.object({
  userId: UserId,
  accountId: AccountId,
  role: Role,
  actor: Actor,
  /** Set when the credential is a log-in session. */
  sessionId: z.string().optional(),
  /** What an API token may do of what its role may; absent: all of it. */
  scopes: z.array(TokenScope).optional(),
  /** Where an API token may be used from; absent or empty: anywhere. */
  networks: z.array(Network).optional(),
});
export type Principal = z.output<typeof Principal>;

/**
 * What the credentials of staff, the vendor's own people, are kept under: they belong to no customer's account. No account
 * is stored under it, and nothing else ever carries it.
 */
export const STAFF_ACCOUNT_ID = 'acc_00000000000000000000000000';
/** What staff are instead of a member's role. */
const StaffRole = z.literal('staff');

/** Somebody of the staff who is asking: beside {@link Principal} and no case of it, so that who knows nothing of staff lets none in. */
export const StaffPrincipal = Principal.extend({ role: StaffRole });
export type StaffPrincipal = z.output<typeof StaffPrincipal>;
/** Everybody who may call: members of accounts, and staff. */
export type AnyPrincipal = Principal | StaffPrincipal;

export const User = z.object({
  id: UserId,
  email: z.string(),
  name: z.string(),
  createdAt: Instant,
  /** Whether they have shown that they read what is sent to their address. */
  emailVerified: z.boolean().default(true),
});
export const Account = z.object({
  id: AccountId,
  name: z.string(),
  status: AccountStatus,
  createdAt: Instant,
  /** Absent: it is not closing. While it is, nothing is launched or resumed, whatever its status. */
  closing: Closing.optional(),
});
/** What somebody logs in by besides their password, by its kind; later kinds are further fields. */
export const SecondFactor = z.object({
  /** An authenticator app (RFC 6238). */
  totp: z.boolean(),
});
export type SecondFactor = z.output<typeof SecondFactor>;

/** A user in an account: what `/v1/me` answers. */
export const Me = z.object({
  user: User,
  account: Account,
  role: Role,
  limits: Quota,
  secondFactor: SecondFactor.default({ totp: false }),
});
export type Me = z.output<typeof Me>;

/** The same for staff; the account is nobody's, and nothing may be had in it. */
export const StaffMe = Me.extend({ role: StaffRole });
export type StaffMe = z.output<typeof StaffMe>;

/** RFC 5321 allows 254; the local part keeps its case only for display. */
export const Email = z.email().max(254);
/** argon2id hashes any length; the bound keeps hashing cheap to bound. */
export const NewPassword = secret(z.string().min(10).max(200));

/** Long enough for every password that may be set, and for none that costs much to hash. */
export const GivenPassword = secret(z.string().min(1).max(200));
/** Six digits of an authenticator app, or a recovery code; case, spaces and hyphens do not matter. */
export const SecondFactorCode = secret(z.string().min(6).max(40));

/** What a person is called, as they write it. */
export const PersonName = z.string().trim().min(1).max(100);

const newPerson = { email: Email, password: NewPassword, name: PersonName };
const AccountName = z.string().trim().min(1).max(100);
export const InvitationSecret = secret(z.string().min(1).max(100));

export const SignUpBody = z.strictObject({
  ...newPerson,
  /** Needed unless there is an invitation. */
  accountName: AccountName.optional(),
  /** The secret of an invitation to this address: joins that account instead of making one. */
  invitation: InvitationSecret.optional(),
});
/** Makes a user, and an account of which they are the owner. Idempotent; 409 `email_taken` (addresses are compared in lower case), 503 `overloaded`. */
export const SignUp = request(
  'accounts',
  'berth.accounts.sign-up.v1',
  z.strictObject({ ...newPerson, accountName: AccountName }),
  Me,
  'public',
);
/** Makes a user who belongs to the account that has invited their address. As {@link SignUp}, and 404 `not_found`, 403 `wrong_invitation`. */
export const SignUpInvited = request(
  'accounts',
  'berth.accounts.sign-up-invited.v1',
  z.strictObject({ ...newPerson, invitation: InvitationSecret }),
  Me,
  'public',
);

/**
 * Checks a bearer credential (API token or session); `principal` is null when it is unknown, expired or revoked, or one of
 * `staff`, or `restricted`: a principal with scopes or networks, beside the others so that a gateway that would not hold it to
 * them lets nobody in. Who keeps the answer keeps it until {@link AccessEnded}, {@link AccountChanged} or `expiresAt` (null: never), and not for long.
 */
export const Authenticate = request(
  'accounts',
  'berth.accounts.authenticate.v1',
  z.object({ credential: secret(z.string().max(200)) }),
  z.object({
    principal: Principal.nullable(),
    restricted: Principal.nullish(),
    staff: StaffPrincipal.nullish(),
    expiresAt: Instant.nullish(),
    /** By service: what shows it for whom it is asked, for two minutes. */
    passports: z.record(z.string(), z.string()).nullish(),
  }),
  'public',
);

/** A user in an account: names, role, limits. 404 `not_found` when the user is no member of the account. */
export const GetMe = request(
  'accounts',
  'berth.accounts.get-me.v1',
  z.object({ accountId: AccountId, userId: UserId }),
  Me,
  'account:read',
);

/** An API token as it is listed: without its secret. `lastUsedAt` is exact to the minute, and counts uses that were refused. */
export const ApiToken = z.object({
  id: TokenId,
  name: z.string(),
  /** The first characters of the secret, to recognise it by. */
  hint: z.string(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
  expiresAt: Instant.nullable(),
  /** Null: all that its maker's role may do. */
  scopes: z.array(TokenScope).nullable().default(null),
  /** Empty: it may be used from anywhere. */
  networks: z.array(Network).default([]),
});
export type ApiToken = z.output<typeof ApiToken>;

export const CreateTokenBody = z.strictObject({
  name: z.string().trim().min(1).max(100),
  expiresAt: Instant.nullish(),
  /** Without them it may do all that its maker's role may. */
  scopes: z.array(TokenScope).min(1).max(20).optional(),
  /** Without them it may be used from anywhere. */
  networks: z.array(Network).max(20).optional(),
});
/** `token` is the secret, shown this once. */
export const CreatedToken = ApiToken.extend({ token: z.string() });
/**
 * Makes an API token; the secret is in this answer and nowhere else. Idempotent: a repeat answers 409 `already_created`
 * with the id. One that is made with a token takes over what that is held to, where it is not held to less. 400 `invalid_request` when
 * `expiresAt` is over, or it would go beyond the token it is made with.
 */
export const IssueToken = request(
  'accounts',
  'berth.accounts.issue-token.v1',
  CreateTokenBody.extend({ accountId: AccountId, userId: UserId }),
  CreatedToken,
  'tokens:write',
);
/** {@link IssueToken} as gateways of 0.1.0 ask for it: with neither scopes nor networks. */
export const CreateToken = request(
  'accounts',
  'berth.accounts.create-token.v1',
  IssueToken.schema.omit({ scopes: true, networks: true }),
  CreatedToken,
  'tokens:write',
);
/** An account's tokens, newest first. 400 `invalid_cursor`. */
export const ListTokens = request(
  'accounts',
  'berth.accounts.list-tokens.v1',
  z.object({
    accountId: AccountId,
    ...pageRequest,
  }),
  page(ApiToken),
  'account:read',
);
/** Removes a token for good. 404 `not_found`. */
export const RevokeToken = request(
  'accounts',
  'berth.accounts.revoke-token.v1',
  z.object({ accountId: AccountId, tokenId: TokenId }),
  z.object({}),
  'tokens:write',
);
