import mongoose, { type Model, type Schema } from 'mongoose';

/** A document without a version is at version 0. */
export type Whole<Document> = Omit<Document, 'version'> & { version?: number };

/**
 * A document as it is stored: with its defaults. An unknown field or a missing one throws. What the type says of
 * the values is believed: mongoose's own writes, which cast and validate every value, take about as long over a document as the database does.
 */
export function whole<Document>(model: Model<Document>, document: Whole<Document>): Record<string, unknown> {
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
