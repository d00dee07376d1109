import type { Deadline } from '../deadline.ts';
import { MongoError } from '../errors.ts';
import type { Filter } from '../filter/filter.ts';
import { type SortField, sortInPlace } from '../sort.ts';
import { type Doc, isDoc } from '../values/document.ts';
import { indexKey } from '../values/index-key.ts';
import { boundsOf } from './bounds.ts';
import type { Collection } from './collection.ts';
import { choosePlan, scanPlan } from './planner.ts';
import { type Slot, type Version, visibleVersion } from './slot.ts';
import type { Transaction } from './transaction.ts';

export interface FindOptions {
  filter: Filter;
  sort: SortField[];
  skip: number;
  /** 0: all */
  limit: number;
}

export interface Hit {
  document: Doc;
  /** The document as BSON. */
  bytes: Uint8Array;
  /** Index of the array element that matched, -1 if none: what `$` stands for in an update. */
  matchedIndex: number;
}

/** The server's limit for sorting without an index. */
const sortLimitBytes = 100 * 1024 * 1024;

/** What the transaction (null: everybody) sees of the matching documents, in order. */
export function find(
  collection: Collection,
  options: FindOptions,
  transaction: Transaction | null,
  deadline: Deadline,
): Hit[] {
  const search = () => collect(collection, options, transaction, deadline);
  return options.filter.hasRegex ? deadline.guard(search) : search();
}

function collect(
  collection: Collection,
  { filter, sort, skip, limit }: FindOptions,
  transaction: Transaction | null,
  deadline: Deadline,
): Hit[] {
  const wanted = limit > 0 ? skip + limit : Infinity;
  const { versions, sorted, others } = candidatesFor(collection, filter.source, sort, wanted, transaction);
  const enough = sorted ? wanted : Infinity;
  const hits: Hit[] = [];
  let total = 0;
  const take = ({ document, bytes }: Version) => {
    deadline.tick();
    const position = { index: -1 };
    if (!document || !filter.test(document, position)) return;
    hits.push({ document, bytes, matchedIndex: position.index });
    total += bytes.length;
  };
  for (const version of versions) {
    take(version);
    if (hits.length >= enough) break;
  }
  const inOrder = hits.length;
  for (const slot of others) take(visibleVersion(slot, transaction));
  if (!sorted || hits.length > inOrder) {
    if (!sorted && total > sortLimitBytes) {
      const message =
        'Sort exceeded memory limit of 104857600 bytes: add an index, a limit or a narrower filter';
      throw new MongoError('QueryExceededMemoryLimitNoDiskUseAllowed', message);
    }
    sortInPlace(hits, sort, ({ document }) => document, deadline);
  }
  return skip > 0 || limit > 0 ? hits.slice(skip, limit > 0 ? skip + limit : undefined) : hits;
}

interface Candidates {
  versions: Iterable<Version>;
  /** They come in the order asked for. */
  sorted: boolean;
  /** Slots no index shows as the transaction sees them: they are looked at besides. */
  others: Iterable<Slot>;
}

function candidatesFor(
  collection: Collection,
  filter: Doc,
  sort: SortField[],
  wanted: number,
  transaction: Transaction | null,
): Candidates {
  const bounds = boundsOf(filter);
  const unsorted = sort.length === 0;
  const ids = bounds.get('_id')?.equals;
  if (ids) return { versions: versionsById(collection, ids, transaction), sorted: unsorted, others: [] };
  const own = ownSlots(collection, transaction);
  const plan = choosePlan(collection, filter, bounds, sort);
  const sorted = unsorted || Boolean(plan?.sorted);
  const rows = plan
    ? scanPlan(collection, plan, bounds, sorted ? wanted : Infinity)
    : rowsOfBranches(collection, filter);
  if (rows) return { versions: committedVersions(collection, rows, own), sorted, others: own.values() };
  return { versions: allVersions(collection, own, transaction), sorted: unsorted, others: [] };
}

/** By row the slots of which the transaction may see another version than the committed one. */
function ownSlots(collection: Collection, transaction: Transaction | null): Map<number, Slot> {
  const own = new Map<number, Slot>();
  if (!transaction) return own;
  for (const slot of collection.changed) own.set(slot.sequence, slot);
  for (const [slot, written] of transaction.writes) if (written === collection) own.set(slot.sequence, slot);
  return own;
}

function* versionsById(
  collection: Collection,
  ids: unknown[],
  transaction: Transaction | null,
): Generator<Version> {
  for (const key of new Set(ids.map(indexKey))) {
    const slot = collection.slot(key);
    if (slot) yield visibleVersion(slot, transaction);
  }
}

function* committedVersions(
  { engine }: Collection,
  rows: Iterable<number>,
  except: Map<number, Slot>,
): Generator<Version> {
  for (const row of rows) if (!except.has(row)) yield engine.documents.read(row);
}

/** The whole collection in order of creation. */
function* allVersions(
  collection: Collection,
  own: Map<number, Slot>,
  transaction: Transaction | null,
): Generator<Version> {
  const committed = collection.rows();
  const rows = own.size ? [...new Set([...committed, ...own.keys()])].sort((a, b) => a - b) : committed;
  for (const row of rows) {
    const slot = own.get(row);
    yield slot ? visibleVersion(slot, transaction) : collection.engine.documents.read(row);
  }
}

/** `$or` whose every branch has an index: the rows the branches find, each once. */
function rowsOfBranches(collection: Collection, filter: Doc): Iterable<number> | null {
  if (!Array.isArray(filter.$or)) return null;
  const branches: Iterable<number>[] = [];
  for (const clause of filter.$or) {
    if (!isDoc(clause)) return null;
    const bounds = boundsOf(clause);
    const plan = choosePlan(collection, clause, bounds, []);
    if (!plan) return null;
    branches.push(scanPlan(collection, plan, bounds, Infinity));
  }
  return distinct(branches);
}

function* distinct(sources: Iterable<number>[]): Generator<number> {
  const seen = new Set<number>();
  for (const source of sources) {
    for (const row of source) {
      if (seen.has(row)) continue;
      seen.add(row);
      yield row;
    }
  }
}
