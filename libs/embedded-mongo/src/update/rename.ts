import { MongoError } from '../errors.ts';
import { type Doc, field, isDoc } from '../values/document.ts';
import { applyAtPath } from './path.ts';

/** `$rename`: moves a field; neither end may lie inside an array. A missing source changes nothing. */
export function rename(root: Doc, from: readonly string[], to: readonly string[]): void {
  const parent = parentOf(root, from);
  const name = from.at(-1) ?? '';
  const value = parent && field(parent, name);
  if (!parent || value === undefined) return;
  parentOf(root, to);
  delete parent[name];
  applyAtPath(
    root,
    { path: to, matchedIndex: -1, filters: new Map() },
    { value: () => value, creates: true },
  );
}

function parentOf(root: Doc, path: readonly string[]): Doc | undefined {
  let parent: unknown = root;
  for (const name of path.slice(0, -1)) {
    parent = isDoc(parent) ? field(parent, name) : undefined;
    if (Array.isArray(parent))
      throw new MongoError('BadValue', `$rename cannot reach into the array '${name}'`);
  }
  return isDoc(parent) ? parent : undefined;
}
