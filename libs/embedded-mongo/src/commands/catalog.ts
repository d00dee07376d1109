import { MongoError, unsupported } from '../errors.ts';
import { compileFilter, matches } from '../filter/filter.ts';
import { Blocked } from '../store/transaction.ts';
import type { Collection } from '../store/collection.ts';
import { Binary } from 'bson';
import { type Doc, isDoc } from '../values/document.ts';
import {
  type CommandContext,
  type CommandTable,
  collectionName,
  optionalCount,
  targetOf,
  whenUnblocked,
} from './command.ts';

/** Collections and databases: made on first use or by `create`, dropped, listed. */
export const catalogCommands: CommandTable = {
  create: { fields: [], inTransaction: true, run: create },
  drop: {
    fields: [],
    async run(context) {
      const collection = targetOf(context);
      if (!collection) return {};
      await dropUnblocked(context, collection);
      return { ns: collection.namespace, nIndexesWas: collection.indexes.size };
    },
  },
  dropDatabase: {
    fields: [],
    async run(context) {
      for (const collection of context.engine.collections(context.database))
        await dropUnblocked(context, collection);
      return { dropped: context.database };
    },
  },
  listCollections: {
    fields: ['filter', 'nameOnly', 'authorizedCollections', 'cursor'],
    reads: true,
    run: listCollections,
  },
  listDatabases: { fields: ['filter', 'nameOnly', 'authorizedDatabases'], reads: true, run: listDatabases },
};

/** Creating what is there already is fine: no options are supported, so it is the same. */
function create(context: CommandContext): Doc {
  const { engine, database, transaction } = context;
  const name = collectionName(context);
  const existing = engine.collection(database, name);
  if (!existing) engine.createCollection(database, name, transaction);
  else if (transaction)
    throw new MongoError('NamespaceExists', `Collection ${existing.namespace} already exists.`);
  return {};
}

/** Waits for transactions with drafts in the collection. */
async function dropUnblocked(context: CommandContext, collection: Collection): Promise<void> {
  await whenUnblocked(context, () => {
    const writer = collection.writer();
    if (writer) throw new Blocked(writer);
    if (context.engine.collection(collection.database, collection.name) === collection) {
      context.engine.dropCollection(collection);
    }
  });
}

function listCollections({ engine, database, command, cursors, transaction }: CommandContext): Doc {
  const listed = engine
    .collections(database)
    .filter(({ createdBy }) => createdBy === null || createdBy === transaction)
    .map(({ name, uuid }): Doc => ({
      name,
      type: 'collection',
      options: {},
      info: { readOnly: false, uuid: Binary.createFromHexString(uuid.padEnd(32, '0'), Binary.SUBTYPE_UUID) },
      idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
    }));
  const found = filtered(listed, command.filter);
  const docs = command.nameOnly ? found.map(({ name, type }) => ({ name, type })) : found;
  const cursor = isDoc(command.cursor) ? command.cursor : {};
  const batchSize = optionalCount(cursor, 'batchSize') || undefined;
  return cursors.open(`${database}.$cmd.listCollections`, docs, batchSize ? { batchSize } : {});
}

function listDatabases({ engine, command }: CommandContext): Doc {
  const listed = engine.databaseNames().map((name): Doc => ({ name, sizeOnDisk: 0, empty: false }));
  const databases = filtered(listed, command.filter);
  return command.nameOnly
    ? { databases: databases.map(({ name }) => ({ name })) }
    : { databases, totalSize: 0 };
}

function filtered(docs: Doc[], filter: unknown): Doc[] {
  if (filter === undefined) return docs;
  const compiled = compileFilter(filter);
  if (compiled.hasRegex) throw unsupported('a regular expression in this filter');
  return docs.filter((doc) => matches(compiled, doc));
}
