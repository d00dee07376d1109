import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import {
  SendMail,
  type BeginSession,
  type ChangePassword,
  type DataOf,
  type Me,
  type ReplyOf,
  type SignUp,
  type SignUpInvited,
  type UpdateMe,
} from '@berth/contracts';
import { Outbox, problem } from '@berth/messaging';
import { isDuplicateKey, newId } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Accounts, meOf } from '../accounts/accounts.ts';
import { AuditTrail } from '../audit/audit-trail.ts';
import { Config } from '../config.ts';
import { Invitations } from '../members/invitations.ts';
import { PasswordAttempts } from './password-attempts.ts';
import { Passwords } from './passwords.ts';
import { isStillThere } from './still-there.ts';
import { emailKeyOf, isVerified, UserModel, viewOfUser, type User } from './user.model.ts';

/** The people who log in. */
@Injectable()
export class Users {
  constructor(
    @InjectModel(UserModel.name) private readonly users: Model<User>,
    private readonly passwords: Passwords,
    private readonly attempts: PasswordAttempts,
    private readonly accounts: Accounts,
    private readonly invitations: Invitations,
    private readonly trail: AuditTrail,
    private readonly config: Config,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates a user and an account of which they are the owner. Inside a transaction.
   * Throws 409 `email_taken`, whatever the case of the letters; 503 `overloaded`.
   */
  signUp(wanted: DataOf<typeof SignUp>): Promise<Me> {
    return this.passwords.inTurn(() => this.register(wanted));
  }

  /** The same for somebody who is invited, without an account of their own. Throws besides 404 `not_found`, 403 `wrong_invitation`. */
  signUpInvited(wanted: DataOf<typeof SignUpInvited>): Promise<Me> {
    return this.passwords.inTurn(() => this.registerInvited(wanted));
  }

  /**
   * The user with these credentials. `tried` hears whose password it was to be, null for an address that nobody has.
   * Throws 401 `wrong_credentials`: the same, after the same work, for a wrong password and for an
   * address nobody has; 429 `too_many_attempts`, 503 `overloaded`.
   */
  async identify(
    { email, password, origin }: DataOf<typeof BeginSession>,
    tried: (user: User | null) => void = () => {},
  ): Promise<User> {
    const attempt = async () => {
      const user = await this.withEmail(email);
      tried(user);
      return this.check(user, password);
    };
    const user = await this.passwords.inTurn(() =>
      this.attempts.at({ email, address: origin?.address }, attempt),
    );
    if (!user) throw problem('wrong_credentials');
    return user;
  }

  /**
   * Checks the present password of a user and hashes the next one, for {@link setPassword}. Throws 404 `not_found`,
   * 403 `wrong_password`, 429 `too_many_attempts`, 503 `overloaded`.
   */
  nextPassword({ userId, currentPassword, newPassword }: DataOf<typeof ChangePassword>): Promise<string> {
    return this.withPassword(userId, currentPassword, () => this.passwords.hash(newPassword));
  }

  /** The user, whose present password this is. Throws as {@link nextPassword}. */
  expectPassword(userId: string, password: string): Promise<User> {
    return this.withPassword(userId, password, async (user) => user);
  }

  async setPassword(userId: string, passwordHash: string): Promise<void> {
    await this.users.updateOne({ _id: userId }, { $set: { passwordHash } });
  }

  /** Throws 404 `not_found`. */
  async update({ userId, name }: DataOf<typeof UpdateMe>): Promise<ReplyOf<typeof UpdateMe>> {
    const user = await this.users
      .findOneAndUpdate({ _id: userId }, { $set: { name } }, { returnDocument: 'after' })
      .lean<User | null>();
    if (!user) throw problem('not_found');
    return viewOfUser(user);
  }

  /** A user who belongs to nothing yet, and whose address counts as verified unless that is asked for. Inside a transaction. Throws 409 `email_taken`. */
  async create(
    { email, password, name }: Pick<DataOf<typeof SignUp>, 'email' | 'password' | 'name'>,
    { isVerified = true } = {},
  ): Promise<User> {
    const emailKey = emailKeyOf(email);
    if (await this.users.exists({ emailKey })) throw problem('email_taken');
    const passwordHash = await this.passwords.hash(password);
    const emailVerifiedAt = isVerified ? this.clock.now() : null;
    return this.insert({ email, emailKey, name, passwordHash, emailVerifiedAt });
  }

  /** See {@link isStillThere}. */
  isStillThere(id: string): Promise<boolean> {
    return isStillThere(this.users, id);
  }

  withId(id: string): Promise<User | null> {
    return this.users.findOne({ _id: id }).lean<User | null>();
  }

  withEmail(email: string): Promise<User | null> {
    return this.users.findOne({ emailKey: emailKeyOf(email) }).lean<User | null>();
  }

  async remove(id: string): Promise<void> {
    await this.users.deleteOne({ _id: id });
  }

  private async withPassword<Result>(
    userId: string,
    password: string,
    work: (user: User) => Promise<Result>,
  ): Promise<Result> {
    const user = await this.withId(userId);
    if (!user) throw problem('not_found');
    const attempt = async () => ((await this.check(user, password)) ? work(user) : null);
    const result = await this.passwords.inTurn(() => this.attempts.at(user, attempt));
    if (result === null) throw problem('wrong_password');
    return result;
  }

  private async register({ accountName, ...person }: DataOf<typeof SignUp>): Promise<Me> {
    const user = await this.create(person, { isVerified: !this.config.verifiesEmail });
    if (!isVerified(user)) await this.askToVerify(user);
    return this.signedUp(await this.accounts.open(accountName, user));
  }

  private async registerInvited({ invitation, ...person }: DataOf<typeof SignUpInvited>): Promise<Me> {
    const created = await this.create(person, { isVerified: !this.config.verifiesEmail });
    const { account, membership } = await this.invitations.accept(invitation, created);
    const user = (await this.withId(created._id)) ?? created;
    if (!isVerified(user)) await this.askToVerify(user);
    return this.signedUp(meOf(user, account, membership.role));
  }

  private async signedUp(me: Me): Promise<Me> {
    const { id } = me.user;
    await this.trail.note({
      accountId: me.account.id,
      action: 'signUp',
      actor: { kind: 'user', id, userId: id },
      target: { type: 'user', id },
      changes: { name: me.user.name, accountName: me.account.name },
    });
    return me;
  }

  private askToVerify({ _id: userId }: User): Promise<void> {
    return this.outbox.send(SendMail, { kind: 'verify_email', userId });
  }

  /** The user whose password this is; null when it is not, or there is none. */
  private async check(user: User | null, password: string): Promise<User | null> {
    const matches = await this.passwords.matches(password, user?.passwordHash);
    if (!user || !matches) return null;
    if (this.passwords.isOutdated(user.passwordHash)) await this.rehash(user, password);
    return user;
  }

  private async insert(fields: Omit<User, '_id' | 'createdAt'>): Promise<User> {
    const user = { _id: newId('usr'), ...fields, createdAt: this.clock.now() };
    try {
      await this.users.create(user);
      return user;
    } catch (error) {
      throw isDuplicateKey(error, 'emailKey') ? problem('email_taken') : error;
    }
  }

  /** Replaces only the hash that was checked: a password changed meanwhile stays as it is. */
  private async rehash({ _id, passwordHash }: User, password: string): Promise<void> {
    const $set = { passwordHash: await this.passwords.hash(password) };
    await this.users.updateOne({ _id, passwordHash }, { $set });
  }
}
