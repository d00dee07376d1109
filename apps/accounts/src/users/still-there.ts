import type { Model } from 'mongoose';
import type { User } from './user.model.ts';

/**
 * Whether a user is still there, for who is about to belong to something. Whoever removes them at the same time, because they belong to
 * nothing, meets this write: one of the two decides anew. Inside a transaction.
 */
export async function isStillThere(users: Model<User>, _id: string): Promise<boolean> {
  const { matchedCount } = await users.updateOne({ _id }, { $inc: { version: 1 } });
  return matchedCount === 1;
}
