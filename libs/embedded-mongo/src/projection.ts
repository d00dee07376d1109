import { MongoError } from './errors.ts';
import { elementFinder, isTruthy } from './filter/operators.ts';
import type { Filter } from './filter/filter.ts';
import { plainValue } from './filter/walk.ts';
import { compileExpression, type Expression, type Scope } from './pipeline/expression.ts';
import { toNumber } from './values/compare.ts';
import { type Doc, Kind, field, isDoc, isOperatorObject, kindOf, setField } from './values/document.ts';

export type Projection = (doc: Doc, matchedIndex?: number) => Doc;

/** Field names as a tree; `true` marks a whole value. */
interface Tree {
  [name: string]: Tree | true;
}

interface Plan {
  including: boolean | null;
  id: boolean | null;
  tree: Tree;
  computed: [path: string[], value: Expression][];
  /** `$slice`, `$elemMatch` and `field.$`: what becomes of the array; undefined takes the field away. */
  arrays: [path: string[], change: (array: unknown, doc: Doc) => unknown][];
}

/**
 * The projection of find, findAndModify and `$project`: inclusion or exclusion, computed fields, `$slice`,
 * `$elemMatch` and the positional `field.$` (which needs the query's filter). Null when there is nothing to do.
 */
export function compileProjection(
  source: unknown,
  filter?: Filter,
  variables: Scope['variables'] = {},
): Projection | null {
  if (source === undefined || source === null) return null;
  if (!isDoc(source)) throw new MongoError('TypeMismatch', 'a projection must be an object');
  if (Object.keys(source).length === 0) return null;
  const plan: Plan = {
    including: null,
    id: null,
    tree: Object.create(null) as Tree,
    computed: [],
    arrays: [],
  };
  readFields(plan, source, [], filter);
  const including = plan.including ?? (plan.id === true && plan.arrays.length === 0);
  if (including ? plan.id !== false : plan.id === false) plan.tree._id = true;
  const { tree, computed, arrays } = plan;
  return (doc) => {
    let result = including ? included(doc, tree) : excluded(doc, tree);
    for (const [path, change] of arrays) result = changedAt(result, path, (value) => change(value, doc));
    const scope = { root: doc, variables };
    for (const [path, expression] of computed) result = assignedAt(result, path, expression(scope));
    return result;
  };
}

function readFields(plan: Plan, source: Doc, prefix: string[], filter?: Filter): void {
  for (const name of Object.keys(source)) {
    const value = source[name];
    const path = [...prefix, ...name.split('.')];
    if (isDoc(value) && !isOperatorObject(value)) readFields(plan, value, path, filter);
    else if (isDoc(value)) readOperator(plan, path, value);
    else if (typeof value === 'string' || Array.isArray(value)) compute(plan, path, value);
    else readFlag(plan, path, isTruthy(value), filter);
  }
}

function readFlag(plan: Plan, path: string[], include: boolean, filter?: Filter): void {
  if (path.length === 1 && path[0] === '_id') {
    plan.id = include;
    return;
  }
  setMode(plan, include, path);
  if (path.at(-1) !== '$') return mark(plan.tree, path);
  const array = path.slice(0, -1);
  mark(plan.tree, array);
  plan.arrays.push([array, positional(array, filter)]);
}

function readOperator(plan: Plan, path: string[], value: Doc): void {
  const [operator] = Object.keys(value);
  if (operator === '$slice') plan.arrays.push([path, slicing(value.$slice)]);
  else if (operator === '$elemMatch') {
    setMode(plan, true, path);
    mark(plan.tree, path);
    const find = elementFinder(value.$elemMatch);
    plan.arrays.push([
      path,
      (array) => (Array.isArray(array) && find(array) >= 0 ? [array[find(array)]] : undefined),
    ]);
  } else compute(plan, path, value);
}

function compute(plan: Plan, path: string[], value: unknown): void {
  if (!(path.length === 1 && path[0] === '_id')) setMode(plan, true, path);
  else plan.id = false;
  plan.computed.push([path, compileExpression(value)]);
}

function setMode(plan: Plan, including: boolean, path: string[]): void {
  if (plan.including !== null && plan.including !== including) {
    const [doing, within] = including ? ['inclusion', 'exclusion'] : ['exclusion', 'inclusion'];
    throw new MongoError(31254, `Cannot do ${doing} on field ${path.join('.')} in ${within} projection`);
  }
  plan.including = including;
}

function mark(tree: Tree, path: string[]): void {
  const [name = '', ...rest] = path;
  const below = tree[name];
  if (rest.length === 0) tree[name] = true;
  else mark(below === undefined || below === true ? (tree[name] = Object.create(null) as Tree) : below, rest);
}

function included(doc: Doc, tree: Tree): Doc {
  const result: Doc = {};
  for (const name of Object.keys(doc)) {
    const below = tree[name];
    if (below === undefined) continue;
    const value = below === true ? doc[name] : includedValue(doc[name], below);
    if (value !== undefined) setField(result, name, value);
  }
  return result;
}

function includedValue(value: unknown, tree: Tree): unknown {
  if (isDoc(value)) return included(value, tree);
  if (!Array.isArray(value)) return undefined;
  return value.map((element) => includedValue(element, tree)).filter((element) => element !== undefined);
}

function excluded(doc: Doc, tree: Tree): Doc {
  const result: Doc = {};
  for (const name of Object.keys(doc)) {
    const below = tree[name];
    if (below !== true) setField(result, name, below ? excludedValue(doc[name], below) : doc[name]);
  }
  return result;
}

function excludedValue(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((element) => excludedValue(element, tree));
  return isDoc(value) ? excluded(value, tree) : value;
}

function changedAt(doc: Doc, path: string[], change: (value: unknown) => unknown): Doc {
  const [name = '', ...rest] = path;
  const current = field(doc, name);
  if (current === undefined) return doc;
  const { [name]: _, ...others } = doc;
  const value =
    rest.length === 0 ? change(current) : isDoc(current) ? changedAt(current, rest, change) : current;
  return value === undefined ? others : { ...doc, [name]: value };
}

/** A copy of the document with the value at the path; `undefined` leaves the field out. */
export function assignedAt(doc: Doc, path: readonly string[], value: unknown): Doc {
  const [name = '', ...rest] = path;
  const result = { ...doc };
  const below = field(doc, name);
  const assigned = rest.length === 0 ? value : assignedAt(isDoc(below) ? below : {}, rest, value);
  if (assigned === undefined) delete result[name];
  else setField(result, name, assigned);
  return result;
}

function slicing(argument: unknown): (array: unknown) => unknown {
  const [first, count] = (Array.isArray(argument) ? argument : [argument]).map((part) =>
    kindOf(part) === Kind.number ? toNumber(part) : NaN,
  );
  if (first === undefined || Number.isNaN(first) || (count !== undefined && !(count > 0))) {
    throw new MongoError(28667, 'First argument to $slice must be a number, the second a positive one');
  }
  return (array) => {
    if (!Array.isArray(array)) return array;
    if (count === undefined) return first >= 0 ? array.slice(0, first) : array.slice(first);
    const start = first < 0 ? Math.max(0, array.length + first) : first;
    return array.slice(start, start + count);
  };
}

function positional(path: string[], filter?: Filter): (array: unknown, doc: Doc) => unknown {
  return (array, doc) => {
    const position = { index: -1 };
    filter?.test(doc, position);
    const whole = plainValue(doc, path);
    if (!Array.isArray(array) || !Array.isArray(whole)) return array;
    if (position.index < 0)
      throw new MongoError(51246, `positional operator '${path.join('.')}.$' found no match`);
    return [whole[position.index]];
  };
}
