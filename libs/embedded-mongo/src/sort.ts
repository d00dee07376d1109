import { MongoError, unsupported } from './errors.ts';
import type { Deadline } from './deadline.ts';
import { compare, toNumber } from './values/compare.ts';
import { type Doc, field, isArrayIndex, isDoc } from './values/document.ts';

export interface SortField {
  name: string;
  path: string[];
  direction: 1 | -1;
}

/** `{ createdAt: -1, _id: 1 }` in order. Throws on anything but ±1. */
export function parseSort(sort: unknown): SortField[] {
  if (sort === undefined || sort === null) return [];
  if (!isDoc(sort)) throw new MongoError('TypeMismatch', 'sort must be an object');
  return Object.keys(sort).map((name) => {
    if (name.startsWith('$') || isDoc(sort[name])) throw unsupported(`sort by ${name}`);
    const direction = toNumber(sort[name]);
    if (direction !== 1 && direction !== -1)
      throw new MongoError(15975, '$sort key ordering must be 1 or -1');
    return { name, path: name.split('.'), direction };
  });
}

/** Sorts in place, stable. Of an array the smallest (ascending) or greatest (descending) element counts. */
export function sortInPlace<T>(
  items: T[],
  sort: SortField[],
  docOf: (item: T) => Doc,
  deadline: Deadline,
): void {
  if (sort.length === 0) return;
  const keyed = items.map((item) => ({ item, keys: sort.map((part) => sortValue(docOf(item), part)) }));
  keyed.sort((a, b) => {
    deadline.tick();
    for (let index = 0; index < sort.length; index++) {
      const order = compare(a.keys[index], b.keys[index]);
      if (order) return order * (sort[index]?.direction ?? 1);
    }
    return 0;
  });
  keyed.forEach(({ item }, index) => (items[index] = item));
}

/** Missing sorts as null, an empty array below null. */
export function sortValue(doc: unknown, { path, direction }: SortField): unknown {
  const values: unknown[] = [];
  collect(doc, path, 0, values);
  if (values.length === 0) return null;
  return values.reduce((best, value) => (compare(value, best) * direction < 0 ? value : best));
}

function collect(value: unknown, path: string[], depth: number, values: unknown[]): void {
  const name = path[depth];
  if (Array.isArray(value)) {
    if (name === undefined) {
      if (value.length === 0) values.push(undefined);
      for (const element of value) values.push(element);
    } else if (isArrayIndex(name) && Number(name) < value.length) {
      collect(value[Number(name)], path, depth + 1, values);
    } else {
      for (const element of value) if (isDoc(element)) collect(element, path, depth, values);
    }
  } else if (name === undefined) values.push(value === undefined ? null : value);
  else if (isDoc(value)) collect(field(value, name), path, depth + 1, values);
  else values.push(null);
}
