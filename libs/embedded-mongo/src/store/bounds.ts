import { BSONRegExp } from 'bson';
import { literalPrefix, toRegExp } from '../filter/regex.ts';
import { codePointOrder, toNumber } from '../values/compare.ts';
import { type Doc, Kind, isDoc, isOperatorObject, kindOf } from '../values/document.ts';
import { indexKey, inverted, tagAfter, tagOf } from '../values/index-key.ts';

interface Bound {
  value: unknown;
  inclusive: boolean;
}

/** What a filter demands of one field, as far as an index can use it. The matcher re-checks every candidate. */
export interface Bounds {
  equals?: unknown[];
  low?: Bound;
  high?: Bound;
  prefix?: string;
  exists?: boolean;
}

/** The bounds of every field a filter constrains at its top level or under `$and`. */
export function boundsOf(filter: Doc, all = new Map<string, Bounds>()): Map<string, Bounds> {
  for (const name of Object.keys(filter)) {
    const condition = filter[name];
    if (name === '$and' && Array.isArray(condition)) {
      for (const clause of condition) if (isDoc(clause)) boundsOf(clause, all);
    } else if (!name.startsWith('$')) {
      const bounds = all.get(name) ?? {};
      all.set(name, bounds);
      if (isOperatorObject(condition)) narrow(bounds, condition);
      else narrow(bounds, condition instanceof BSONRegExp ? { $regex: condition } : { $eq: condition });
    }
  }
  return all;
}

function narrow(bounds: Bounds, condition: Doc): void {
  for (const operator of Object.keys(condition)) {
    const argument = condition[operator];
    if (operator === '$eq') setEquals(bounds, [argument]);
    else if (operator === '$in' && Array.isArray(argument)) setEquals(bounds, argument);
    else if (operator === '$exists') bounds.exists = Boolean(argument);
    else if (operator === '$regex' && condition.$options === undefined) setPrefix(bounds, argument);
    else if (isRangeable(argument)) {
      const bound = { value: argument, inclusive: operator.endsWith('e') };
      if (operator === '$gt' || operator === '$gte') bounds.low ??= bound;
      else if (operator === '$lt' || operator === '$lte') bounds.high ??= bound;
    }
  }
  // Two types: nothing matches but an array holding both; the low bound alone still finds it.
  if (bounds.low && bounds.high && kindOf(bounds.low.value) !== kindOf(bounds.high.value)) delete bounds.high;
}

/** An array as a value is also found by its elements, a regex by many values: both need more than one key. */
function setEquals(bounds: Bounds, values: unknown[]): void {
  if (values.some((value) => Array.isArray(value) || value instanceof BSONRegExp)) return;
  bounds.equals ??= values;
}

function setPrefix(bounds: Bounds, argument: unknown): void {
  const prefix = literalPrefix(toRegExp(argument));
  if (prefix !== null) bounds.prefix ??= prefix;
}

function isRangeable(value: unknown): boolean {
  const kind = kindOf(value);
  if (kind === Kind.number) return !Number.isNaN(toNumber(value));
  return kind === Kind.string || kind === Kind.date || kind === Kind.objectId || kind === Kind.timestamp;
}

export function isRange(bounds: Bounds | undefined): boolean {
  return bounds !== undefined && Boolean(bounds.low ?? bounds.high ?? bounds.prefix);
}

/**
 * The keys `low <= key < high` of one field of an index. With arrays (multikey) one element may meet the low bound
 * and another the high one, so only one of them narrows.
 */
export function keyRange(bounds: Bounds, direction: 1 | -1, multikey: boolean): [low: string, high: string] {
  if (bounds.prefix !== undefined && !bounds.low && !bounds.high) {
    const start = tagOf(Kind.string) + codePointOrder(bounds.prefix);
    return direction > 0
      ? [start, start + '\uffff']
      : [inverted(start), inverted(start) + '\uffff\uffff\uffff'];
  }
  const low = bounds.low;
  const high = multikey && low ? undefined : bounds.high;
  const kind = kindOf((low ?? high)?.value);
  const [first, last] = direction > 0 ? [low, high] : [high, low];
  const encode = (bound: Bound) => (direction > 0 ? indexKey(bound.value) : inverted(indexKey(bound.value)));
  const [start, end] =
    direction > 0 ? [tagOf(kind), tagAfter(kind)] : [inverted(tagOf(kind)), inverted(tagBefore(kind))];
  return [
    first ? encode(first) + (first.inclusive ? '' : '\uffff') : start,
    last ? encode(last) + (last.inclusive ? '\uffff' : '') : end,
  ];
}

/** Inverted it is the first character above all inverted keys of the type. */
function tagBefore(kind: Kind): string {
  return String.fromCharCode(tagOf(kind).charCodeAt(0) - 1);
}
