import { Binary, BSONRegExp, Code, Decimal128, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';

/** A BSON document as the bson package reads it with `deserializeOptions`. Never mutated once stored. */
export type Doc = { [field: string]: unknown };

/** Integers come as numbers where exact (else Long), binaries as Binary, regular expressions as BSONRegExp. */
export const deserializeOptions = { promoteBuffers: false, bsonRegExp: true } as const;

/** BSON types in their comparison order (https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/). */
export const Kind = {
  minKey: -1,
  missing: 0,
  null: 5,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binary: 30,
  objectId: 35,
  boolean: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  code: 60,
  maxKey: 127,
} as const;

export type Kind = (typeof Kind)[keyof typeof Kind];

/** The BSON type of a value; `undefined` is a missing field. */
export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return Kind.number;
    case 'string':
      return Kind.string;
    case 'boolean':
      return Kind.boolean;
    case 'undefined':
      return Kind.missing;
  }
  if (value === null) return Kind.null;
  if (Array.isArray(value)) return Kind.array;
  if (value instanceof Date) return Kind.date;
  if (value instanceof ObjectId) return Kind.objectId;
  if (value instanceof Timestamp) return Kind.timestamp;
  if (value instanceof Long || value instanceof Decimal128) return Kind.number;
  if (value instanceof Binary) return Kind.binary;
  if (value instanceof BSONRegExp) return Kind.regex;
  if (value instanceof Code) return Kind.code;
  if (value instanceof MinKey) return Kind.minKey;
  if (value instanceof MaxKey) return Kind.maxKey;
  return Kind.object;
}

const typeNames: Record<Kind, string> = {
  [Kind.minKey]: 'minKey',
  [Kind.missing]: 'missing',
  [Kind.null]: 'null',
  [Kind.number]: 'number',
  [Kind.string]: 'string',
  [Kind.object]: 'object',
  [Kind.array]: 'array',
  [Kind.binary]: 'binData',
  [Kind.objectId]: 'objectId',
  [Kind.boolean]: 'bool',
  [Kind.date]: 'date',
  [Kind.timestamp]: 'timestamp',
  [Kind.regex]: 'regex',
  [Kind.code]: 'javascript',
  [Kind.maxKey]: 'maxKey',
};

/** The type's name in error messages and `$type`; the number kinds are not told apart. */
export function typeName(value: unknown): string {
  return typeNames[kindOf(value)];
}

export function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && kindOf(value) === Kind.object;
}

/** `{ $gt: 1 }`: an object of operators, not a value. */
export function isOperatorObject(value: unknown): value is Doc {
  if (!isDoc(value)) return false;
  const first = Object.keys(value)[0];
  return first !== undefined && first.startsWith('$') && !['$ref', '$id', '$db'].includes(first);
}

/** An own field; `constructor` and the like are ordinary names. */
export function field(doc: Doc, name: string): unknown {
  return Object.hasOwn(doc, name) ? doc[name] : undefined;
}

/** Sets a field as data, `__proto__` included. */
export function setField(doc: Doc, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(doc, name, { value, enumerable: true, writable: true, configurable: true });
  } else doc[name] = value;
}

/** Array positions in paths: `0`, `17`, not `01`. */
export function isArrayIndex(name: string): boolean {
  return /^(0|[1-9]\d*)$/.test(name);
}

/** A deep copy of documents and arrays; leaf values are immutable and shared. */
export function clone<T>(value: T): T;
export function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element: unknown) => clone(element));
  if (!isDoc(value)) return value;
  const copy: Doc = {};
  for (const name of Object.keys(value)) setField(copy, name, clone(value[name]));
  return copy;
}
