import { MongoError } from '../errors.ts';
import { type Filter, compileFilter } from '../filter/filter.ts';
import { aggregate, type PipelineContext } from '../pipeline/pipeline.ts';
import { compileTest } from '../pipeline/expression.ts';
import { compileProjection } from '../projection.ts';
import { parseSort } from '../sort.ts';
import type { Collection } from '../store/collection.ts';
import { find, type FindOptions, type Hit } from '../store/find.ts';
import { hintExists } from '../store/planner.ts';
import { compare, toNumber } from '../values/compare.ts';
import { type Doc, field, isArrayIndex, isDoc } from '../values/document.ts';
import { indexKey } from '../values/index-key.ts';
import {
  type CommandContext,
  type CommandTable,
  collectionName,
  optionalCount,
  targetOf,
} from './command.ts';

/** Reading documents; in a transaction from its snapshot. */
export const readCommands: CommandTable = {
  find: {
    fields: [
      'filter',
      'projection',
      'sort',
      'skip',
      'limit',
      'batchSize',
      'singleBatch',
      'hint',
      'noCursorTimeout',
      'allowDiskUse',
    ],
    reads: true,
    inTransaction: true,
    run: findDocuments,
  },
  getMore: { fields: ['collection', 'batchSize'], inTransaction: true, run: getMore },
  killCursors: { fields: ['cursors'], inTransaction: true, run: killCursors },
  count: { fields: ['query', 'skip', 'limit', 'hint'], reads: true, run: count },
  distinct: { fields: ['key', 'query', 'hint'], reads: true, inTransaction: true, run: distinct },
  aggregate: {
    fields: ['pipeline', 'cursor', 'hint', 'allowDiskUse', 'bypassDocumentValidation'],
    reads: true,
    inTransaction: true,
    run: runAggregate,
  },
};

/** Compiles a command's filter; `$expr` works in all of them. */
export function filterOf(source: unknown): Filter {
  return compileFilter(source ?? {}, compileTest);
}

/** Checks a hint and leaves the choice of index to the planner; throws BadValue when there is no such index. */
export function checkHint(collection: Collection | null, hint: unknown): void {
  if (hint === undefined || !collection || hintExists(collection, hint)) return;
  if (isDoc(hint) && Object.keys(hint).length === 0) return;
  throw new MongoError(
    'BadValue',
    'planner returned error :: hint provided does not correspond to an existing index',
  );
}

function hitsOf(context: CommandContext, options: FindOptions): Hit[] {
  const collection = targetOf(context);
  checkHint(collection, context.command.hint);
  return collection ? find(collection, options, context.transaction, context.deadline) : [];
}

function findDocuments(context: CommandContext): Doc {
  const { command, cursors, database } = context;
  const filter = filterOf(command.filter);
  const project = compileProjection(command.projection, filter);
  const limit = command.limit === undefined ? 0 : toNumber(command.limit);
  const hits = hitsOf(context, {
    filter,
    sort: parseSort(command.sort),
    skip: optionalCount(command, 'skip'),
    limit: optionalCount({ limit: Math.abs(limit) }, 'limit'),
  });
  const docs = hits.map(({ document, bytes }) => (project ? project(document) : bytes));
  return cursors.open(`${database}.${collectionName(context)}`, docs, {
    ...(command.batchSize === undefined ? {} : { batchSize: optionalCount(command, 'batchSize') }),
    singleBatch: Boolean(command.singleBatch) || limit < 0,
  });
}

function getMore({ command, cursors }: CommandContext): Doc {
  return cursors.next(String(command.getMore), optionalCount(command, 'batchSize'));
}

function killCursors({ command, cursors }: CommandContext): Doc {
  const ids = Array.isArray(command.cursors) ? command.cursors : [];
  const [cursorsKilled, cursorsNotFound]: [unknown[], unknown[]] = [[], []];
  for (const id of ids) (cursors.kill(String(id)) ? cursorsKilled : cursorsNotFound).push(id);
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
}

function count(context: CommandContext): Doc {
  const { command } = context;
  const filter = filterOf(command.query);
  const skip = optionalCount(command, 'skip');
  const limit = Math.abs(toNumber(command.limit ?? 0));
  if (Object.keys(filter.source).length === 0 && skip === 0 && limit === 0)
    return { n: targetOf(context)?.count ?? 0 };
  return { n: hitsOf(context, { filter, sort: [], skip, limit }).length };
}

/** Every value once, elements of arrays each. */
function distinct(context: CommandContext): Doc {
  const { command } = context;
  if (typeof command.key !== 'string') throw new MongoError('TypeMismatch', "'key' must be a string");
  const path = command.key.split('.');
  const values = new Map<string, unknown>();
  const hits = hitsOf(context, { filter: filterOf(command.query), sort: [], skip: 0, limit: 0 });
  for (const { document } of hits) collectValues(document, path, 0, values);
  return { values: [...values.values()].sort(compare) };
}

function collectValues(
  value: unknown,
  path: readonly string[],
  depth: number,
  values: Map<string, unknown>,
): void {
  const name = path[depth];
  if (Array.isArray(value)) {
    if (name !== undefined && isArrayIndex(name) && Number(name) < value.length) {
      collectValues(value[Number(name)], path, depth + 1, values);
    } else if (name !== undefined) {
      for (const element of value) if (isDoc(element)) collectValues(element, path, depth, values);
    } else for (const element of value) addValue(element, values);
  } else if (name === undefined) addValue(value, values);
  else if (isDoc(value)) collectValues(field(value, name), path, depth + 1, values);
}

function addValue(value: unknown, values: Map<string, unknown>): void {
  if (value === undefined) return;
  const key = indexKey(value);
  if (!values.has(key)) values.set(key, value);
}

function runAggregate(context: CommandContext): Doc {
  const { command, database, engine, transaction, deadline, cursors } = context;
  if (!isDoc(command.cursor)) throw new MongoError('FailedToParse', "The 'cursor' option is required");
  const name = collectionName(context);
  checkHint(targetOf(context), command.hint);
  const pipelineContext: PipelineContext = {
    deadline,
    variables: {},
    find(from, options) {
      const collection = engine.collection(database, from);
      return collection
        ? find(collection, options, transaction, deadline).map(({ document }) => document)
        : [];
    },
  };
  const docs = aggregate(name, command.pipeline, pipelineContext);
  const { batchSize } = command.cursor;
  return cursors.open(
    `${database}.${name}`,
    docs,
    batchSize === undefined ? {} : { batchSize: optionalCount(command.cursor, 'batchSize') },
  );
}
