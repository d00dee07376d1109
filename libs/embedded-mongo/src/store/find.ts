import type { Deadline } from '../deadline.ts';
import { MongoError } from '../errors.ts';
import type { Filter } from '../filter/filter.ts';
import { type SortField, sortInPlace } from '../sort.ts';
import { type Doc, isDoc } from '../values/document.ts';
import { indexKey } from '../values/index-key.ts';
import { type Bounds, boundsOf } from './bounds.ts';
import type { Collection } from './collection.ts';
import { choosePlan, type Plan, scanPlan } from './planner.ts';
import { type Slot, visibleVersion } from './slot.ts';
import type { Transaction } from './transaction.ts';

export interface FindOptions {
  filter: Filter;
  sort: SortField[];
  skip: number;
  /** 0: all */
  limit: number;
}

export interface Hit {
  slot: Slot;
  document: Doc;
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
  const candidates = candidatesFor(collection, filter.source, sort, transaction);
  const enough = limit > 0 && candidates.sorted ? skip + limit : Infinity;
  const hits: Hit[] = [];
  let bytes = 0;
  for (const slot of candidates.slots) {
    deadline.tick();
    const { document, size } = visibleVersion(slot, transaction);
    if (!document) continue;
    const position = { index: -1 };
    if (!filter.test(document, position)) continue;
    hits.push({ slot, document, matchedIndex: position.index });
    bytes += size;
    if (hits.length >= enough) break;
  }
  if (!candidates.sorted) {
    if (bytes > sortLimitBytes) {
      const message =
        'Sort exceeded memory limit of 104857600 bytes: add an index, a limit or a narrower filter';
      throw new MongoError('QueryExceededMemoryLimitNoDiskUseAllowed', message);
    }
    sortInPlace(hits, sort, ({ document }) => document, deadline);
  }
  return skip > 0 || limit > 0 ? hits.slice(skip, limit > 0 ? skip + limit : undefined) : hits;
}

interface Candidates {
  slots: Iterable<Slot>;
  sorted: boolean;
}

function candidatesFor(
  collection: Collection,
  filter: Doc,
  sort: SortField[],
  transaction: Transaction | null,
): Candidates {
  const bounds = boundsOf(filter);
  const ids = bounds.get('_id')?.equals;
  if (ids) return { slots: slotsById(collection, ids), sorted: sort.length === 0 };
  const plan = choosePlan(collection, filter, bounds, sort);
  // A snapshot may contain versions no index has any more: they are looked at besides, which ends the order.
  const others = transaction ? collection.changed : noSlots;
  if (plan) {
    const found = visibleEntries(plan, bounds, transaction);
    if (others.size === 0) return { slots: found, sorted: plan.sorted || sort.length === 0 };
    return { slots: distinct([found, others]), sorted: sort.length === 0 };
  }
  const branches = branchesOf(collection, filter, transaction);
  const slots = branches ? distinct([...branches, others]) : collection.slots.values();
  return { slots, sorted: sort.length === 0 };
}

const noSlots: ReadonlySet<Slot> = new Set();

function* slotsById(collection: Collection, ids: unknown[]): Generator<Slot> {
  for (const key of new Set(ids.map(indexKey))) {
    const slot = collection.slots.get(key);
    if (slot) yield slot;
  }
}

/** Of a slot with a draft, only the entry under which the reader's version stands: else it would come out of order, or twice. */
function* visibleEntries(
  plan: Plan,
  bounds: Map<string, Bounds>,
  transaction: Transaction | null,
): Generator<Slot> {
  for (const { slot, key } of scanPlan(plan, bounds)) {
    if (slot.writer && !plan.index.multikey) {
      if (!plan.index.keysOf(visibleVersion(slot, transaction).document).includes(key)) continue;
    }
    yield slot;
  }
}

/** `$or` whose every branch has an index: the branches' entries, each document once. */
function branchesOf(
  collection: Collection,
  filter: Doc,
  transaction: Transaction | null,
): Iterable<Slot>[] | null {
  if (!Array.isArray(filter.$or)) return null;
  const branches: Iterable<Slot>[] = [];
  for (const clause of filter.$or) {
    if (!isDoc(clause)) return null;
    const bounds = boundsOf(clause);
    const ids = bounds.get('_id')?.equals;
    const plan = choosePlan(collection, clause, bounds, []);
    if (ids) branches.push(slotsById(collection, ids));
    else if (plan) branches.push(visibleEntries(plan, bounds, transaction));
    else return null;
  }
  return branches;
}

function* distinct(sources: Iterable<Slot>[]): Generator<Slot> {
  const seen = new Set<Slot>();
  for (const source of sources) {
    for (const slot of source) {
      if (seen.has(slot)) continue;
      seen.add(slot);
      yield slot;
    }
  }
}
