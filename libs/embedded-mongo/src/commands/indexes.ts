import { MongoError, unsupported } from '../errors.ts';
import type { Collection } from '../store/collection.ts';
import { equal, toNumber } from '../values/compare.ts';
import { type Doc, Kind, isDoc, kindOf } from '../values/document.ts';
import {
  type CommandContext,
  type CommandTable,
  collectionName,
  documentsOf,
  optionalCount,
  targetOf,
  whenUnblocked,
} from './command.ts';

/** Unique, partial, sparse, TTL and compound indexes; all others (text, geo, hashed, wildcard) are refused. */
export const indexCommands: CommandTable = {
  createIndexes: { fields: ['indexes', 'commitQuorum'], inTransaction: true, run: createIndexes },
  listIndexes: { fields: ['cursor'], reads: true, run: listIndexes },
  dropIndexes: { fields: ['index'], run: dropIndexes },
};

async function createIndexes(context: CommandContext): Promise<Doc> {
  const { engine, database, command, transaction } = context;
  const specs = documentsOf(command, 'indexes').map(normalized);
  const name = collectionName(context);
  const createdCollectionAutomatically = !engine.collection(database, name);
  const collection = engine.ensureCollection(database, name, transaction);
  if (transaction && collection.createdBy !== transaction) {
    throw new MongoError(
      'OperationNotSupportedInTransaction',
      'createIndexes on an existing collection in a transaction',
    );
  }
  const numIndexesBefore = collection.indexes.size;
  await whenUnblocked(context, () => {
    const fresh = specs.filter((spec) => !alreadyThere(collection, spec));
    if (fresh.length === 0) return;
    engine.changeIndexes(collection, () => {
      for (const spec of fresh) collection.addIndex(spec);
    });
  });
  return { numIndexesBefore, numIndexesAfter: collection.indexes.size, createdCollectionAutomatically };
}

const knownOptions = [
  'v',
  'key',
  'name',
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
  'background',
];

function normalized(spec: Doc): Doc {
  const { key } = spec;
  if (!isDoc(key) || Object.keys(key).length === 0)
    throw new MongoError('CannotCreateIndex', 'an index needs a key');
  for (const name of Object.keys(key)) checkKeyField(name, key[name]);
  const unknown = Object.keys(spec).find((option) => !knownOptions.includes(option));
  if (unknown !== undefined && spec[unknown] !== false) throw unsupported(`index option ${unknown}`);
  if (spec.expireAfterSeconds !== undefined) checkExpiry(key, spec.expireAfterSeconds);
  if (spec.sparse && spec.partialFilterExpression) {
    throw new MongoError('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
  }
  const { background: _, ...kept } = spec;
  const name = typeof spec.name === 'string' && spec.name ? spec.name : defaultName(key);
  return { v: 2, ...kept, name };
}

function checkKeyField(name: string, direction: unknown): void {
  if (typeof direction === 'string')
    throw new MongoError(
      'CannotCreateIndex',
      `index type ${direction} is not supported by the embedded database`,
    );
  const number = kindOf(direction) === Kind.number ? toNumber(direction) : NaN;
  if (!number)
    throw new MongoError('CannotCreateIndex', 'Values in the index key pattern must be numbers other than 0');
  if (name.split('.').some((part) => part === '' || part.startsWith('$'))) {
    throw new MongoError('CannotCreateIndex', `'${name}' can't be indexed`);
  }
}

function checkExpiry(key: Doc, seconds: unknown): void {
  const [first, second] = Object.keys(key);
  const number = kindOf(seconds) === Kind.number ? toNumber(seconds) : NaN;
  if (first === '_id' || second !== undefined || !(number >= 0 && number <= 2 ** 31 - 1)) {
    throw new MongoError(
      'CannotCreateIndex',
      'TTL indexes are single-field indexes, not on _id, with 0 to 2147483647 seconds',
    );
  }
}

function defaultName(key: Doc): string {
  return Object.keys(key)
    .map((name) => `${name}_${String(key[name])}`)
    .join('_');
}

/** True when the same index exists; throws when one exists that differs in name or options only. */
function alreadyThere(collection: Collection, spec: Doc): boolean {
  if (equal(spec.key, { _id: 1 })) return true;
  for (const { spec: other } of collection.indexes.values()) {
    const sameName = other.name === spec.name;
    const sameKey =
      equal(other.key, spec.key) && equal(other.partialFilterExpression, spec.partialFilterExpression);
    if (!sameName && !sameKey) continue;
    const sameOptions = ['unique', 'sparse'].every(
      (option) => Boolean(other[option]) === Boolean(spec[option]),
    );
    if (sameName && sameKey && sameOptions && equal(other.expireAfterSeconds, spec.expireAfterSeconds))
      return true;
    if (sameKey)
      throw new MongoError(
        'IndexOptionsConflict',
        `an index with this key exists as ${String(other.name)} with other options`,
      );
    throw new MongoError(
      'IndexKeySpecsConflict',
      `an index named ${String(spec.name)} exists with another key`,
    );
  }
  return false;
}

function existing(context: CommandContext): Collection {
  const collection = targetOf(context);
  if (collection) return collection;
  throw new MongoError(
    'NamespaceNotFound',
    `ns does not exist: ${context.database}.${collectionName(context)}`,
  );
}

function listIndexes(context: CommandContext): Doc {
  const collection = existing(context);
  const cursor = isDoc(context.command.cursor) ? context.command.cursor : {};
  const batchSize = optionalCount(cursor, 'batchSize') || undefined;
  const specs = [...collection.indexes.values()].map(({ spec }) => spec);
  return context.cursors.open(collection.namespace, specs, batchSize ? { batchSize } : {});
}

function dropIndexes(context: CommandContext): Doc {
  const collection = existing(context);
  const nIndexesWas = collection.indexes.size;
  const { index } = context.command;
  const names =
    index === '*'
      ? otherThanId(collection)
      : (Array.isArray(index) ? index : [index]).map((item) => nameOf(collection, item));
  context.engine.changeIndexes(collection, () => {
    for (const name of names) collection.indexes.delete(name);
  });
  return { nIndexesWas };
}

function otherThanId(collection: Collection): string[] {
  return [...collection.indexes.keys()].filter((name) => name !== '_id_');
}

/** By name or by key; throws IndexNotFound, and InvalidOptions for the one on _id. */
function nameOf(collection: Collection, item: unknown): string {
  const found = [...collection.indexes.values()].find(
    ({ name, spec }) => name === item || (isDoc(item) && equal(spec.key, item)),
  );
  if (!found) throw new MongoError('IndexNotFound', `index not found: ${JSON.stringify(item)}`);
  if (found.name === '_id_') throw new MongoError('InvalidOptions', 'cannot drop _id index');
  return found.name;
}
