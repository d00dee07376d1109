import { EJSON } from 'bson';
import { isRecord, Mismatch, type Entities, type Json } from './format.ts';

/** Does an actual value match an expected one by the rules of the unified test format? Throws Mismatch if not. */
export function match(
  actual: unknown,
  expected: unknown,
  entities: Entities,
  isRoot: boolean,
  at = 'result',
): void {
  if (isRecord(expected)) matchRecord(actual, expected, entities, isRoot, at);
  else if (Array.isArray(expected)) {
    const length = Array.isArray(actual) ? actual.length : -1;
    if (length !== expected.length)
      throw new Mismatch(`${at}: expected ${expected.length} elements, got ${shown(actual)}`);
    expected.forEach((value, index) => {
      match((actual as unknown[])[index], value, entities, isRoot && isRecord(value), `${at}[${index}]`);
    });
  } else if (plain(actual) !== plain(expected)) {
    throw new Mismatch(`${at}: expected ${shown(expected)}, got ${shown(actual)}`);
  }
}

/** Extra fields are allowed at the root only. */
function matchRecord(actual: unknown, expected: Json, entities: Entities, isRoot: boolean, at: string): void {
  const names = Object.keys(expected);
  const [operator = ''] = names;
  if (names.length === 1 && operator.startsWith('$$')) {
    matchOperator(operator, actual, expected[operator], entities, isRoot, at);
    return;
  }
  const fields = actual instanceof Map ? (Object.fromEntries(actual) as unknown) : actual;
  if (typeof fields !== 'object' || fields === null)
    throw new Mismatch(`${at}: expected an object, got ${shown(actual)}`);
  const record = fields as Json;
  for (const name of names) match(record[name], expected[name], entities, false, `${at}.${name}`);
  const extra = isRoot
    ? undefined
    : Object.keys(record).find((name) => !(name in expected) && record[name] !== undefined);
  if (extra !== undefined) throw new Mismatch(`${at}: unexpected field ${extra}: ${shown(record[extra])}`);
}

function matchOperator(
  operator: string,
  actual: unknown,
  argument: unknown,
  entities: Entities,
  isRoot: boolean,
  at: string,
) {
  switch (operator) {
    case '$$exists':
      if (argument === (actual === undefined)) throw new Mismatch(`${at}: exists is not ${String(argument)}`);
      return;
    case '$$unsetOrMatches':
      if (actual !== undefined && actual !== null) match(actual, argument, entities, isRoot, at);
      return;
    case '$$type': {
      const types = Array.isArray(argument) ? argument : [argument];
      if (!types.some((type) => typesOf(actual).includes(String(type))))
        throw new Mismatch(`${at}: is not ${types.join()}`);
      return;
    }
    case '$$sessionLsid':
      match(actual, (entities[String(argument)] as { id: unknown }).id, entities, isRoot, at);
      return;
    case '$$matchesEntity':
      match(actual, entities[String(argument)], entities, isRoot, at);
      return;
  }
  throw new Mismatch(`${at}: the runner does not know ${operator}`);
}

function typesOf(value: unknown): string[] {
  if (typeof value === 'number')
    return Number.isInteger(value) ? ['int', 'long', 'double', 'number'] : ['double', 'number'];
  if (typeof value === 'string' || value === null) return [value === null ? 'null' : 'string'];
  if (typeof value === 'boolean') return ['bool'];
  if (Array.isArray(value)) return ['array'];
  const bsonType =
    isRecord(value) || value === undefined ? undefined : (value as { _bsontype?: string })._bsontype;
  if (bsonType === undefined) return isRecord(value) ? ['object'] : [];
  return [bsonType === 'Binary' ? 'binData' : bsonType.charAt(0).toLowerCase() + bsonType.slice(1), 'object'];
}

/** Numbers of all kinds compare by value. */
function plain(value: unknown): string {
  const kind = (value as { _bsontype?: string } | null | undefined)?._bsontype ?? typeof value;
  const isNumber = ['number', 'bigint', 'Long', 'Int32', 'Double'].includes(kind);
  return isNumber ? `number ${Number(value)}` : EJSON.stringify(value ?? null);
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : EJSON.stringify(value).slice(0, 200);
}
