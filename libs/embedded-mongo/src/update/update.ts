import { MongoError, unsupported } from '../errors.ts';
import { compileFilter, type Filter } from '../filter/filter.ts';
import { equal } from '../values/compare.ts';
import { type Doc, clone, isArrayIndex, isDoc, typeName } from '../values/document.ts';
import { modifierFor, type Modifier } from './modifiers.ts';
import { applyAtPath, type UpdatePath } from './path.ts';
import { rename } from './rename.ts';

export interface Updater {
  /** The document after the update; the original is left as it is. `matchedIndex` is what `$` stands for. */
  apply(doc: Doc, matchedIndex: number, inserting: boolean): Doc;
  readonly isReplacement: boolean;
}

interface Step {
  operator: string;
  path: string[];
  argument: unknown;
  modify: Modifier;
}

/** Compiles the second argument of update and findAndModify: operators or a whole replacement. */
export function compileUpdate(update: unknown, arrayFilters: unknown = []): Updater {
  if (Array.isArray(update)) throw unsupported('an update with an aggregation pipeline');
  if (!isDoc(update)) throw new MongoError('FailedToParse', 'an update must be a document');
  const operators = Object.keys(update);
  if (!operators[0]?.startsWith('$')) return replacement(update);
  const filters = compileArrayFilters(arrayFilters);
  const steps = operators.flatMap((operator) => compileOperator(operator, update[operator]));
  refuseConflicts(steps);
  refuseUnusedFilters(steps, filters);
  // MongoDB applies the fields in path order, whichever operators they belong to.
  steps.sort((a, b) => comparePaths(a.path, b.path));
  return {
    isReplacement: false,
    apply: (doc, index, inserting) => run(steps, filters, doc, index, inserting),
  };
}

function run(
  steps: Step[],
  filters: Map<string, Filter>,
  doc: Doc,
  matchedIndex: number,
  inserting: boolean,
): Doc {
  const result = clone(doc);
  for (const { operator, path, argument, modify } of steps) {
    if (operator === '$setOnInsert' && !inserting) continue;
    if (operator === '$rename') rename(result, path, String(argument).split('.'));
    else applyAtPath(result, { path, matchedIndex, filters } satisfies UpdatePath, modify);
  }
  if ('_id' in doc && !equal(result._id, doc._id)) throw immutableId();
  return result;
}

function replacement(update: Doc): Updater {
  for (const name of Object.keys(update)) {
    if (name.startsWith('$')) throw new MongoError('DollarPrefixedFieldName', `field '${name}' is not valid`);
  }
  return {
    isReplacement: true,
    apply(doc) {
      if ('_id' in doc && '_id' in update && !equal(doc._id, update._id)) throw immutableId();
      const { _id = update._id, ...rest } = { ...clone(update), _id: doc._id ?? update._id };
      return _id === undefined ? rest : { _id, ...rest };
    },
  };
}

function immutableId(): MongoError {
  const message = "Performing an update on the path '_id' would modify the immutable field '_id'";
  return new MongoError('ImmutableField', message);
}

function compileOperator(operator: string, fields: unknown): Step[] {
  if (!operator.startsWith('$')) {
    throw new MongoError('FailedToParse', `Unknown modifier: ${operator}. Expected an update operator`);
  }
  if (!isDoc(fields)) {
    const message = `Modifiers operate on fields but we found type ${typeName(fields)} instead`;
    throw new MongoError('FailedToParse', message);
  }
  return Object.keys(fields).map((name) => {
    const path = name.split('.');
    if (path.includes(''))
      throw new MongoError('EmptyFieldName', `The update path '${name}' contains an empty field name`);
    const argument = fields[name];
    return { operator, path, argument, modify: modifierFor(operator, name, argument) };
  });
}

/** No two operators may touch the same field or a field and its parent. */
function refuseConflicts(steps: Step[]): void {
  const seen: string[] = [];
  for (const { operator, path, argument } of steps) {
    const targets = operator === '$rename' ? [path.join('.'), String(argument)] : [path.join('.')];
    for (const target of targets) {
      const other = seen.find(
        (name) => name === target || name.startsWith(`${target}.`) || target.startsWith(`${name}.`),
      );
      if (other !== undefined) {
        const message = `Updating the path '${target}' would create a conflict at '${other}'`;
        throw new MongoError('ConflictingUpdateOperators', message);
      }
      seen.push(target);
    }
  }
}

/** `[{ 'item.price': { $gt: 5 } }]` → a filter over `{ item: element }` under the name `item`. */
function compileArrayFilters(arrayFilters: unknown): Map<string, Filter> {
  const filters = new Map<string, Filter>();
  if (!Array.isArray(arrayFilters)) throw new MongoError('TypeMismatch', 'arrayFilters must be an array');
  for (const condition of arrayFilters) {
    const names = new Set(fieldNames(condition));
    const [name] = names;
    if (names.size !== 1 || name === undefined) {
      throw new MongoError('FailedToParse', 'each array filter must use exactly one top-level field name');
    }
    if (filters.has(name)) {
      throw new MongoError(
        'FailedToParse',
        `Found multiple array filters with the same top-level field name ${name}`,
      );
    }
    filters.set(name, compileFilter(condition));
  }
  return filters;
}

function fieldNames(condition: unknown): string[] {
  if (!isDoc(condition)) return [];
  return Object.keys(condition).flatMap((name) => {
    const nested = condition[name];
    if (name.startsWith('$')) return Array.isArray(nested) ? nested.flatMap(fieldNames) : [];
    return [name.split('.')[0] ?? name];
  });
}

function refuseUnusedFilters(steps: Step[], filters: Map<string, Filter>): void {
  const used = new Set<string>();
  for (const { path } of steps) {
    for (const part of path) {
      const name = /^\$\[(.+)\]$/.exec(part)?.[1];
      if (name === undefined) continue;
      if (!filters.has(name)) {
        throw new MongoError(
          'BadValue',
          `No array filter found for identifier '${name}' in path '${path.join('.')}'`,
        );
      }
      used.add(name);
    }
  }
  for (const name of filters.keys()) {
    if (!used.has(name))
      throw new MongoError('FailedToParse', `The array filter '${name}' was not used in the update`);
  }
}

function comparePaths(a: string[], b: string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const left = a[index] ?? '';
    const right = b[index] ?? '';
    if (left === right) continue;
    if (isArrayIndex(left) && isArrayIndex(right)) return Number(left) - Number(right);
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}
