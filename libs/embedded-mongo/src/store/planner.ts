import { compileFilter, matches } from '../filter/filter.ts';
import type { SortField } from '../sort.ts';
import { equal } from '../values/compare.ts';
import { type Doc, isDoc, isOperatorObject } from '../values/document.ts';
import { indexKey, inverted } from '../values/index-key.ts';
import { type Bounds, isRange, keyRange } from './bounds.ts';
import type { Collection } from './collection.ts';
import type { Index } from './store-index.ts';

/** How to walk one index: equality on the first fields, perhaps a range on the next, perhaps in sort order. */
export interface Plan {
  index: Index;
  equalities: number;
  range: boolean;
  /** The entries come in the order the query sorts by. */
  sorted: boolean;
  backwards: boolean;
}

/** The index that narrows a query most, or null when none helps. */
export function choosePlan(
  collection: Collection,
  filter: Doc,
  bounds: Map<string, Bounds>,
  sort: SortField[],
): Plan | null {
  let best: { plan: Plan; score: number } | null = null;
  for (const index of collection.indexes.values()) {
    const plan = planFor(index, filter, bounds, sort);
    if (!plan) continue;
    const whole = index.unique && plan.equalities === index.fields.length;
    const score = plan.equalities * 10 + (plan.range ? 5 : 0) + (plan.sorted ? 4 : 0) + (whole ? 20 : 0);
    if (!best || score > best.score) best = { plan, score };
  }
  return best?.plan ?? null;
}

function planFor(index: Index, filter: Doc, bounds: Map<string, Bounds>, sort: SortField[]): Plan | null {
  if (index.partial && !implies(filter, bounds, index.partial.source)) return null;
  let equalities = 0;
  let single = true;
  for (const { name } of index.fields) {
    const equals = bounds.get(name)?.equals;
    if (!equals) break;
    if (index.sparse && equals.some((value) => value === null || value === undefined)) return null;
    single &&= equals.length === 1;
    equalities++;
  }
  const next = index.fields[equalities];
  const range = next !== undefined && isRange(bounds.get(next.name));
  const order =
    single && !index.multikey && !index.sparse ? scanOrder(index, equalities, bounds, sort) : null;
  if (equalities === 0 && !range && !order) return null;
  return { index, equalities, range, sorted: order !== null, backwards: order === 'backwards' };
}

/** Whether the index, after its equal fields, runs in the order asked for. Equal fields may appear anywhere in it. */
function scanOrder(index: Index, equalities: number, bounds: Map<string, Bounds>, sort: SortField[]) {
  if (sort.length === 0) return null;
  const fixed = new Set(index.fields.slice(0, equalities).map(({ name }) => name));
  let position = equalities;
  let direction = 0;
  for (const part of sort) {
    if (fixed.has(part.name) && bounds.get(part.name)?.equals) continue;
    const field = index.fields[position++];
    if (field?.name !== part.name) return null;
    const needed = field.direction * part.direction;
    if (direction !== 0 && direction !== needed) return null;
    direction = needed;
  }
  return direction < 0 ? 'backwards' : 'forwards';
}

/** Is every document the filter finds in the partial index? Only the obvious cases; when in doubt, no. */
function implies(filter: Doc, bounds: Map<string, Bounds>, partial: Doc): boolean {
  return Object.keys(partial).every((name) => {
    if (name.startsWith('$')) return false;
    const condition = partial[name];
    const field = bounds.get(name);
    if (field?.equals?.length) {
      const single = compileFilter({ [name]: condition });
      const test = (value: unknown) =>
        value !== null && value !== undefined && matches(single, nested(name, value));
      if (field.equals.every(test)) return true;
    }
    if (Object.hasOwn(filter, name) && equal(filter[name], condition)) return true;
    const needsPresence =
      isOperatorObject(condition) && Object.keys(condition).join() === '$exists' && condition.$exists;
    return Boolean(needsPresence && field && (field.exists || isRange(field)));
  });
}

function nested(name: string, value: unknown): Doc {
  return name.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as Doc;
}

/** The rows a plan finds, in order, read in portions for who wants `enough`; documents with arrays and several equal values come once. */
export function* scanPlan(
  { engine }: Collection,
  { index, equalities, range, backwards }: Plan,
  bounds: Map<string, Bounds>,
  enough: number,
): Generator<number> {
  let prefixes = [''];
  for (const { name, direction } of index.fields.slice(0, equalities)) {
    const keys = (bounds.get(name)?.equals ?? []).map(indexKey);
    prefixes = prefixes.flatMap((prefix) =>
      keys.map((key) => prefix + (direction < 0 ? inverted(key) : key)),
    );
  }
  const next = index.fields[equalities];
  const nextBounds = next && bounds.get(next.name);
  const [low, high] =
    range && nextBounds ? keyRange(nextBounds, next.direction, index.multikey) : ['', '\uffff'];
  const seen = index.multikey ? new Set<number>() : null;
  for (const prefix of prefixes.length > 1 ? [...new Set(prefixes)].sort() : prefixes) {
    for (const row of engine.entries.scan(index.id, prefix + low, prefix + high, backwards, enough)) {
      if (seen?.has(row)) continue;
      seen?.add(row);
      yield row;
    }
  }
}

/** Index hints are checked, then left to the planner: they change no result. */
export function hintExists(collection: Collection, hint: unknown): boolean {
  if (typeof hint === 'string') return collection.indexes.has(hint);
  if (!isDoc(hint)) return false;
  return '$natural' in hint || [...collection.indexes.values()].some(({ spec }) => equal(spec.key, hint));
}
