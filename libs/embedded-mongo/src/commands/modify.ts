import type { Filter } from '../filter/filter.ts';
import { MongoError } from '../errors.ts';
import type { SortField } from '../sort.ts';
import type { Collection } from '../store/collection.ts';
import { find, type Hit } from '../store/find.ts';
import { absent, visibleVersion } from '../store/slot.ts';
import { compileUpdate, type Updater } from '../update/update.ts';
import { upsertFields } from '../update/upsert.ts';
import { equal } from '../values/compare.ts';
import type { Doc } from '../values/document.ts';
import { indexKey } from '../values/index-key.ts';
import { type CommandContext, collectionName, targetOf, whenUnblocked } from './command.ts';
import { withId } from './write.ts';

/** Which documents a statement is about. */
export interface Selection {
  filter: Filter;
  multi: boolean;
  sort: SortField[];
}

export interface Change {
  update: unknown;
  upsert: boolean;
  arrayFilters: unknown;
}

export interface Outcome {
  /** Documents matched, or 1 for an upsert. */
  n: number;
  modified: number;
  /** The last document touched, before and after. */
  before: Doc | null;
  after: Doc | null;
  upserted: Doc | null;
}

/** Updates one or all matching documents; with upsert and no match inserts one. */
export async function updateMatching(
  context: CommandContext,
  selection: Selection,
  change: Change,
): Promise<Outcome> {
  const updater = compileUpdate(change.update, change.arrayFilters);
  if (selection.multi && updater.isReplacement) {
    throw new MongoError('FailedToParse', 'multi update is not supported for replacement-style update');
  }
  const updateHit = (hit: Hit, outcome: Outcome) => update(context, hit, updater, outcome);
  if (selection.multi) {
    const outcome = await forEachMatch(context, selection, updateHit);
    if (outcome.n > 0 || !change.upsert) return outcome;
  }
  return whenUnblocked(context, () => {
    const outcome = nothing();
    const [hit] = selection.multi ? [] : hitsOf(context, selection, 1);
    if (hit) updateHit(hit, outcome);
    else if (change.upsert) upsert(context, selection.filter, updater, outcome);
    return outcome;
  });
}

/** Deletes one or all matching documents. */
export async function deleteMatching(context: CommandContext, selection: Selection): Promise<Outcome> {
  const deleteHit = ({ document }: Hit, outcome: Outcome) => {
    write(context, document, null);
    outcome.n++;
    outcome.before = document;
  };
  if (selection.multi) return forEachMatch(context, selection, deleteHit);
  return whenUnblocked(context, () => {
    const outcome = nothing();
    const [hit] = hitsOf(context, selection, 1);
    if (hit) deleteHit(hit, outcome);
    return outcome;
  });
}

function nothing(): Outcome {
  return { n: 0, modified: 0, before: null, after: null, upserted: null };
}

function hitsOf(context: CommandContext, { filter, sort }: Selection, limit: number): Hit[] {
  const collection = targetOf(context);
  return collection
    ? find(collection, { filter, sort, skip: 0, limit }, context.transaction, context.deadline)
    : [];
}

/** One after the other, each as it is when its turn comes: a wait in between lets others change or delete it. */
async function forEachMatch(
  context: CommandContext,
  selection: Selection,
  act: (hit: Hit, outcome: Outcome) => void,
): Promise<Outcome> {
  const outcome = nothing();
  for (const found of hitsOf(context, selection, 0)) {
    const attempt = () => {
      context.deadline.tick();
      const slot = targetOf(context)?.slot(indexKey(found.document._id));
      const { document, bytes } = slot ? visibleVersion(slot, context.transaction) : absent;
      if (document === found.document) return act(found, outcome);
      const position = { index: -1 };
      if (document && selection.filter.test(document, position)) {
        act({ document, bytes, matchedIndex: position.index }, outcome);
      }
    };
    await whenUnblocked(context, attempt);
  }
  return outcome;
}

function update(
  context: CommandContext,
  { document, matchedIndex }: Hit,
  updater: Updater,
  outcome: Outcome,
): void {
  const after = updater.apply(document, matchedIndex, false);
  const isChanged = !equal(after, document);
  if (isChanged) write(context, document, after);
  outcome.n++;
  outcome.modified += Number(isChanged);
  outcome.before = document;
  outcome.after = isChanged ? after : document;
}

/** Puts another document, or nothing, in the place of one just found. */
function write(context: CommandContext, found: Doc, document: Doc | null): void {
  const collection = targetOf(context);
  const slot = collection?.slot(indexKey(found._id));
  if (slot) collection?.write(slot, document, context.transaction);
}

function existing(context: CommandContext): Collection {
  return context.engine.ensureCollection(context.database, collectionName(context), context.transaction);
}

function upsert(context: CommandContext, filter: Filter, updater: Updater, outcome: Outcome): void {
  const { _id, ...fields } = upsertFields(filter.source);
  const base = { ...(_id === undefined ? {} : { _id }), ...(updater.isReplacement ? {} : fields) };
  const inserted = withId(updater.apply(base, -1, true));
  existing(context).insert(inserted, context.transaction);
  outcome.n = 1;
  outcome.after = inserted;
  outcome.upserted = inserted;
}
