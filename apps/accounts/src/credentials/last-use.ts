import type { Model } from 'mongoose';

/** A credential in constant use costs one write a minute. */
const EVERY_MILLISECONDS = 60_000;

interface Used {
  _id: string;
  accountId: string;
  lastUsedAt?: Date | null;
}

/** Notes that a credential was used, to the minute. */
export async function noteUse<Credential extends Used>(
  model: Model<Credential>,
  { _id, accountId, lastUsedAt = null }: Used,
  now: Date,
): Promise<void> {
  if (lastUsedAt && now.getTime() - lastUsedAt.getTime() < EVERY_MILLISECONDS) return;
  // Of many uses at once only the first writes.
  await (model as unknown as Model<Used>).updateOne(
    { _id, accountId, lastUsedAt },
    { $set: { lastUsedAt: now } },
  );
}
