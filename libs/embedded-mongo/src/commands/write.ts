import { ObjectId } from 'bson';
import { asMongoError, MongoError, unsupported } from '../errors.ts';
import { compileProjection } from '../projection.ts';
import { parseSort } from '../sort.ts';
import { type Doc, Kind, isDoc, kindOf } from '../values/document.ts';
import {
  type CommandContext,
  type CommandTable,
  collectionName,
  documentsOf,
  whenUnblocked,
} from './command.ts';
import { checkHint, filterOf } from './read.ts';
import { deleteMatching, updateMatching, type Selection } from './modify.ts';

const findAndModifyFields = [
  'query',
  'sort',
  'remove',
  'update',
  'new',
  'upsert',
  'fields',
  'arrayFilters',
  'hint',
];

/** Writing documents; in a transaction as drafts. Each statement of a batch succeeds or fails alone. */
export const writeCommands: CommandTable = {
  insert: {
    fields: ['documents', 'ordered', 'bypassDocumentValidation'],
    retryable: true,
    inTransaction: true,
    run: insert,
  },
  update: {
    fields: ['updates', 'ordered', 'bypassDocumentValidation'],
    retryable: true,
    inTransaction: true,
    run: update,
  },
  delete: { fields: ['deletes', 'ordered'], retryable: true, inTransaction: true, run: remove },
  findAndModify: {
    fields: [...findAndModifyFields, 'bypassDocumentValidation'],
    retryable: true,
    inTransaction: true,
    run: findAndModify,
  },
};

type Statement = (index: number) => Promise<void>;

/** Runs the statements in order and gathers their errors; inside a transaction the first one aborts it. */
async function runStatements(context: CommandContext, count: number, statement: Statement): Promise<Doc> {
  const { engine, transaction, command } = context;
  const writeErrors: Doc[] = [];
  for (let index = 0; index < count; index++) {
    try {
      await statement(index);
    } catch (thrown) {
      const error = asMongoError(thrown);
      if (error.codeName === 'WriteConflict' || error.codeName === 'MaxTimeMSExpired') throw error;
      writeErrors.push({ index, code: error.code, errmsg: error.message, ...error.details });
      if (transaction) engine.abort(transaction);
      if (transaction || command.ordered !== false) break;
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}

async function insert(context: CommandContext): Promise<Doc> {
  const { engine, database, transaction, command } = context;
  const docs = documentsOf(command, 'documents');
  const name = collectionName(context);
  let n = 0;
  const errors = await runStatements(context, docs.length, async (index) => {
    const doc = withId(docs[index] ?? {});
    await whenUnblocked(context, () =>
      engine.ensureCollection(database, name, transaction).insert(doc, transaction),
    );
    n++;
  });
  return { n, ...errors };
}

async function update(context: CommandContext): Promise<Doc> {
  const statements = documentsOf(context.command, 'updates');
  for (const statement of statements) refuseUnknown('update', statement, updateStatementFields);
  const upserted: Doc[] = [];
  let n = 0;
  let nModified = 0;
  const errors = await runStatements(context, statements.length, async (index) => {
    const { q, u, multi, upsert, arrayFilters, hint } = statements[index] ?? {};
    const selection = selectionOf(context, q, { multi, hint });
    const outcome = await updateMatching(context, selection, {
      update: u,
      upsert: Boolean(upsert),
      arrayFilters,
    });
    n += outcome.n;
    nModified += outcome.modified;
    if (outcome.upserted) upserted.push({ index, _id: outcome.upserted._id });
  });
  return { n, nModified, ...(upserted.length ? { upserted } : {}), ...errors };
}

async function remove(context: CommandContext): Promise<Doc> {
  const statements = documentsOf(context.command, 'deletes');
  for (const statement of statements) refuseUnknown('delete', statement, deleteStatementFields);
  let n = 0;
  const errors = await runStatements(context, statements.length, async (index) => {
    const { q, limit, hint } = statements[index] ?? {};
    if (limit !== 0 && limit !== 1) throw new MongoError('FailedToParse', 'delete limit must be 0 or 1');
    n += (await deleteMatching(context, selectionOf(context, q, { multi: limit === 0, hint }))).n;
  });
  return { n, ...errors };
}

async function findAndModify(context: CommandContext): Promise<Doc> {
  const { command } = context;
  const { query = {}, sort, hint, update: change, upsert = false, arrayFilters } = command;
  const selection = { ...selectionOf(context, query, { multi: false, hint }), sort: parseSort(sort) };
  const project = compileProjection(command.fields, selection.filter) ?? ((doc: Doc) => doc);
  const shown = (doc: Doc | null) => (doc ? project(doc) : null);
  if (command.remove) {
    if (change !== undefined)
      throw new MongoError('FailedToParse', 'Cannot specify both an update and remove=true');
    const { n, before } = await deleteMatching(context, selection);
    return { lastErrorObject: { n }, value: shown(before) };
  }
  const outcome = await updateMatching(context, selection, {
    update: change,
    upsert: Boolean(upsert),
    arrayFilters,
  });
  const lastErrorObject: Doc = { n: outcome.n, updatedExisting: outcome.n > 0 && !outcome.upserted };
  if (outcome.upserted) lastErrorObject.upserted = outcome.upserted._id;
  return { lastErrorObject, value: shown(command.new ? outcome.after : outcome.before) };
}

function selectionOf(
  context: CommandContext,
  query: unknown,
  options: { multi?: unknown; hint?: unknown },
): Selection {
  const collection = context.engine.collection(context.database, collectionName(context));
  checkHint(collection, options.hint);
  return { filter: filterOf(query), multi: Boolean(options.multi), sort: [] };
}

const updateStatementFields = ['q', 'u', 'multi', 'upsert', 'arrayFilters', 'hint', 'collation'];
const deleteStatementFields = ['q', 'limit', 'hint', 'collation'];

/** Checked before the first statement runs: what is not understood must not be half done. */
function refuseUnknown(command: string, statement: Doc, known: string[]): void {
  const unknown = Object.keys(statement).find(
    (name) => !known.includes(name) && statement[name] !== undefined,
  );
  if (unknown !== undefined) throw unsupported(`${command}.${unknown}`);
  refuseCollation(statement.collation);
}

/** Texts compare by code points only: store a lower-cased field where case must not count. */
export function refuseCollation(collation: unknown): void {
  if (collation === undefined || (isDoc(collation) && collation.locale === 'simple')) return;
  throw unsupported('collation');
}

/** The document as it is stored: with an `_id`, in front. Throws for an `_id` MongoDB would not take. */
export function withId(doc: Doc): Doc {
  const { _id = new ObjectId(), ...fields } = doc;
  const kind = kindOf(_id);
  if (kind === Kind.array || kind === Kind.regex) {
    throw new MongoError('InvalidIdField', "The '_id' value cannot be of type array or regex");
  }
  if (isDoc(_id) && Object.keys(_id).some((name) => name.startsWith('$'))) {
    throw new MongoError('DollarPrefixedFieldName', "_id fields may not contain '$'-prefixed fields");
  }
  return Object.keys(doc)[0] === '_id' ? doc : { _id, ...fields };
}
