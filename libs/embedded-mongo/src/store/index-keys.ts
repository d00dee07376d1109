import { MongoError } from '../errors.ts';
import { type Doc, field, isArrayIndex, isDoc } from '../values/document.ts';

/** One indexed field still to be resolved: its place in the index and the rest of its path. */
interface Want {
  position: number;
  path: readonly string[];
}

/** One combination of field values, by position in the index; holes are missing fields. */
type Row = unknown[];

export interface IndexedValues {
  rows: Row[];
  /** An array was on the way: one document, many entries. */
  multikey: boolean;
}

/**
 * All combinations of values a document has at the paths. Fields inside the same array are paired element by element;
 * two arrays side by side are refused (CannotIndexParallelArrays), as in MongoDB.
 */
export function indexedValues(doc: Doc, paths: readonly (readonly string[])[]): IndexedValues {
  const row: Row = [];
  for (const path of paths) {
    const value = path.length === 1 ? field(doc, path[0] ?? '') : expandable;
    if (value === expandable || Array.isArray(value)) return expandAll(doc, paths);
    row.push(value);
  }
  return { rows: [row], multikey: false };
}

const expandable = Symbol('needs the long way');

function expandAll(doc: Doc, paths: readonly (readonly string[])[]): IndexedValues {
  const found = { multikey: false };
  const wants = paths.map((path, position) => ({ position, path }));
  return { rows: expand(doc, wants, found), multikey: found.multikey };
}

function expand(container: unknown, wants: Want[], found: { multikey: boolean }): Row[] {
  let rows: Row[] = [[]];
  let arrays = 0;
  for (const [name, group] of Map.groupBy(wants, ({ path }) => path[0] ?? '')) {
    const value = isDoc(container) ? field(container, name) : undefined;
    const below = group.map(({ position, path }) => ({ position, path: path.slice(1) }));
    if (Array.isArray(value)) {
      arrays++;
      found.multikey = true;
      if (arrays > 1)
        throw new MongoError('CannotIndexParallelArrays', `cannot index parallel arrays at '${name}'`);
    }
    rows = combine(
      rows,
      Array.isArray(value) ? expandArray(value, below, found) : expandValue(value, below, found),
    );
  }
  return rows;
}

function expandArray(array: unknown[], wants: Want[], found: { multikey: boolean }): Row[] {
  const positional = wants.filter(({ path }) => path[0] !== undefined && isArrayIndex(path[0]));
  const others = wants.filter((want) => !positional.includes(want));
  let rows: Row[] = [[]];
  for (const { position, path } of positional) {
    const [index, ...rest] = path;
    rows = combine(rows, expandValue(array[Number(index)], [{ position, path: rest }], found));
  }
  if (others.length === 0) return rows;
  const elements: unknown[] = array.length ? array : [undefined];
  return combine(
    rows,
    elements.flatMap((element) => expandValue(element, others, found)),
  );
}

function expandValue(value: unknown, wants: Want[], found: { multikey: boolean }): Row[] {
  const row: Row = [];
  const deeper: Want[] = [];
  for (const want of wants) {
    if (want.path.length === 0) row[want.position] = value;
    else deeper.push(want);
  }
  return combine([row], deeper.length ? expand(value, deeper, found) : [[]]);
}

/** Every row of one side with every row of the other; holes stay holes, so neither hides the other's values. */
function combine(left: Row[], right: Row[]): Row[] {
  return left.flatMap((a) => right.map((b): Row => Object.assign([], a, b)));
}
