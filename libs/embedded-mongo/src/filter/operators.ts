import { BSONRegExp } from 'bson';
import { MongoError, unsupported } from '../errors.ts';
import { compare, equal, toNumber } from '../values/compare.ts';
import { Kind, isDoc, isOperatorObject, kindOf, typeName } from '../values/document.ts';
import { compileFilter, type Predicate } from './filter.ts';
import { toRegExp } from './regex.ts';
import { type Leaf, someAtPath } from './walk.ts';

/** What a field's condition makes of its operators. */
interface Target {
  /** Tests the values at the field's path: elements of arrays too, or (`whole`) only the value itself. */
  some: (leaf: Leaf, whole?: boolean) => Predicate;
  condition: Record<string, unknown>;
  path: readonly string[];
}

/** `{ field: condition }`, where condition is a value or an object of operators. An empty path tests the value itself. */
export function compileField(path: readonly string[], condition: unknown): Predicate {
  const inElement = path.length === 0;
  const some = (leaf: Leaf, whole = false): Predicate =>
    inElement ? leaf : (value, position) => someAtPath(value, path, 0, leaf, !whole, position);
  if (!isOperatorObject(condition)) return some(equalityOrRegex(condition));
  const target: Target = { some, condition, path };
  return every(
    Object.keys(condition).map((operator) => compileOperator(operator, condition[operator], target)),
  );
}

export function every(predicates: Predicate[]): Predicate {
  const [only] = predicates;
  if (predicates.length === 1 && only) return only;
  return (value, position) => {
    for (const predicate of predicates) if (!predicate(value, position)) return false;
    return true;
  };
}

export function not(predicate: Predicate): Predicate {
  return (value) => !predicate(value, { index: -1 });
}

function compileOperator(operator: string, argument: unknown, target: Target): Predicate {
  const { some, path } = target;
  switch (operator) {
    case '$eq':
      return some(equality(argument));
    case '$ne':
      refuseRegex(operator, argument);
      return not(some(equality(argument)));
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      refuseRegex(operator, argument);
      return some(comparison(operator, argument));
    case '$in':
      return some(membership(operator, argument));
    case '$nin':
      return not(some(membership(operator, argument)));
    case '$not':
      if (!(argument instanceof BSONRegExp) && !isOperatorObject(argument)) {
        throw new MongoError('BadValue', '$not needs a regex or a document');
      }
      return not(compileField(path, argument));
    case '$exists': {
      const present = some((value) => value !== undefined, true);
      return isTruthy(argument) ? present : not(present);
    }
    case '$size':
      return some(sizeIs(argument), true);
    case '$all':
      return compileAll(argument, target);
    case '$elemMatch':
      return compileElemMatch(argument, path);
    case '$regex': {
      const regex = toRegExp(argument, target.condition.$options);
      return some((value) => typeof value === 'string' && regex.test(value));
    }
    case '$options':
      if ('$regex' in target.condition) return () => true;
      throw new MongoError('BadValue', '$options needs a $regex');
    case '$type':
      return some(typeIs(argument));
    case '$comment':
      return () => true;
  }
  throw unsupported(`query operator ${operator}`);
}

function refuseRegex(operator: string, argument: unknown): void {
  if (argument instanceof BSONRegExp)
    throw new MongoError('BadValue', `Can't have regex as arg to ${operator}.`);
}

function equality(wanted: unknown): Leaf {
  if (wanted === null || wanted === undefined) return (value) => value === null || value === undefined;
  if (typeof wanted === 'string' || typeof wanted === 'boolean') return (value) => value === wanted;
  return (value) => value !== undefined && equal(value, wanted);
}

function equalityOrRegex(wanted: unknown): Leaf {
  if (!(wanted instanceof BSONRegExp)) return equality(wanted);
  const regex = toRegExp(wanted);
  return (value) => (typeof value === 'string' ? regex.test(value) : equal(value, wanted));
}

/** Only values of the argument's own type compare (type bracketing); NaN is equal to itself and to nothing else. */
function comparison(operator: '$gt' | '$gte' | '$lt' | '$lte', bound: unknown): Leaf {
  const kind = kindOf(bound);
  const inclusive = operator === '$gte' || operator === '$lte';
  if (kind === Kind.null || kind === Kind.missing) return inclusive ? equality(null) : () => false;
  const anyType = kind === Kind.minKey || kind === Kind.maxKey;
  const isNaN = (value: unknown) => kind === Kind.number && Number.isNaN(toNumber(value));
  const boundIsNaN = isNaN(bound);
  const holds = (order: number) =>
    (inclusive && order === 0) || (operator === '$gt' || operator === '$gte' ? order > 0 : order < 0);
  return (value) => {
    if (value === undefined || (!anyType && kindOf(value) !== kind)) return false;
    if (!anyType && isNaN(value) !== boundIsNaN) return false;
    return holds(compare(value, bound));
  };
}

/** Long lists of strings are looked up, not searched. */
function membership(operator: string, list: unknown): Leaf {
  if (!Array.isArray(list)) throw new MongoError('BadValue', `${operator} needs an array`);
  if (list.some(isOperatorObject)) throw new MongoError('BadValue', `cannot nest $ under ${operator}`);
  if (list.length > 8 && list.every((value) => typeof value === 'string')) {
    const values = new Set<unknown>(list);
    return (value) => values.has(value);
  }
  const leaves = list.map(equalityOrRegex);
  return (value) => leaves.some((leaf) => leaf(value));
}

function sizeIs(argument: unknown): Leaf {
  const size = kindOf(argument) === Kind.number ? toNumber(argument) : NaN;
  if (!Number.isInteger(size) || size < 0) {
    throw new MongoError(
      'FailedToParse',
      `Failed to parse $size. Expected a non-negative number: ${String(argument)}`,
    );
  }
  return (value) => Array.isArray(value) && value.length === size;
}

function compileAll(list: unknown, { some, path }: Target): Predicate {
  if (!Array.isArray(list)) throw new MongoError('BadValue', '$all needs an array');
  if (list.length === 0) return () => false;
  return every(
    list.map((wanted) =>
      isOperatorObject(wanted) ? compileField(path, wanted) : some(equalityOrRegex(wanted)),
    ),
  );
}

function compileElemMatch(argument: unknown, path: readonly string[]): Predicate {
  const find = elementFinder(argument);
  return (value, position) => {
    let hit = -1;
    const matched = someAtPath(value, path, 0, (array) => (hit = find(array)) >= 0, false, position);
    if (matched && position.index < 0) position.index = hit;
    return matched;
  };
}

/** The index of the first element of an array that meets an `$elemMatch` condition, or -1. */
export function elementFinder(condition: unknown): (value: unknown) => number {
  if (!isDoc(condition)) throw new MongoError('BadValue', '$elemMatch needs an Object');
  const byValue =
    isOperatorObject(condition) &&
    !Object.keys(condition).some((name) => ['$and', '$or', '$nor'].includes(name));
  const predicate = byValue ? compileField([], condition) : compileFilter(condition).test;
  return (value) => {
    if (!Array.isArray(value)) return -1;
    return value.findIndex(
      (element) => (byValue || isDoc(element) || Array.isArray(element)) && predicate(element, { index: -1 }),
    );
  };
}

const numberKinds = ['int', 'long', 'double', 'decimal'];

function typeIs(argument: unknown): Leaf {
  const names = Array.isArray(argument) ? argument : [argument];
  for (const name of names) {
    if (typeof name !== 'string' || numberKinds.includes(name)) {
      throw unsupported(`$type ${String(name)} (only names, and numbers only as 'number')`);
    }
  }
  return (value) => value !== undefined && names.includes(typeName(value));
}

/** Everything but false, null, missing and 0. */
export function isTruthy(value: unknown): boolean {
  if (kindOf(value) === Kind.number) return toNumber(value) !== 0;
  return value !== false && value !== null && value !== undefined;
}
