import { MongoError } from '../errors.ts';
import { type Filter, matches } from '../filter/filter.ts';
import { type Doc, field, isArrayIndex, isDoc, setField } from '../values/document.ts';
import { remove, unchanged, type Modifier } from './modifiers.ts';

/** Where an update operator works, with what `$` and `$[name]` stand for. */
export interface UpdatePath {
  path: readonly string[];
  /** The array index the filter matched, -1 when it matched none. */
  matchedIndex: number;
  filters: ReadonlyMap<string, Filter>;
}

/** An update may not make an array this much longer by naming a far index (the server's own limit). */
const longestPadding = 1_500_000;

/** Applies a modifier to every value the path names, making missing parents on the way if the modifier creates. */
export function applyAtPath(root: Doc, target: UpdatePath, modify: Modifier): void {
  step(root, 0, target, modify);
}

function step(container: unknown, depth: number, target: UpdatePath, modify: Modifier): void {
  const name = target.path[depth] ?? '';
  if (name !== '$' && !name.startsWith('$[')) return applyAt(container, name, depth, target, modify);
  if (!Array.isArray(container)) {
    const parent = target.path.slice(0, depth).join('.');
    throw new MongoError(
      'BadValue',
      `The path '${parent}' must exist and be an array to apply array updates`,
    );
  }
  for (const index of selectedIndexes(container, name, target)) {
    applyAt(container, String(index), depth, target, modify);
  }
}

function selectedIndexes(
  array: unknown[],
  selector: string,
  { matchedIndex, filters }: UpdatePath,
): number[] {
  if (selector === '$') {
    if (matchedIndex >= 0) return [matchedIndex];
    throw new MongoError('BadValue', 'The positional operator did not find the match needed from the query.');
  }
  const name = selector.slice(2, -1);
  const filter = filters.get(name);
  const indexes = [...array.keys()];
  return filter ? indexes.filter((index) => matches(filter, { [name]: array[index] })) : indexes;
}

function applyAt(
  container: unknown,
  name: string,
  depth: number,
  target: UpdatePath,
  modify: Modifier,
): void {
  if (Array.isArray(container) && isArrayIndex(name))
    applyInArray(container, Number(name), depth, target, modify);
  else if (isDoc(container)) applyInDoc(container, name, depth, target, modify);
  else if (modify.creates) {
    const parent = target.path.slice(0, depth).join('.');
    throw new MongoError('PathNotViable', `Cannot create field '${name}' in element '${parent}'`);
  }
}

function applyInDoc(doc: Doc, name: string, depth: number, target: UpdatePath, modify: Modifier): void {
  const current = field(doc, name);
  if (depth === target.path.length - 1) {
    const value = modify.value(current);
    if (value === remove) delete doc[name];
    else if (value !== unchanged) setField(doc, name, value);
  } else if (current !== undefined) step(current, depth + 1, target, modify);
  else if (modify.creates) {
    const created = createParent(depth, target, modify);
    if (Object.keys(created).length > 0) setField(doc, name, created);
  }
}

function applyInArray(
  array: unknown[],
  index: number,
  depth: number,
  target: UpdatePath,
  modify: Modifier,
): void {
  if (depth === target.path.length - 1) {
    const value = modify.value(array[index]);
    if (value === remove) {
      if (index < array.length) array[index] = null;
    } else if (value !== unchanged) place(array, index, value);
  } else if (index < array.length) step(array[index], depth + 1, target, modify);
  else if (modify.creates) place(array, index, createParent(depth, target, modify));
}

function createParent(depth: number, target: UpdatePath, modify: Modifier): Doc {
  if (target.path[depth + 1]?.startsWith('$')) {
    const parent = target.path.slice(0, depth + 1).join('.');
    throw new MongoError(
      'BadValue',
      `The path '${parent}' must exist in the document to apply array updates`,
    );
  }
  const created: Doc = {};
  step(created, depth + 1, target, modify);
  return created;
}

function place(array: unknown[], index: number, value: unknown): void {
  if (index > array.length + longestPadding)
    throw new MongoError('CannotBackfillArray', 'cannot backfill array to that index');
  while (array.length < index) array.push(null);
  array[index] = value;
}
