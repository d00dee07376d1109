import { z } from 'zod';
import { Email, GivenPassword, Me, NewPassword, PersonName, SecondFactorCode, User } from './accounts.ts';
import { AccountId, Instant, SessionId, UserId } from './fields.ts';
import { request } from './message.ts';
import { page, pageRequest } from './page.ts';

export const LogInBody = z.strictObject({
  email: Email,
  password: GivenPassword,
  /** Of the second factor, for who has one. */
  code: SecondFactorCode.optional(),
});
export const Session = z.object({
  id: z.string(),
  /** Bearer credential of this session, shown once; the cookie holds the same. */
  accessToken: z.string(),
  expiresAt: Instant,
});

/** Where a log-in came from, as the gateway saw it: shown to its user, believed for nothing. */
export const LogInOrigin = z.object({ address: z.string().max(64), userAgent: z.string().max(256) });
export type LogInOrigin = z.output<typeof LogInOrigin>;

/**
 * Begins a session: of staff, or of the account the user has belonged to longest. 401 `wrong_credentials`; the password being right,
 * `second_factor_required` or `wrong_second_factor`; 429 `too_many_attempts`, 503 `overloaded`.
 */
export const BeginSession = request(
  'accounts',
  'berth.accounts.begin-session.v1',
  LogInBody.extend({ origin: LogInOrigin.optional() }),
  Session,
  'public',
);
/** {@link BeginSession} as gateways of 0.1.0 ask for it: staff, and who has a second factor, are refused like strangers. */
export const LogIn = request(
  'accounts',
  'berth.accounts.log-in.v1',
  LogInBody.omit({ code: true }),
  Session.extend({ me: Me }),
  'public',
);
/** Ends a session; one that is over may be ended again. */
export const LogOut = request(
  'accounts',
  'berth.accounts.log-out.v1',
  z.object({ accountId: AccountId, sessionId: z.string() }),
  z.object({}),
  'self:write',
);

/** A session as it is listed: without its credential. `lastUsedAt` is exact to the minute. */
export const ListedSession = z.object({
  id: SessionId,
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
  expiresAt: Instant,
  /** Null for one that was begun before this was noted. */
  origin: LogInOrigin.nullable(),
  /** It is the one that asks. */
  current: z.boolean(),
});
export type ListedSession = z.output<typeof ListedSession>;

/** Whose session it is that orders something about its user. */
export const InSession = z.object({ userId: UserId, sessionId: SessionId });

/** The sessions of a user that are not over, newest first. 400 `invalid_cursor`. */
export const ListSessions = request(
  'accounts',
  'berth.accounts.list-sessions.v1',
  InSession.extend(pageRequest),
  page(ListedSession),
  'self:write',
);
/** Ends one of a user's sessions. 404 `not_found`. */
export const EndSession = request(
  'accounts',
  'berth.accounts.end-session.v1',
  z.object({ userId: UserId, endedId: SessionId }),
  z.object({}),
  'self:write',
);
/** Ends all sessions of a user, that which asks among them. */
export const EndSessions = request(
  'accounts',
  'berth.accounts.end-sessions.v1',
  z.object({ userId: UserId }),
  z.object({}),
  'self:write',
);

export const ChangePasswordBody = z.strictObject({
  currentPassword: GivenPassword,
  newPassword: NewPassword,
});
/** Changes a user's password and ends all their sessions but the one that asks. 403 `wrong_password`, 429 `rate_limited`, 503 `overloaded`. */
export const ChangePassword = request(
  'accounts',
  'berth.accounts.change-password.v1',
  ChangePasswordBody.extend(InSession.shape),
  z.object({}),
  'self:write',
);

export const UpdateMeBody = z.strictObject({ name: PersonName });
/** Changes what a user is called. */
export const UpdateMe = request(
  'accounts',
  'berth.accounts.update-me.v1',
  UpdateMeBody.extend({ userId: UserId }),
  User,
  'self:write',
);
