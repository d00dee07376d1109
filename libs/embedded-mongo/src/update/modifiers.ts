import { Long } from 'bson';
import { MongoError, unsupported } from '../errors.ts';
import { compileFilter, matches } from '../filter/filter.ts';
import { parseSort, sortValue } from '../sort.ts';
import { compare, equal, toNumber } from '../values/compare.ts';
import { type Doc, Kind, clone, isDoc, isOperatorObject, kindOf, typeName } from '../values/document.ts';

export const remove = Symbol('remove the field');
export const unchanged = Symbol('leave the field');

/** What an operator makes of a field's current value (`undefined`: missing). */
export interface Modifier {
  value: (current: unknown) => unknown;
  /** Whether missing parents are made; operators that only take away don't. */
  creates: boolean;
}

/** The modifier of one operator on one field; throws when the argument is not what the operator takes. */
export function modifierFor(operator: string, name: string, argument: unknown): Modifier {
  switch (operator) {
    case '$set':
    case '$setOnInsert':
      return creating(() => clone(argument));
    case '$unset':
      return reducing(() => remove);
    case '$inc':
      return creating(increment(name, argument));
    case '$min':
      return creating((current) =>
        current === undefined || compare(argument, current) < 0 ? clone(argument) : unchanged,
      );
    case '$max':
      return creating((current) =>
        current === undefined || compare(argument, current) > 0 ? clone(argument) : unchanged,
      );
    case '$push':
      return creating(push(name, argument));
    case '$addToSet':
      return creating(addToSet(name, argument));
    case '$pull':
      return reducing(pull(name, argument));
    case '$pullAll':
      return reducing(pullAll(name, argument));
    case '$pop':
      return reducing(pop(name, argument));
    case '$rename':
      if (typeof argument === 'string') return reducing(() => unchanged);
      throw new MongoError('BadValue', `The 'to' field for $rename must be a string: ${name}`);
  }
  throw unsupported(`update operator ${operator}`);
}

const creating = (value: Modifier['value']): Modifier => ({ value, creates: true });
const reducing = (value: Modifier['value']): Modifier => ({ value, creates: false });

function increment(name: string, by: unknown): Modifier['value'] {
  if (kindOf(by) !== Kind.number) {
    throw new MongoError(
      'TypeMismatch',
      `Cannot increment with non-numeric argument: {${name}: ${typeName(by)}}`,
    );
  }
  return (current) => {
    if (current === undefined) return by;
    if (kindOf(current) !== Kind.number) {
      const message = `Cannot apply $inc to a value of non-numeric type. '${name}' is of type ${typeName(current)}`;
      throw new MongoError('TypeMismatch', message);
    }
    return add(current, by);
  };
}

/** Integers stay exact up to 64 bits; decimals are not added here (money is kept as strings or integers). */
function add(a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    const exact = !Number.isSafeInteger(a) || !Number.isSafeInteger(b) || Number.isSafeInteger(sum);
    if (exact) return sum;
  }
  const isInteger = (value: unknown) => value instanceof Long || Number.isInteger(value);
  if (!isInteger(a) || !isInteger(b))
    throw unsupported('$inc with Decimal128, or of a fraction to a 64-bit integer');
  const sum = BigInt(String(a)) + BigInt(String(b));
  if (BigInt.asIntN(64, sum) !== sum)
    throw new MongoError('BadValue', 'Failed to apply $inc: integer overflow');
  return Long.fromBigInt(sum);
}

function arrayOf(name: string, current: unknown, operator: string): unknown[] {
  if (Array.isArray(current)) return current;
  const message = `${operator}: the field '${name}' must be an array but is of type ${typeName(current)}`;
  throw new MongoError('BadValue', message);
}

function push(name: string, argument: unknown): Modifier['value'] {
  const clauses: Doc = isDoc(argument) && '$each' in argument ? argument : { $each: [argument] };
  const { $each, $slice, $sort, $position, ...unknown } = clauses;
  if (!Array.isArray($each))
    throw new MongoError('BadValue', 'The argument to $each in $push must be an array');
  const [clause] = Object.keys(unknown);
  if (clause !== undefined) throw new MongoError('BadValue', `Unrecognized clause in $push: ${clause}`);
  const slice = integerClause('$slice', $slice);
  const position = integerClause('$position', $position);
  const order = $sort === undefined ? undefined : elementOrder($sort);
  return (current) => {
    const array = current === undefined ? [] : [...arrayOf(name, current, '$push')];
    array.splice(position ?? array.length, 0, ...clone($each));
    if (order) array.sort(order);
    if (slice === undefined) return array;
    if (slice === 0) return [];
    return slice > 0 ? array.slice(0, slice) : array.slice(slice);
  };
}

function integerClause(clause: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const number = kindOf(value) === Kind.number ? toNumber(value) : NaN;
  if (!Number.isInteger(number))
    throw new MongoError('BadValue', `The value for ${clause} must be an integer`);
  return number;
}

function elementOrder(sort: unknown): (a: unknown, b: unknown) => number {
  if (!isDoc(sort)) {
    const direction = toNumber(sort);
    if (direction !== 1 && direction !== -1)
      throw new MongoError('BadValue', 'The $sort element value must be 1 or -1');
    return (a, b) => compare(a, b) * direction;
  }
  const fields = parseSort(sort);
  return (a, b) => {
    for (const part of fields) {
      const order = compare(sortValue(a, part), sortValue(b, part));
      if (order) return order * part.direction;
    }
    return 0;
  };
}

function addToSet(name: string, argument: unknown): Modifier['value'] {
  const values = isDoc(argument) && '$each' in argument ? argument.$each : [argument];
  if (!Array.isArray(values))
    throw new MongoError('TypeMismatch', 'The argument to $each in $addToSet must be an array');
  return (current) => {
    const array = current === undefined ? [] : [...arrayOf(name, current, '$addToSet')];
    for (const value of values) {
      if (!array.some((element) => equal(element, value))) array.push(clone(value));
    }
    return array;
  };
}

/** A plain document is a filter over the elements, operators and regular expressions test the element itself. */
function pull(name: string, condition: unknown): Modifier['value'] {
  const isFilter = isDoc(condition) && !(isOperatorObject(condition) && !isLogical(condition));
  const filter = compileFilter(isFilter ? condition : { element: condition });
  const pulls = (element: unknown) =>
    isFilter ? isDoc(element) && matches(filter, element) : matches(filter, { element });
  const literal = !isDoc(condition) && kindOf(condition) !== Kind.regex;
  return (current) => {
    if (current === undefined) return unchanged;
    const array = arrayOf(name, current, '$pull');
    return array.filter((element) => (literal ? !equal(element, condition) : !pulls(element)));
  };
}

function isLogical(condition: Doc): boolean {
  return ['$and', '$or', '$nor'].includes(Object.keys(condition)[0] ?? '');
}

function pullAll(name: string, values: unknown): Modifier['value'] {
  if (!Array.isArray(values)) throw new MongoError('BadValue', '$pullAll requires an array argument');
  return (current) => {
    if (current === undefined) return unchanged;
    return arrayOf(name, current, '$pullAll').filter(
      (element) => !values.some((value) => equal(element, value)),
    );
  };
}

function pop(name: string, argument: unknown): Modifier['value'] {
  const end = kindOf(argument) === Kind.number ? toNumber(argument) : NaN;
  if (end !== 1 && end !== -1) throw new MongoError('FailedToParse', '$pop expects 1 or -1');
  return (current) => {
    if (current === undefined) return unchanged;
    if (!Array.isArray(current)) throw new MongoError('TypeMismatch', `Path '${name}' contains a non-array`);
    return end === 1 ? current.slice(0, -1) : current.slice(1);
  };
}
