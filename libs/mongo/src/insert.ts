import mongoose, { type Model, type Schema } from 'mongoose';
import { isKnownId } from './duplicate-key.ts';
import { openSession } from './transactions.ts';

/**
 * Stores one new document, in the open transaction if there is one. Defaults are filled in; an unknown field or a missing one
 * throws, a duplicate fails as {@link isDuplicateKey} knows it. What the type says of the values is believed: mongoose's own
 * `insertMany`, which casts and validates every value and writes in bulk, takes about as long over a document as the database does.
 */
export async function insertOne<Document extends { _id: unknown }>(
  model: Model<Document>,
  document: Omit<Document, 'version'>,
): Promise<void> {
  await model.collection.insertOne(rowOf(model, document) as never, {
    session: openSession(),
    ignoreUndefined: true,
  });
}

/**
 * Stores those of the documents whose `_id` is new, in one command and outside any transaction, and returns the ids of the others. Of
 * documents {@link insertOne} would refuse none is stored; what fails otherwise throws, and then others may have been stored.
 */
export async function insertNew<Document extends { _id: unknown }>(
  model: Model<Document>,
  documents: readonly Omit<Document, 'version'>[],
): Promise<Document['_id'][]> {
  const rows = documents.map((document) => rowOf(model, document));
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

/** As it is stored. */
function rowOf<Document extends { _id: unknown }>(
  model: Model<Document>,
  document: Omit<Document, 'version'>,
): Record<string, unknown> {
  const { known, required, defaulted } = fieldsOf(model.schema);
  const row: Record<string, unknown> = { version: 0, ...document };
  if (defaulted.some((field) => row[field] === undefined)) model.applyDefaults(row);
  for (const field in document) if (!known.has(field)) throw new mongoose.Error.StrictModeError(field);
  for (const field of required)
    if (row[field] == null) throw new Error(`${model.modelName} cannot be stored without ${field}`);
  return row;
}

interface Fields {
  known: ReadonlySet<string>;
  required: readonly string[];
  defaulted: readonly string[];
}
const fields = new WeakMap<Schema, Fields>();

/** At the top of the document; what lies deeper has types of its own. */
function fieldsOf(schema: Schema): Fields {
  const found = fields.get(schema);
  if (found) return found;
  const known = new Set(Object.keys(schema.paths).map((path) => path.split('.')[0] ?? path));
  const made = {
    known,
    required: schema.requiredPaths().filter((path) => known.has(path)),
    defaulted: [...known].filter((path) => schema.path(path)?.options.default !== undefined),
  };
  fields.set(schema, made);
  return made;
}
