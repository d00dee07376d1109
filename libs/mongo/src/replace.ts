import type { Model } from 'mongoose';
import { openSession } from './transactions.ts';
import { whole, type Whole } from './whole.ts';

/**
 * Stores whole documents in one write, in the open transaction if there is one: each in the place of the one with its id, or as a new one.
 * They are seen to as by {@link insertOne}; what the stored ones held besides, as a newer release may have added it, is gone.
 */
export async function replaceAll<Document extends { _id: unknown }>(
  model: Model<Document>,
  documents: readonly Whole<Document>[],
): Promise<void> {
  const options = { session: openSession(), ignoreUndefined: true };
  const writes = documents.map((document) => {
    const replacement = whole(model, document);
    return { filter: { _id: replacement['_id'] as never }, replacement, upsert: true };
  });
  const [first] = writes;
  if (first && writes.length === 1)
    await model.collection.replaceOne(first.filter, first.replacement, { ...options, upsert: true });
  else if (first)
    await model.collection.bulkWrite(
      writes.map((replaceOne) => ({ replaceOne })),
      options,
    );
}
