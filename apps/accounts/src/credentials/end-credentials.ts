import { AccessEnded } from '@berth/contracts';
import type { Outbox } from '@berth/messaging';
import type { Model, QueryFilter } from 'mongoose';

/**
 * Removes the credentials of a filter, of whatever account, and tells whoever holds something open in their name that they are
 * void. Inside a transaction. Returns how many there were.
 */
export async function endCredentials<Credential extends { _id: string; accountId: string }>(
  model: Model<Credential>,
  filter: QueryFilter<Credential>,
  outbox: Outbox,
): Promise<number> {
  const over = await model.find(filter).setOptions({ crossTenant: true }).lean<Credential[]>();
  for (const { _id, accountId } of over) {
    await model.deleteOne({ _id, accountId } as QueryFilter<Credential>);
    await outbox.publish(AccessEnded, { accountId, credentialId: _id }, { accountId });
  }
  return over.length;
}
