import mongoose, { type Model } from 'mongoose';
import { isKnownId } from './duplicate-key.ts';
import { openSession } from './transactions.ts';
import { whole } from './whole.ts';

/**
 * Stores one new document, in the open transaction if there is one. Defaults are filled in; an unknown field or a missing one
 * throws, a duplicate fails as {@link isDuplicateKey} knows it. It goes past mongoose's `insertMany`, see {@link whole}.
 */
export async function insertOne<Document extends { _id: unknown }>(
  model: Model<Document>,
  document: Omit<Document, 'version'>,
): Promise<void> {
  const row = whole(model, document);
  await model.collection.insertOne(row as never, { session: openSession(), ignoreUndefined: true });
}

/** The same for several in one write; outside a transaction those before one that fails stay. */
export async function insertAll<Document extends { _id: unknown }>(
  model: Model<Document>,
  documents: readonly Omit<Document, 'version'>[],
): Promise<void> {
  const [first] = documents;
  if (first && documents.length === 1) return insertOne(model, first);
  const rows = documents.map((document) => whole(model, document));
  if (rows.length > 0)
    await model.collection.insertMany(rows as never, { session: openSession(), ignoreUndefined: true });
}

/**
 * Stores those of the documents whose `_id` is new, in one command and outside any transaction, and returns the ids of the others. Of
 * documents {@link insertOne} would refuse none is stored; what fails otherwise throws, and then others may have been stored.
 */
export async function insertNew<Document extends { _id: unknown }>(
  model: Model<Document>,
  documents: readonly Omit<Document, 'version'>[],
): Promise<Document['_id'][]> {
  const rows = documents.map((document) => whole(model, document));
  if (rows.length === 0) return [];
  try {
    await model.collection.insertMany(rows as never, { ordered: false, ignoreUndefined: true });
    return [];
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
    const failures = [error.writeErrors].flat();
    // None: the database was away, or has not got it to the majority.
    if (failures.length === 0 || error.result.getWriteConcernError() || !failures.every(isKnownId))
      throw error;
    return failures.map(({ index }) => rows[index]?._id as Document['_id']);
  }
}
