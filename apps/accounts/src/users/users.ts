import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Clock } from '@berth/clock';
import type { DataOf, LogIn, Me, SignUp } from '@berth/contracts';
import { problem } from '@berth/messaging';
import { isDuplicateKey, newId } from '@berth/mongo';
import type { Model } from 'mongoose';
import { Accounts } from '../accounts/accounts.ts';
import { Passwords } from './passwords.ts';
import { emailKeyOf, UserModel, type User } from './user.model.ts';

/** The people who log in. */
@Injectable()
export class Users {
  constructor(
    @InjectModel(UserModel.name) private readonly users: Model<User>,
    private readonly passwords: Passwords,
    private readonly accounts: Accounts,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates a user and an account of which they are the owner. Inside a transaction.
   * Throws 409 `email_taken`, whatever the case of the letters; 503 `overloaded`.
   */
  signUp(wanted: DataOf<typeof SignUp>): Promise<Me> {
    return this.passwords.inTurn(() => this.register(wanted));
  }

  /**
   * The user with these credentials.
   * Throws 401 `wrong_credentials`: the same, after the same work, for a wrong password and for an
   * address nobody has; 503 `overloaded`.
   */
  identify(credentials: DataOf<typeof LogIn>): Promise<User> {
    return this.passwords.inTurn(() => this.check(credentials));
  }

  /** A user who belongs to nothing yet. Inside a transaction. Throws 409 `email_taken`. */
  async create({ email, password, name }: Omit<DataOf<typeof SignUp>, 'accountName'>): Promise<User> {
    const emailKey = emailKeyOf(email);
    if (await this.users.exists({ emailKey })) throw problem('email_taken');
    const passwordHash = await this.passwords.hash(password);
    return this.insert({ email, emailKey, name, passwordHash });
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

  private async register({ accountName, ...person }: DataOf<typeof SignUp>): Promise<Me> {
    return this.accounts.open(accountName, await this.create(person));
  }

  private async check({ email, password }: DataOf<typeof LogIn>): Promise<User> {
    const user = await this.withEmail(email);
    const matches = await this.passwords.matches(password, user?.passwordHash);
    if (!user || !matches) throw problem('wrong_credentials');
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
