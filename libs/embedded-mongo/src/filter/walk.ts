import { type Doc, field, isArrayIndex, isDoc } from '../values/document.ts';

/** Where in the outermost array of its path a filter matched: what the update operator `$` refers to. */
export interface ArrayPosition {
  index: number;
}

export type Leaf = (value: unknown) => boolean;

/**
 * Does any value at the path satisfy the leaf? Arrays on the way are searched element by element and by position;
 * an array at the end is offered by element (with `elements`) and as a whole. Missing is `undefined`.
 */
export function someAtPath(
  value: unknown,
  path: readonly string[],
  depth: number,
  leaf: Leaf,
  elements: boolean,
  position: ArrayPosition,
  arrays = 0,
): boolean {
  const name = path[depth];
  if (name === undefined) {
    if (elements && Array.isArray(value)) {
      const index = value.findIndex(leaf);
      if (index >= 0) {
        if (arrays === 0) position.index = index;
        return true;
      }
    }
    return leaf(value);
  }
  if (Array.isArray(value)) {
    if (isArrayIndex(name) && Number(name) < value.length) {
      if (someAtPath(value[Number(name)], path, depth + 1, leaf, elements, position, arrays)) return true;
    }
    for (let index = 0; index < value.length; index++) {
      const element: unknown = value[index];
      if (!isDoc(element)) continue;
      if (someAtPath(field(element, name), path, depth + 1, leaf, elements, position, arrays + 1)) {
        if (arrays === 0) position.index = index;
        return true;
      }
    }
    return false;
  }
  if (isDoc(value)) {
    return someAtPath(field(value, name), path, depth + 1, leaf, elements, position, arrays);
  }
  return leaf(undefined);
}

/** The value at a path through plain documents only; `undefined` where an array or a scalar is in the way. */
export function plainValue(doc: Doc, path: readonly string[]): unknown {
  let value: unknown = doc;
  for (const name of path) value = isDoc(value) ? field(value, name) : undefined;
  return value;
}
