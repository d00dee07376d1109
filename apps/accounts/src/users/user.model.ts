import type { ModelDefinition } from '@nestjs/mongoose';
import type { Me } from '@berth/contracts';
import { documentSchema, idOf } from '@berth/mongo';

/** A person who logs in. */
export interface User {
  /** `usr_…` */
  _id: string;
  /** As the user wrote it. */
  email: string;
  /** In lower case: what addresses are compared by. */
  emailKey: string;
  name: string;
  /** argon2id in PHC form, with its parameters. */
  passwordHash: string;
  createdAt: Date;
  /** When they showed that they read what is sent to the address; null: not yet. Absent on users of before it was asked: it counts as shown. */
  emailVerifiedAt?: Date | null;
  /** Raised when they come to belong to an account. */
  version?: number;
}

/** Somebody by their id, with the name where it is at hand. */
export type UserReference = Pick<User, '_id'> & Partial<Pick<User, 'name'>>;

/** What an address is compared by: users write theirs in upper and lower case. */
export const emailKeyOf = (email: string): string => email.toLowerCase();

export const isVerified = ({ emailVerifiedAt }: User): boolean => emailVerifiedAt !== null;

/** A user as others see them. */
export const viewOfUser = (user: User): Me['user'] => ({
  id: user._id,
  email: user.email,
  name: user.name,
  createdAt: user.createdAt.toISOString(),
  emailVerified: isVerified(user),
});

const schema = documentSchema<User>(
  {
    _id: idOf('usr'),
    email: { type: String, required: true },
    emailKey: { type: String, required: true },
    name: { type: String, required: true },
    passwordHash: { type: String, required: true },
    createdAt: { type: Date, required: true },
    emailVerifiedAt: { type: Date },
  },
  { collection: 'users' },
).index({ emailKey: 1 }, { unique: true });

export const UserModel = { name: 'User', schema } satisfies ModelDefinition;
