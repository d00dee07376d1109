import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import {
  STAFF_ACCOUNT_ID,
  type BeginSession,
  type DataOf,
  type EndSession,
  type ListedSession,
  type ListSessions,
  type LogIn,
  type LogInOrigin,
  type LogOut,
  type ReplyOf,
  type SwitchAccount,
} from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { insertOne, isId, newId, pageOf, Transactions } from '@berth/mongo';
import type { Model, QueryFilter } from 'mongoose';
import { Accounts } from '../accounts/accounts.ts';
import { AuditTrail } from '../audit/audit-trail.ts';
import { digestOf, newCredential } from '../credentials/credential.ts';
import { endCredentials } from '../credentials/end-credentials.ts';
import type { Identity } from '../credentials/identity.ts';
import { noteUse } from '../credentials/last-use.ts';
import { OwnAccounts } from '../members/own-accounts.ts';
import { SecondFactors } from '../second-factor/second-factors.ts';
import { Staff } from '../staff/staff.ts';
import type { User, UserReference } from '../users/user.model.ts';
import { Users } from '../users/users.ts';
import { FailedLogIns } from './failed-log-ins.ts';
import { SessionModel, type Session } from './session.model.ts';

/**
 * Fixed, from the log-in on, not sliding: so the expiry that the client was told stays true, reading costs no write,
 * and a stolen credential that is kept in use ends as well.
 */
const SESSION_MILLISECONDS = 14 * 24 * 3_600_000;

/** Log-ins: credentials for browsers, with the role of their user. */
@Injectable()
export class Sessions {
  constructor(
    @InjectModel(SessionModel.name) private readonly sessions: Model<Session>,
    private readonly users: Users,
    private readonly accounts: Accounts,
    private readonly ownAccounts: OwnAccounts,
    private readonly staff: Staff,
    private readonly failedLogIns: FailedLogIns,
    private readonly trail: AuditTrail,
    private readonly secondFactors: SecondFactors,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Throws 401 `wrong_credentials`, `second_factor_required`, `wrong_second_factor`, 429 `too_many_attempts`, 503 `overloaded`. */
  async begin({ code, ...credentials }: DataOf<typeof BeginSession>): Promise<ReplyOf<typeof BeginSession>> {
    const { origin } = credentials;
    const user = await this.identify(credentials, ({ _id }) =>
      this.secondFactors.expectAtLogIn(_id, code, origin?.address),
    );
    return this.create(await this.accountFor(user), user, { origin });
  }

  /** The same for customers without a second factor alone, with all about them. */
  async logIn(credentials: DataOf<typeof LogIn>): Promise<ReplyOf<typeof LogIn>> {
    const user = await this.identify(credentials);
    const isLettingIn = !(await this.staff.includes(user._id)) && !(await this.secondFactors.has(user._id));
    if (!isLettingIn) throw problem('wrong_credentials');
    const accountId = await this.accountFor(user);
    const me = await this.accounts.me(accountId, user._id);
    return { ...(await this.create(accountId, user)), me };
  }

  /** Ends a session and begins one of another account of its user. Throws 404 `not_found`. */
  switch({
    userId,
    sessionId,
    accountId,
  }: DataOf<typeof SwitchAccount>): Promise<ReplyOf<typeof SwitchAccount>> {
    return this.transactions.run(async () => {
      const open = await this.ownAccounts.openOf(userId);
      const before = await this.sessions
        .findOne({ _id: sessionId, userId })
        .setOptions({ crossTenant: true })
        .lean();
      if (!open.some(({ account }) => account._id === accountId) || !before) throw problem('not_found');
      await this.endWhere({ _id: sessionId, userId });
      const origin = before.origin ?? undefined;
      return this.create(accountId, { _id: userId }, { origin, action: 'switchAccount' });
    });
  }

  /** Whose the credentials are, if `further` has nothing against it. */
  private async identify(
    credentials: DataOf<typeof BeginSession>,
    further?: (user: User) => Promise<void>,
  ): Promise<User> {
    let tried: User | null | undefined;
    try {
      const user = await this.users.identify(credentials, (found) => (tried = found));
      await further?.(user);
      return user;
    } catch (error) {
      this.failedLogIns.note(credentials, error, tried);
      throw error;
    }
  }

  private async create(
    accountId: string,
    { _id: userId, name }: UserReference,
    { origin, action = 'logIn' }: { origin?: LogInOrigin | undefined; action?: string } = {},
  ): Promise<ReplyOf<typeof BeginSession>> {
    const accessToken = newCredential('session');
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + SESSION_MILLISECONDS);
    const id = newId('ses');
    const session: Session = {
      _id: id,
      accountId,
      userId,
      digest: digestOf(accessToken),
      createdAt,
      expiresAt,
      lastUsedAt: null,
      origin: origin ?? null,
    };
    await this.transactions.run(async () => {
      await insertOne(this.sessions, session);
      const actor = {
        kind: accountId === STAFF_ACCOUNT_ID ? ('staff' as const) : ('user' as const),
        ...{ id: userId, userId },
      };
      await this.trail.note({ accountId, action, actor, target: { type: 'session', id }, ...origin }, name);
    });
    return { id, accessToken, expiresAt: expiresAt.toISOString() };
  }

  /** Once it is over, it may be ended again. */
  async logOut({ accountId, sessionId }: DataOf<typeof LogOut>): Promise<ReplyOf<typeof LogOut>> {
    await this.transactions.run(() => this.endWhere({ accountId, _id: sessionId }));
    return {};
  }

  /** Newest first. Throws 400 `invalid_cursor`. */
  async list({
    userId,
    sessionId,
    cursor,
    limit,
  }: DataOf<typeof ListSessions>): Promise<ReplyOf<typeof ListSessions>> {
    if (cursor !== undefined && !isId('ses', cursor)) throw problem('invalid_cursor');
    const found = await this.sessions
      .find({
        userId,
        expiresAt: { $gt: this.clock.now() },
        ...(cursor !== undefined && { _id: { $lt: cursor } }),
      })
      .setOptions({ crossTenant: true })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .lean();
    const item = (session: Session) => shown(session, sessionId);
    return pageOf(found, limit, { item, cursor: ({ _id }) => _id });
  }

  /** Throws 404 `not_found`, for somebody else's session as well. */
  async end({ userId, endedId }: DataOf<typeof EndSession>): Promise<ReplyOf<typeof EndSession>> {
    const ended = await this.transactions.run(() => this.endWhere({ userId, _id: endedId }));
    if (ended === 0) throw problem('not_found');
    return {};
  }

  /** Ends all sessions of a user, but the one to be kept if there is such. */
  async endAll(userId: string, keptId?: string): Promise<void> {
    await this.transactions.run(() => this.endWhere({ userId, _id: { $ne: keptId } }));
  }

  /** Ends a user's sessions of one account. Inside a transaction. */
  async endIn(accountId: string, userId: string): Promise<void> {
    await this.endWhere({ accountId, userId });
  }

  private endWhere(filter: QueryFilter<Session>): Promise<number> {
    return endCredentials(this.sessions, filter, this.outbox);
  }

  /** Who a session's credential speaks for; null when there is none such, or no longer. */
  async identityOf(credential: string): Promise<Identity | null> {
    const session = await this.sessions
      .findOne({ digest: digestOf(credential) })
      .setOptions({ crossTenant: true })
      .lean();
    const now = this.clock.now();
    if (!session || session.expiresAt <= now) return null;
    await noteUse(this.sessions, session, now);
    const { _id: sessionId, accountId, userId, expiresAt } = session;
    return { who: { accountId, userId, actor: { kind: 'user', id: userId }, sessionId }, expiresAt };
  }

  /**
   * A log-in names no account: it is for the one the user has belonged to longest. Staff belong to none. Who was removed from all gets one of
   * their own, as with a sign-up.
   */
  private async accountFor(user: User): Promise<string> {
    const own = await this.ownAccounts.of(user._id);
    const open = own.find(({ account }) => account.status !== 'closed');
    if (open) return open.account._id;
    if (own.length > 0) throw problem('wrong_credentials');
    if (await this.staff.includes(user._id)) return STAFF_ACCOUNT_ID;
    const { account } = await this.transactions.run(async () => {
      if (!(await this.users.isStillThere(user._id))) throw problem('wrong_credentials');
      return this.accounts.open(user.name, user);
    });
    return account.id;
  }
}

const shown = (
  { _id: id, createdAt, lastUsedAt, expiresAt, origin }: Session,
  current: string,
): ListedSession => ({
  id,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  expiresAt: expiresAt.toISOString(),
  origin: origin ?? null,
  current: id === current,
});
