import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import {
  AccessEnded,
  STAFF_ACCOUNT_ID,
  type BeginSession,
  type DataOf,
  type LogIn,
  type LogOut,
  type ReplyOf,
} from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { newId, Transactions } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Accounts } from '../accounts/accounts.ts';
import { MembershipModel, type Membership } from '../accounts/membership.model.ts';
import { digestOf, newCredential } from '../credentials/credential.ts';
import type { Identity } from '../credentials/identity.ts';
import { Staff } from '../staff/staff.ts';
import { Users } from '../users/users.ts';
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
    @InjectModel(MembershipModel.name) private readonly memberships: Model<Membership>,
    private readonly users: Users,
    private readonly accounts: Accounts,
    private readonly staff: Staff,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Throws 401 `wrong_credentials`, 503 `overloaded`. */
  async begin(credentials: DataOf<typeof BeginSession>): Promise<ReplyOf<typeof BeginSession>> {
    const { _id: userId } = await this.users.identify(credentials);
    if (await this.staff.includes(userId)) return this.create(STAFF_ACCOUNT_ID, userId);
    return this.beginOf(userId);
  }

  /** The same for customers alone, with all about them. */
  async logIn(credentials: DataOf<typeof LogIn>): Promise<ReplyOf<typeof LogIn>> {
    return this.beginOf((await this.users.identify(credentials))._id);
  }

  private async beginOf(userId: string): Promise<ReplyOf<typeof LogIn>> {
    const accountId = await this.firstAccountOf(userId);
    const me = await this.accounts.me(accountId, userId);
    if (me.account.status === 'closed') throw problem('wrong_credentials');
    return { ...(await this.create(accountId, userId)), me };
  }

  private async create(accountId: string, userId: string): Promise<ReplyOf<typeof BeginSession>> {
    const accessToken = newCredential('session');
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + SESSION_MILLISECONDS);
    const id = newId('ses');
    await this.sessions.create({
      _id: id,
      accountId,
      userId,
      digest: digestOf(accessToken),
      createdAt,
      expiresAt,
    });
    return { id, accessToken, expiresAt: expiresAt.toISOString() };
  }

  /** Once it is over, it may be ended again. */
  async logOut({ accountId, sessionId }: DataOf<typeof LogOut>): Promise<ReplyOf<typeof LogOut>> {
    await this.transactions.run(async () => {
      const { deletedCount } = await this.sessions.deleteOne({ _id: sessionId, accountId });
      if (deletedCount > 0)
        await this.outbox.publish(AccessEnded, { accountId, credentialId: sessionId }, { accountId });
    });
    return {};
  }

  /** Who a session's credential speaks for; null when there is none such, or no longer. */
  async identityOf(credential: string): Promise<Identity | null> {
    const session = await this.sessions
      .findOne({ digest: digestOf(credential) })
      .setOptions({ crossTenant: true })
      .lean();
    if (!session || session.expiresAt <= this.clock.now()) return null;
    const { _id: sessionId, accountId, userId, expiresAt } = session;
    return { who: { accountId, userId, actor: { kind: 'user', id: userId }, sessionId }, expiresAt };
  }

  /** A log-in names no account: it is for the one the user has belonged to longest. */
  private async firstAccountOf(userId: string): Promise<string> {
    const membership = await this.memberships
      .findOne({ userId })
      .setOptions({ crossTenant: true })
      .sort({ _id: 1 })
      .lean();
    if (!membership) throw problem('wrong_credentials');
    return membership.accountId;
  }
}
